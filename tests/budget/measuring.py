"""What a command costs, counted and not timed: at the connection, by statements and by tables.

Commands go through the product's own writer, and each batch is committed. Counts are of a session
that has run the command before, since a writer keeps its connection: what is planned then is
planned each time.
"""

import asyncio
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

import psycopg

from financebuy.database.commands import ROLES, CommandWriter, parameters
from financebuy.database.pools import Connection, Pools
from tests.budget.rows import Rows
from tests.budget.stage import ALONE, BATCH
from tests.support.databases import Database
from tests.support.world import World

Figures = dict[str, int]
"""What was counted, by its name; rows that were written by `written <table>`."""

# A client's message, after which the server says when it is ready again.
_ASKING = re.compile(rb"\tF\t\d+\t(Sync|Query)")
_FLUSH = "select pg_stat_force_next_flush()"
_SETTINGS = {"pg_stat_statements.track": "all", "pg_stat_statements.track_planning": "on"}
# The log is counted by the statement from outside, whose counts have those of what ran inside.
_STATEMENTS = f"""
    select sum(s.calls)::bigint as statements, sum(s.plans)::bigint as plans,
        sum(s.wal_records) filter (where s.toplevel)::bigint as wal_records,
        sum(s.wal_bytes) filter (where s.toplevel)::bigint as wal_bytes
    from pg_stat_statements as s
    where s.dbid = (select d.oid from pg_database as d where d.datname = current_database())
        and s.query <> '{_FLUSH}'"""
_TABLES = """
    select coalesce(pg_partition_root(s.relid), s.relid)::regclass::text as name,
        sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::bigint as written,
        sum(s.seq_tup_read + coalesce(s.idx_tup_fetch, 0))::bigint as read
    from pg_stat_user_tables as s
    group by 1"""


class TracedPools(Pools):
    """Pools that remember their connections, which write each message of the protocol down."""

    def __init__(self, urls: Mapping[str, str], protocol: IO[bytes], read: IO[bytes]) -> None:
        super().__init__(urls)
        self._protocol = protocol
        self._read = read
        self.taken: dict[str, Connection] = {}

    async def take(self, role: str) -> Connection:
        connection = await super().take(role)
        connection.pgconn.trace(self._protocol.fileno())
        self.taken[role] = connection
        return connection

    def round_trips(self) -> int:
        """How often something was sent that waits for an answer, since this was asked before."""
        return sum(bool(_ASKING.search(line)) for line in self._read)


class Meter:
    """Counts what happens in a database, but for what its own session does."""

    def __init__(self, world: World) -> None:
        self._world = world
        for setting, value in _SETTINGS.items():
            query = f"alter database {world.database.name} set {setting} = '{value}'"
            world.admin.execute(query.encode())
        world.admin.execute("set pg_stat_statements.track = 'none'")
        # With room for all: the least used are thrown out of a full table.
        world.admin.execute("select pg_stat_statements_reset()")
        self._before = self._read()

    def since(self) -> Figures:
        """What was counted since this was asked before."""
        before, self._before = self._before, self._read()
        changes = {name: n - before.get(name, 0) for name, n in self._before.items()}
        return {name: n for name, n in changes.items() if n or not name.startswith("written ")}

    def _read(self) -> Figures:
        (statements,) = self._world.rows(_STATEMENTS)
        tables = self._world.rows(_TABLES)
        return {
            **{name: int(n or 0) for name, n in statements.items()},
            "rows_read": sum(row["read"] for row in tables),
            **{f"written {row['name']}": row["written"] for row in tables},
        }


def measure(database: Database, cases: Mapping[str, Rows]) -> dict[str, dict[str, Figures]]:
    """The figures of each case, `alone` and in a `batch`; its rows are used up."""
    urls = {role: database.url(role) for role in ROLES.values()}
    # Opened twice, since who reads would move the place at which is written.
    with (
        World(database) as world,
        tempfile.NamedTemporaryFile() as protocol,
        Path(protocol.name).open("rb") as read,
    ):
        pools = TracedPools(urls, protocol, read)
        return asyncio.run(_measure(Meter(world), pools, cases))


async def _measure(
    meter: Meter, pools: TracedPools, cases: Mapping[str, Rows]
) -> dict[str, dict[str, Figures]]:
    async with pools, CommandWriter(pools, writers=1) as writer:
        measuring = _Measuring(meter, pools, writer)
        return {case: await measuring.case(case, rows) for case, rows in cases.items()}


class _Measuring:
    def __init__(self, meter: Meter, pools: TracedPools, writer: CommandWriter) -> None:
        self._meter = meter
        self._pools = pools
        self._writer = writer

    async def case(self, case: str, rows: Rows) -> dict[str, Figures]:
        function = case.partition(" ")[0]
        alone = [await self._counted(function, [row]) for row in rows[:ALONE]]
        batch = await self._counted(function, rows[ALONE : ALONE + BATCH])
        return {"alone": _least(alone), "batch": batch}

    async def _counted(self, function: str, rows: Rows) -> Figures:
        keys = parameters(function)
        given = [{key: row.get(key) for key in keys} for row in rows]
        self._pools.round_trips()
        await asyncio.gather(*(self._writer.submit(function, row) for row in given))
        asked = self._pools.round_trips()
        # A session tells what it did to tables at its leisure, once a second, unless it is asked.
        await self._pools.taken[ROLES[function]].execute(_FLUSH)
        return {"round_trips": asked, **self._meter.since()}


def _least(found: Iterable[Figures]) -> Figures:
    """The least of each figure: now and then a row splits a page, or is the first of a session."""
    every = list(found)
    return {name: min(each.get(name, 0) for each in every) for name in every[-1]}


# ---------------------------------------------------------------------- one by one

_EACH = f"""
    select s.calls, s.plans, s.wal_records, s.toplevel, s.query from pg_stat_statements as s
    where s.dbid = (select d.oid from pg_database as d where d.datname = current_database())
        and s.query <> '{_FLUSH}'
    order by s.toplevel desc, s.plans desc, s.calls desc, s.query"""


def statements(database: Database, case: str, rows: Rows) -> list[str]:
    """Each statement of a command alone, in a session that has run it before."""
    with World(database) as world:
        Meter(world)
        for row in rows[: ALONE - 1]:
            world.do(case.partition(" ")[0], row)
        world.admin.execute("select pg_stat_statements_reset()")
        world.do(case.partition(" ")[0], rows[ALONE - 1])
        found = world.rows(_EACH)
    return [
        f"{row['calls']:>4} calls {row['plans']:>3} plans {row['wal_records']:>4} records  "
        + " ".join(row["query"].split())[:200]
        for row in found
    ]


def server_version(database: Database) -> int:
    """The major one."""
    with psycopg.connect(database.admin_url) as connection:
        return connection.info.server_version // 10_000
