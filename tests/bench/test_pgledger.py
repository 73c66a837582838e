"""pgledger takes part by its own SQL: here by one with its interface, since it is not ours to keep.

With the real file it was run by hand: `docs/operating/performance.md` has the command and figures.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from financebuy.bench.pgbench import run_pgbench
from financebuy.bench.rivals.batches import batch_turn
from financebuy.bench.rivals.pgledger import NoPgledgerError, drawn, prepare, single_script
from financebuy.bench.samples import Sample
from financebuy.sql import load
from tests.support.databases import Database

LIKE_IT = Path(__file__).with_name("like_pgledger.sql")
BOOKS = """
select (select count(*) from ledger_transfers), (select sum(balance) from ledger_accounts),
    (select count(*) from ledger_accounts as a where a.balance <> (
        select coalesce(sum(case a.id when t.to_account_id then t.amount else -t.amount end), 0)
        from ledger_transfers as t where a.id in (t.from_account_id, t.to_account_id)))
"""


def books(database: Database) -> Any:
    """Transfers, the sum of all balances, accounts whose balance is not that of their transfers."""
    with psycopg.connect(database.admin_url) as connection:
        return connection.execute(BOOKS).fetchone()


def test_single_calls_by_pgbench(database: Database) -> None:
    ids = prepare(database.admin_url, [LIKE_IT], 5)
    assert len(set(ids)) == 5
    sample = run_pgbench(database.admin_url, single_script(5), clients=2, seconds=1)
    transfers, total, wrong = books(database)
    assert transfers >= sample.count > 0
    assert (total, wrong) == (0, 0)


def test_batches(database: Database) -> None:
    ids = prepare(database.admin_url, [LIKE_IT], 6)
    before: list[int] = []

    async def turn() -> Sample:
        async with AsyncExitStack() as stack:
            take = await batch_turn(
                stack, database.admin_url, load("bench").transfers, drawn(ids), size=7, clients=2
            )
            return await take(0.2, lambda: before.append(books(database)[0]))

    sample = asyncio.run(turn())
    booked, *sums = books(database)
    assert sums == [0, 0]
    # The other client's second call may have been under way when the first calls were done.
    assert booked - before[0] - 7 <= sample.count <= booked - before[0]
    assert sample.count % 7 == 0
    assert sample.count > 0


def test_each_client_has_accounts_of_its_own_and_two_for_a_transfer() -> None:
    rows = drawn([f"a{n}" for n in range(10)])
    seen: list[set[str]] = []
    for who in (0, 1):
        batch = rows(who, 500)
        pairs = list(zip(batch["debits"], batch["credits"], strict=True))
        assert len(pairs) == 500
        assert all(debit != credit for debit, credit in pairs)
        seen.append({each for pair in pairs for each in pair})
    assert [len(each) for each in seen] == [5, 5]
    assert not seen[0] & seen[1]


def test_pgbench_draws_two_accounts() -> None:
    script = single_script(2).splitlines()[:2]
    assert script == [r"\set a random(1, 2)", r"\set b 1 + (:a + random(0, 0)) % 2"]
    # Over all that can be drawn of four, each other account is as likely.
    pairs = [(a, 1 + (a + r) % 4) for a in range(1, 5) for r in range(3)]
    assert sorted(pairs) == [(a, b) for a in range(1, 5) for b in range(1, 5) if a != b]


def test_sql_that_is_not_pgledger_s_is_refused(database: Database, tmp_path: Path) -> None:
    other = tmp_path / "other.sql"
    other.write_text("create table something (n integer);")
    with pytest.raises(NoPgledgerError, match=r"uuid_to_ulid comes first.*pgledger_create_account"):
        prepare(database.admin_url, [other], 5)
