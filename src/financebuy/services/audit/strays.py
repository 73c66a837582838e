"""Rows that no transaction of a known epoch accounts for."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from psycopg import sql
from psycopg.rows import class_row

from financebuy.database.pools import Connection
from financebuy.services.audit.rows import LAST_XID, SealRow, stream_between
from financebuy.services.audit.sources import Source
from financebuy.services.rows import fetch_all
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class _Epoch:
    epoch: int


async def orphans(connection: Connection, sources: Sequence[Source]) -> list[SealRow]:
    """Return the entries that have no transaction."""
    found: list[SealRow] = []
    for source in sources:
        if "entries" not in source.tables:
            continue
        query = sql.SQL(load("audit").orphan_entries).format(**source.tables)
        async with connection.cursor(binary=True, row_factory=class_row(SealRow)) as cursor:
            await cursor.execute(query)
            found += await cursor.fetchall()
    return found


async def foreign_rows(
    connection: Connection, sources: Sequence[Source], known: Collection[int]
) -> AsyncIterator[SealRow]:
    """Every row of an epoch that was never opened here."""
    for source in sources:
        for epoch in await _epochs_in(connection, source):
            if epoch not in known:
                async for row in stream_between(connection, epoch, 0, LAST_XID, source.tables):
                    yield row


async def _epochs_in(connection: Connection, source: Source) -> list[int]:
    if source.ranges is not None:
        return sorted(source.ranges)
    found = await fetch_all(connection, _Epoch, load("audit").row_epochs, {})
    return [each.epoch for each in found]
