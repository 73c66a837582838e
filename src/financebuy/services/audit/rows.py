"""Reading history as it is sealed: each row's key and its exact bytes."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from psycopg import IsolationLevel, sql
from psycopg.rows import class_row

from financebuy.database.pools import Connection
from financebuy.sql import load

_ROWS_A_FETCH = 5_000
LAST_XID = 2**62
"""After every transaction."""

Sources = Mapping[str, sql.Identifier]
"""The tables to read, by the names that the queries have for them; `executions` has but one."""

ATTACHED: Sources = {
    name: sql.Identifier("public", name)
    for name in ("transactions", "entries", "order_events", "audit_log")
}


class SealRow(NamedTuple):
    """A row to be hashed: its transaction's number, its packed key, its bytes."""

    xid: int
    key: bytes
    payload: bytes


_READS: Mapping[str, frozenset[str]] = {
    "transactions": frozenset({"transactions"}),
    "entries": frozenset({"transactions", "entries"}),
    "executions": frozenset(),
    "order_events": frozenset({"order_events"}),
    "audit_log": frozenset({"audit_log"}),
}
"""What is read, and from which tables; `executions` is one table and stays."""


@asynccontextmanager
async def snapshot(connection: Connection) -> AsyncIterator[None]:
    """A transaction that sees one moment, and writes values down as seals do."""
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    try:
        async with connection.transaction():
            await begin(connection)
            yield
    finally:
        await connection.set_isolation_level(None)


async def begin(connection: Connection) -> None:
    """Make this transaction write values down as seals do."""
    await connection.execute(load("audit").begin)


async def rows_between(
    connection: Connection, epoch: int, first: int, end: int, sources: Sources = ATTACHED
) -> list[SealRow]:
    """Return the rows that transactions `first` to before `end` of `epoch` wrote, in their order.

    `begin` must have been called in this transaction.
    """
    rows = stream_between(connection, epoch, first, end, sources)
    return sorted([row async for row in rows])


async def stream_between(
    connection: Connection, epoch: int, first: int, end: int, sources: Sources = ATTACHED,
    only: Collection[str] | None = None,
) -> AsyncIterator[SealRow]:  # fmt: skip
    """Do so in any order, without keeping them; `only` those of some tables."""
    limits = {"epoch": epoch, "first": first, "end": end}
    for name, needed in _READS.items():
        if only is not None and name not in only:
            continue
        if sources is not ATTACHED and (not needed or not needed <= set(sources)):
            continue
        query = sql.SQL(getattr(load("audit"), name)).format(**sources)
        async with connection.cursor(binary=True, row_factory=class_row(SealRow)) as cursor:
            await cursor.execute(query, limits)
            while rows := await cursor.fetchmany(_ROWS_A_FETCH):
                for row in rows:
                    yield row
