"""Each scenario once, for a moment, with everybody who takes part: afterwards the books balance."""

import asyncio
import secrets
from pathlib import Path

import pytest

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import PGBENCH_TPCB, RIVALS, is_ours
from financebuy.bench.measuring import measure
from financebuy.bench.report import Line
from financebuy.bench.running import Plan
from financebuy.bench.running import run as run_bench
from financebuy.bench.scenarios import SCENARIOS
from financebuy.bench.world import make_world
from financebuy.bootstrap import Connections
from tests.support.databases import Database
from tests.support.world import World as Books

# Those left out need a server of their own; a second database; more accounts of the same kind.
ELSEWHERE = {
    "standby", "growth", "machine", "many-accounts", "many-portfolios", "many-prices",
    "dividend-10000",
}  # fmt: skip
HERE = sorted(set(SCENARIOS) - ELSEWHERE)
ACCOUNTS = 25
GROWN = 100
LIKE_PGLEDGER = Path(__file__).with_name("like_pgledger.sql")


@pytest.fixture
def connections(database: Database) -> Connections:
    return Connections(
        urls={role: database.url(role) for role in database.passwords},
        identity_key=database.identity_key,
        personal_keys={1: secrets.token_bytes(32)},
        blind_index_key=secrets.token_bytes(32),
    )


async def run(names: list[str], database: Database, connections: Connections) -> list[Line]:
    choice = Choice(in_flight=(3,), pgbench_clients=(2,), pgledger=[LIKE_PGLEDGER])
    async with make_world(
        database.server, connections, accounts=ACCOUNTS, url=database.admin_url
    ) as world:
        entrants = [
            entrant for name in names for entrant in await SCENARIOS[name].entrants(world, choice)
        ]
        return await measure(entrants, world.read, print, rounds=1, seconds=0.3, seed=1)


def test_everybody_gets_commands_through_and_the_books_balance(
    database: Database, connections: Connections
) -> None:
    lines = asyncio.run(run(HERE, database, connections))
    assert {line.scenario for line in lines if is_ours(line.contender)} == set(HERE)
    assert {line.contender for line in lines} >= {*RIVALS} - {PGBENCH_TPCB}
    for line in lines:
        (turn,) = line.turns
        assert turn.per_second > 0, line.place
        assert 0 < turn.p50 <= turn.p95 <= turn.p99, line.place
        # A read writes nothing; whatever else there is writes a row of some kind.
        assert turn.wal > 50 or line.scenario.startswith("portfolio"), line.place
    with Books(database) as books:
        assert books.check_books() == {}


def test_a_database_grows_to_what_was_asked_for_and_says_how_far_it_is() -> None:
    told: list[str] = []
    choice = Choice(in_flight=(2,), rivals=(), grown=GROWN)
    plan = Plan(("growth",), choice, rounds=1, seconds=0.3, most_accounts=ACCOUNTS)
    lines = run_bench(plan, told.append).lines
    assert [line.contender for line in lines] == ["financebuy", f"financebuy-at-{GROWN}"]
    assert f"growth: {GROWN} of {GROWN} deposits" in told
    assert all(turn.per_second > 0 for line in lines for turn in line.turns)
