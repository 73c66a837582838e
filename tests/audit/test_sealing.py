"""The sealer takes every committed row once, and what it signs can be verified."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from financebuy.database.pools import Connection
from financebuy.services.audit import sealing
from financebuy.services.audit.rows import LAST_XID, snapshot, stream_between
from financebuy.services.audit.sealer import Sealer
from tests.support import world as w
from tests.support.audit import Audited, audited
from tests.support.databases import Database
from tests.support.population import populate
from tests.support.world import World

SECONDS = float(os.environ.get("FINANCEBUY_TEST_SECONDS", "4"))
TABLES = ("transactions", "entries", "executions", "order_events", "audit_log")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


@pytest.fixture
def audit(database: Database, tmp_path: Path) -> Audited:
    return audited(database, tmp_path)


def rows_of(world: World) -> int:
    return sum(int(world.value(f"select count(*) from {table}")) for table in TABLES)


def test_everything_is_sealed_and_verifies(world: World, audit: Audited) -> None:
    populate(world)
    there = rows_of(world)
    sealed = audit.seal()
    # The audit line that says that the first epoch was opened came with the pass.
    assert sealed == there + 1
    report = audit.verify()
    assert report.findings == []
    assert (report.rows, report.unsealed, report.epochs) == (sealed, 0, 1)
    assert audit.seal() == 0


def test_no_row_is_missed_while_others_write(
    world: World, audit: Audited, tell: Callable[[str], None]
) -> None:
    """Writers whose transactions last, end in any order and fail, while the sealer passes."""
    user = world.user()
    accounts = [world.account(user) for _ in range(6)]
    stop = threading.Event()
    done: list[int] = []

    def write(account: UUID) -> None:
        random = Random(account.int)
        with psycopg.connect(audit.database.url("fb_bank"), row_factory=dict_row) as connection:
            while not stop.is_set():
                w.call(connection, "deposit_received", [w.deposit(account, 1)])
                stop.wait(random.choice((0, 0.001, 0.05, 0.2)))
                if random.random() < 0.2:
                    connection.rollback()
                else:
                    connection.commit()
                    done.append(1)

    async def passes(connection: Connection) -> list[int]:
        sealer = Sealer(connection, audit.signer, [audit.outside])
        until = time.monotonic() + SECONDS
        found = []
        while time.monotonic() < until:
            found.append(await sealer.seal())
        stop.set()
        return found

    with ThreadPoolExecutor(len(accounts)) as writers:
        ended = [writers.submit(write, account) for account in accounts]
        try:
            sealed = audit.run("fb_sealer", passes)
        finally:
            stop.set()
        for each in ended:
            each.result()
    last = audit.seal()
    report = audit.verify()
    assert report.findings == []
    assert (report.unsealed, report.rows) == (0, rows_of(world))
    assert sum(sealed) + last == report.rows
    tell(f"{len(done)} commits, {len(sealed)} passes, {report.rows} rows in {report.seals} seals")


def test_rows_are_sealed_in_batches_of_a_bounded_size(
    world: World, audit: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH_ROWS", 120)
    populate(world)
    audit.seal()
    sizes = [
        row["row_count"] for row in world.rows("select row_count from seals order by seal_seq")
    ]
    assert len(sizes) > 1
    report = audit.verify()
    assert (report.findings, report.rows) == ([], rows_of(world))


LAYOUT_1 = (
    b'{"table" : "entries", "transaction_id" : "00000000-0000-7000-8000-000000000001", "leg" : 1,'
    b' "account_id" : "00000000-0000-7000-8000-000000000002",'
    b' "asset_id" : "00000000-0000-7000-8000-00000000f001", "amount" : -12.50, "version" : null,'
    b' "recorded_at" : "2026-03-01T10:00:00.000001+00:00",'
    b' "effective_at" : "2012-06-04T14:00:00+00:00"}'
)


def test_rows_are_written_down_as_ever(world: World, audit: Audited) -> None:
    """Layout 1, to the byte: what was sealed once must be written so for ever."""
    world.admin.execute("set session_replication_role = replica")
    world.admin.execute(
        "insert into transactions (transaction_id, recorded_at, effective_at, account_id,"
        " transaction_type, amount, currency, event_id, command_id, actor, xid) values"
        " ('00000000-0000-7000-8000-000000000001', '2026-03-01 10:00:00.000001+00', now(),"
        " gen_random_uuid(), 'fee', 1, 'USD', gen_random_uuid(), gen_random_uuid(), 'x', 5)"
    )
    world.admin.execute(
        "insert into entries values ('00000000-0000-7000-8000-000000000001', 1,"
        " '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-00000000f001',"
        " -12.50, null, '2026-03-01 10:00:00.000001+00', '2012-06-04 14:00:00+00')"
    )

    async def read(connection: Connection) -> bytes:
        await connection.execute("set timezone = 'Asia/Tokyo'; set datestyle = 'German'")
        async with snapshot(connection):
            (row,) = [x async for x in stream_between(connection, 1, 5, 6, only=("entries",))]
        return row.payload

    assert audit.run("auditor", read) == LAYOUT_1


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_sealed(table: str, world: World, audit: Audited) -> None:
    populate(world)
    columns = {
        row["name"]
        for row in world.rows(
            "select attname as name from pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped", table,
        )
    }  # fmt: skip

    async def read(connection: Connection) -> bytes:
        async with snapshot(connection):
            rows = stream_between(connection, 1, 0, LAST_XID, only=(table,))
            return (await anext(rows)).payload

    assert json.loads(audit.run("auditor", read)).keys() - {"table"} == columns
