"""`Idempotency-Key`: one key, one effect; a repeat gives the first answer and says so."""

import hashlib
import re
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Header
from starlette.responses import Response

REPLAYED = "Idempotent-Replayed"
NAME = "Idempotency-Key"
_MOST_REFERENCE = 100
_MOST_KEY = 255
_PATTERN = r"^[\x21-\x7e]+$"

_header = Header(
    alias=NAME,
    max_length=_MOST_KEY,
    pattern=_PATTERN,
    description="At most 255 printable characters without spaces. A repeat with the same key and"
    " the same request gives the same answer, without a second effect.",
)
OptionalKey = Annotated[str | None, _header]
RequiredKey = Annotated[str, _header]


def is_key(text: str) -> bool:
    """Whether a text can be a key."""
    return len(text) <= _MOST_KEY and re.fullmatch(_PATTERN, text) is not None


def say_replayed(response: Response, *, replayed: bool) -> None:
    """Mark the answer to a repeat."""
    if replayed:
        response.headers[REPLAYED] = "true"


def part(key: str | None, name: str) -> str:
    """Return the key of one of several commands that a request stands for.

    Hashed, so that it fits whatever length the request's own key has.
    """
    return str(uuid4()) if key is None else hashlib.sha256(f"{name}\0{key}".encode()).hexdigest()


def reference(user_id: UUID, key: str | None) -> str:
    """Return the sandbox bank's reference of a deposit.

    It is unique among all payments of the bank, so a caller's key is joined with the caller.
    """
    text = f"{user_id}:{key or uuid4()}"
    if len(text) <= _MOST_REFERENCE:
        return text
    return hashlib.sha256(text.encode()).hexdigest()
