"""`/fb/v1/users/{user_id}/documents`: documents of identity checks, as bytes."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from financebuy.api.auth import Payer, Reader, The
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.problems import TooLargeError
from financebuy.api.times import Instant
from financebuy.services import documents

router = APIRouter(prefix="/fb/v1", tags=["native: documents"], route_class=Route)

Kind = Literal[
    "passport", "identity_card", "driving_licence", "residence_permit", "proof_of_address", "other"
]
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "description": f"The document itself, at most {documents.MOST_BYTES} bytes.",
        "content": dict.fromkeys(documents.MEDIA_TYPES.values(), _BYTES),
    }
}


class DocumentView(BaseModel):
    """A document, without its content."""

    model_config = ConfigDict(from_attributes=True)

    document_id: UUID
    user_id: UUID
    kind: str
    media_type: str
    byte_count: int
    created_at: Instant


@router.post(
    "/users/{user_id}/documents",
    status_code=201,
    response_model=DocumentView,
    openapi_extra=_BODY,
)
async def add_document(
    user_id: UUID,
    kind: Kind,
    request: Request,
    platform: The,
    caller: Payer,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Keep a document: JPEG, PNG or PDF, told by how it begins. It is stored encrypted."""
    content = await _read(request)
    added = await documents.add(platform, caller, user_id, kind, content, key)
    say_replayed(response, replayed=added.replayed)
    return DocumentView.model_validate(added)


@router.get("/users/{user_id}/documents", response_model=list[DocumentView])
async def list_documents(user_id: UUID, platform: The, caller: Reader) -> Any:
    """List a user's documents, oldest first: one's own, or anybody's for the staff."""
    found = await documents.documents(platform, caller, user_id)
    return [DocumentView.model_validate(each) for each in found]


@router.get(
    "/documents/{document_id}",
    response_class=Response,
    responses={200: {"content": dict.fromkeys(documents.MEDIA_TYPES.values(), _BYTES)}},
)
async def get_document(document_id: UUID, platform: The, caller: Reader) -> Response:
    """Return a document's content: one's own, or any for the broker. Recorded in the audit log."""
    found = await documents.read(platform, caller, document_id)
    # Never shown inside a page of ours: what a stranger sent is a file to keep, not to run.
    headers = {"Content-Disposition": "attachment", "Content-Security-Policy": "sandbox"}
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.delete("/documents/{document_id}", status_code=204)
async def remove_document(
    document_id: UUID,
    platform: The,
    caller: Payer,
    response: Response,
    key: OptionalKey = None,
) -> None:
    """Delete a document's content. That there was one stays known."""
    replayed = await documents.remove(platform, caller, document_id, key)
    say_replayed(response, replayed=replayed)


async def _read(request: Request) -> bytes:
    """Take no more than a document may have, whatever its sender says of its length."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > documents.MOST_BYTES:
            raise TooLargeError(detail={"limit_bytes": documents.MOST_BYTES})
        chunks.append(chunk)
    return b"".join(chunks)
