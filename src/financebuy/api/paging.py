"""Lists of the native surface: `{items, next_cursor}`, by keyset, so that no page repeats a row."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from financebuy.errors import InvalidValueError

Item = TypeVar("Item")

DEFAULT_LIMIT = 50
Limit = Annotated[int, Query(ge=1, le=500, description="Most items of the page.")]
Cursor = Annotated[
    str | None,
    Query(max_length=512, description="The `next_cursor` of the page before, as it is."),
]


class Page(BaseModel, Generic[Item]):
    """A page of a list. Without `next_cursor` it is the last one."""

    items: list[Item]
    next_cursor: str | None


def seal(position: str) -> str:
    """Make an opaque cursor of a position: nobody should build one by hand."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def unseal(cursor: str) -> str:
    """Return the position in a cursor.

    Raises:
        InvalidValueError: it is none that an earlier page gave.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise InvalidValueError(field="cursor") from None


def unseal_id(cursor: str | None) -> UUID | None:
    """Return the id of the last item seen, as `unseal` does."""
    found = _unseal_ids(cursor, 1)
    return None if found is None else found[0]


def unseal_ids(cursor: str | None) -> tuple[UUID, UUID] | None:
    """Return the two ids of the last item seen, as `unseal` does."""
    found = _unseal_ids(cursor, 2)
    return None if found is None else (found[0], found[1])


def _unseal_ids(cursor: str | None, count: int) -> list[UUID] | None:
    if cursor is None:
        return None
    try:
        ids = [UUID(text) for text in unseal(cursor).split(" ")]
    except ValueError:
        raise InvalidValueError(field="cursor") from None
    if len(ids) != count:
        raise InvalidValueError(field="cursor")
    return ids


def next_cursor(items: Sequence[Item], limit: int, position: Callable[[Item], str]) -> str | None:
    """Return the cursor after a page that was full, None after the last one."""
    return seal(position(items[-1])) if len(items) >= limit else None


def page_of(
    items: Sequence[Item], limit: int, cursor: str | None, name: Callable[[Item], str]
) -> tuple[Sequence[Item], str | None]:
    """Cut a page out of a list that is all there; `name` tells its items apart.

    Raises:
        InvalidValueError: the item that the page before ended with has gone: begin anew.
    """
    begin = 0
    if cursor is not None:
        last = unseal(cursor)
        begin = next((i for i, item in enumerate(items, 1) if name(item) == last), -1)
        if begin < 0:
            raise InvalidValueError(field="cursor")
    page = items[begin : begin + limit]
    more = begin + limit < len(items)
    return page, next_cursor(page, limit, name) if more else None
