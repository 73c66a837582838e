"""Documents of identity checks: encrypted under their user's data key before they leave."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from financebuy import errors
from financebuy.crypto.vault import Wrapped
from financebuy.database.failures import may_have_committed
from financebuy.domain.ids import new_id
from financebuy.errors import (
    DocumentNotFoundError,
    InvalidValueError,
    OutcomeUnknownError,
    OutOfRangeError,
    TryAgainError,
)
from financebuy.services import identity
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.vault_keys import data_key, unwrap
from financebuy.sql import load

MOST_BYTES = 10 * 1024 * 1024
KINDS = (
    "passport", "identity_card", "driving_licence", "residence_permit", "proof_of_address", "other",
)  # fmt: skip
MEDIA_TYPES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": "application/pdf",
}
"""What a document may be, by how it begins: what its sender calls it is not believed."""
COLUMN = "kyc_documents.content"


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a user, without its content."""

    document_id: UUID
    user_id: UUID
    kind: str
    media_type: str
    byte_count: int
    created_at: datetime
    removed_at: datetime | None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A document's content, in clear."""

    media_type: str
    content: bytes = field(repr=False)


async def add(
    platform: Platform,
    caller: Caller,
    user_id: UUID,
    kind: str,
    content: bytes,
    key: str | None = None,
) -> Document:
    """Keep a document: of oneself with the scope `funding`, of anybody with `broker`.

    Raises:
        InvalidValueError: an unknown kind, or neither JPEG, PNG nor PDF.
        OutOfRangeError: empty, or more than 10 MiB.
        DuplicateError: the user has the same one already.
        LimitReachedError: 20 are the most.
        UserNotFoundError: there is no such user, or their data was erased.
    """
    caller.require("funding", "broker")
    held = await data_key(platform, caller, user_id)
    media_type = check(kind, content)
    document_id = new_id()
    added = await _submit(
        platform,
        caller,
        load("privacy").add_document,
        {
            "key": key or str(uuid4()),
            "document_id": document_id,
            "user_id": user_id,
            "kind": kind,
            "media_type": media_type,
            "byte_count": len(content),
            "content_ciphertext": held.seal(COLUMN, document_id, content),
            "content_index": platform.vault.index.of_content(content),
            "generation": held.generation,
        },
    )
    return replace(_document(added.result or {}), replayed=added.replayed)


def check(kind: str, content: bytes) -> str:
    """Refuse what is no document of an identity check; returns the media type.

    Raises:
        InvalidValueError, OutOfRangeError: names the field and the rule.
    """
    if kind not in KINDS:
        raise InvalidValueError(f"kind: is not one of {', '.join(KINDS)}", field="kind")
    if not 0 < len(content) <= MOST_BYTES:
        raise OutOfRangeError(f"content: has to have 1 to {MOST_BYTES} bytes", field="content")
    for beginning, media_type in MEDIA_TYPES.items():
        if content.startswith(beginning):
            return media_type
    raise InvalidValueError("content: is neither JPEG, PNG nor PDF", field="content")


async def documents(platform: Platform, caller: Caller, user_id: UUID) -> list[Document]:
    """Return a user's documents, oldest first, without content; customers see their own alone.

    Raises:
        UserNotFoundError: there is no such user, or the caller may not know.
    """
    await identity.get_user(platform, caller, user_id)
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, Document, load("privacy").documents, {"user_id": user_id}
        )


async def read(platform: Platform, caller: Caller, document_id: UUID) -> Content:
    """Decrypt a document of one's own, or any with `broker`; recorded in the audit log.

    Raises:
        DocumentNotFoundError: there is none, it is somebody else's, or it was removed.
    """
    caller.require("read")
    async with platform.pools.connection("app_user") as connection:
        row = await fetch_one(
            connection,
            _Sealed,
            load("privacy").document_content,
            {**_who(platform, caller), "document_id": document_id},
        )
    if row is None:
        raise DocumentNotFoundError(field="document_id")
    wrapped = Wrapped(row.wrapped_key, row.key_epoch, row.generation)
    held = await unwrap(platform, row.user_id, wrapped)
    return Content(row.media_type, held.open(COLUMN, document_id, row.content_ciphertext))


async def remove(
    platform: Platform, caller: Caller, document_id: UUID, key: str | None = None
) -> bool:
    """Delete a document's content, and say whether this was a repeat.

    Raises:
        DocumentNotFoundError: there is none, or it is somebody else's.
    """
    caller.require("funding", "broker")
    query, key = load("privacy").remove_document, key or str(uuid4())
    done = await _submit(platform, caller, query, {"key": key, "document_id": document_id})
    return done.replayed


async def _submit(
    platform: Platform, caller: Caller, query: str, parameters: dict[str, Any]
) -> "_Verdict":
    """Send a command by itself: a batch of documents would be gigabytes."""
    async with platform.pools.connection("app_user") as connection:
        try:
            verdict = await fetch_one(
                connection, _Verdict, query, {**_who(platform, caller), **parameters}
            )
        except psycopg.OperationalError as error:
            # Who lost the connection does not know; what the server reported was rolled back.
            raise (OutcomeUnknownError if may_have_committed(error) else TryAgainError) from error
    if verdict is None:
        raise TryAgainError
    if verdict.outcome != "accepted":
        raise errors.refused(verdict.code or "refused", verdict.field)
    return verdict


def _who(platform: Platform, caller: Caller) -> dict[str, Any]:
    return {
        "identity": caller.token(platform),
        "request_id": caller.request_id,
        "origin": caller.origin,
    }


def _document(result: dict[str, Any]) -> Document:
    removed_at = result["removed_at"]
    return Document(
        **result
        | {
            "document_id": UUID(result["document_id"]),
            "user_id": UUID(result["user_id"]),
            "created_at": datetime.fromisoformat(result["created_at"]),
            "removed_at": None if removed_at is None else datetime.fromisoformat(removed_at),
        }
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: str
    replayed: bool
    code: str | None
    field: str | None
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Sealed:
    user_id: UUID
    media_type: str
    wrapped_key: bytes
    key_epoch: int
    generation: int
    content_ciphertext: bytes
