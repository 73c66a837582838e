"""Who did what: the lines of the audit log, and the history that carries its own actors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from financebuy.database.pools import Connection
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for; None: anything. Times are of recording."""

    actor: str | None = None
    subject_id: UUID | None = None
    action: str | None = None
    table: str | None = None
    record: str | None = None
    request_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was done. `seal_seq` is None while it is not sealed.

    `in_table` and `row_id` (with `number`) name the row that says so, for `prove`; `record` is
    what it was done to. `origin` is where from: a network address is encrypted.
    """

    recorded_at: datetime
    actor: str
    actor_kind: str | None
    login: str | None
    key_id: str | None
    action: str
    record: str | None
    subject_id: UUID | None
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    request_id: str | None
    origin: str | None
    in_table: str
    row_id: UUID
    number: int
    epoch: int
    seal_seq: int | None


@dataclass(frozen=True, slots=True)
class AuditStatus:
    """How far history is sealed. `unsealed_rows` counts to 100,000, entries not."""

    epoch: int
    seal_seq: int | None
    sealed_at: datetime | None
    sealed_rows: int
    unsealed_rows: int
    oldest_unsealed: datetime | None
    uncopied_heads: int
    passed_at: datetime | None
    stopped: str | None
    stopped_at: datetime | None


async def search(
    connection: Connection, wanted: Filter, *, limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> list[Line]:  # fmt: skip
    """Return what matches, newest first, over a connection of `auditor`.

    `before` is the time and row of the last line that is known.
    """
    values = {name: getattr(wanted, name) for name in Filter.__slots__} | {
        "limit": limit,
        "before_at": None if before is None else before[0],
        "before_id": None if before is None else before[1],
    }
    return await fetch_all(connection, Line, load("audit").search, values)


async def status(connection: Connection) -> AuditStatus:
    """Return how far the sealer is."""
    found = await fetch_one(connection, AuditStatus, load("audit").status, {})
    assert found is not None  # noqa: S101 (the function always answers)
    return found
