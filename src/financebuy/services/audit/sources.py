"""The tables that hold history: the attached ones, and each month that was detached."""

from dataclasses import dataclass, field

from psycopg import sql

from financebuy.database.pools import Connection
from financebuy.services.audit.rows import ATTACHED, Sources
from financebuy.services.rows import fetch_all
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class _Table:
    name: str


@dataclass(frozen=True, slots=True)
class _Range:
    epoch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Source:
    """Some tables, and which transactions wrote them, by epoch; attached ones: any."""

    name: str
    tables: Sources
    ranges: dict[int, tuple[int, int]] | None = field(default=None)

    def may_hold(self, epoch: int, first: int, end: int) -> bool:
        """Whether rows of these transactions may be there."""
        if self.ranges is None:
            return True
        low, high = self.ranges.get(epoch, (1, 0))
        return first <= high and low < end


async def sources(connection: Connection) -> list[Source]:
    """Return the attached tables, then each detached month, oldest first."""
    found = await fetch_all(connection, _Table, load("audit").detached_tables, {})
    months: dict[str, dict[str, sql.Identifier]] = {}
    for table in found:
        name, year, month = table.name.rsplit("_", 2)
        months.setdefault(f"{year}_{month}", {})[name] = sql.Identifier("public", table.name)
    detached = [
        Source(month, tables, await ranges_of(connection, tables))
        for month, tables in sorted(months.items())
    ]
    return [Source("attached", ATTACHED), *detached]


async def ranges_of(connection: Connection, tables: Sources) -> dict[int, tuple[int, int]]:
    """Return which transactions, by epoch, wrote what is in `tables`."""
    ranges: dict[int, tuple[int, int]] = {}
    for name in ("transactions", "order_events", "audit_log"):
        if name not in tables:
            continue
        query = sql.SQL(load("audit").xid_range).format(table=tables[name])
        for each in await fetch_all(connection, _Range, query.as_string(connection), {}):
            low, high = ranges.get(each.epoch, (each.first, each.last))
            ranges[each.epoch] = (min(low, each.first), max(high, each.last))
    return ranges
