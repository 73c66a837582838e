"""Any number of random commands and facts of all kinds leave books that balance at every look."""

import os
import time
from collections import Counter
from collections.abc import Callable

import pytest

from financebuy.database.commands import ROLES
from financebuy.sql import names, text
from tests.sql.flood import Flood, build_town
from tests.support.databases import Database
from tests.support.world import Row, World

COMMANDS = int(os.environ.get("FINANCEBUY_SOAK_COMMANDS", "1000000"))
A_FEW = 4_000
LOOKS = 20
PROCESSES = 2
SEED = int(os.environ.get("FINANCEBUY_SOAK_SEED", "1"))
Tell = Callable[[str], None]


@pytest.fixture
def say(pytestconfig: pytest.Config) -> Tell:
    """Print a line at once, where somebody may be watching."""
    plugins = pytestconfig.pluginmanager
    terminal, capture = (plugins.get_plugin(n) for n in ("terminalreporter", "capturemanager"))

    def show(line: str) -> None:
        if terminal and capture:
            with capture.global_and_fixture_disabled():
                terminal.write_line(line, flush=True)

    return show


def test_a_few_thousand_random_commands_and_facts(
    database: Database, tell: Tell, say: Tell
) -> None:
    flood(database, A_FEW, tell, say)


@pytest.mark.soak
def test_a_million_random_commands_and_facts(database: Database, tell: Tell, say: Tell) -> None:
    flood(database, COMMANDS, tell, say)


def flood(database: Database, commands: int, tell: Tell, say: Tell) -> None:
    """Decide so many commands and facts, with no break, no deadlock and every kind accepted."""
    with World(database) as world:
        town = build_town(world)
        run = Flood(world, town, commands=commands, processes=PROCESSES, seed=SEED)
        looks = 0

        def look() -> None:
            nonlocal looks
            looks += 1
            assert timed_checks(world)[0] == {}

        run.run(look, commands // LOOKS, say)
        found, slow = timed_checks(world)
        assert found == {}
        deadlocks = world.value(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        assert deadlocks == 0
        assert run.decided >= commands
        assert [f for f in ROLES if not run.counted[f"{f} accepted"]] == []
        tell(f"{run.progress()}; {looks + 1} times all {len(names('checks'))} checks: 0 rows")
        tell(f"outcomes: {dict(outcomes(run.counted).most_common())}; slowest checks: {slow}")
        tell(f"by kind: {by_kind(run.counted)}")


def timed_checks(world: World) -> tuple[dict[str, list[Row]], dict[str, float]]:
    """What the checks find in one snapshot, and the slowest of them in seconds."""
    found, seconds = {}, {}
    auditor = world.as_role("auditor")
    with auditor.transaction():
        auditor.execute("set transaction isolation level repeatable read")
        for name in names("checks"):
            began = time.monotonic()
            found[name] = auditor.execute(text(f"checks/{name}").encode()).fetchall()
            seconds[name] = round(time.monotonic() - began, 2)
    slowest = sorted(seconds, key=lambda name: -seconds[name])[:4]
    return {n: rows for n, rows in found.items() if rows}, {n: seconds[n] for n in slowest}


def outcomes(counted: Counter[str]) -> Counter[str]:
    """How many by outcome."""
    total: Counter[str] = Counter()
    for name, count in counted.items():
        total[name.rpartition(" ")[2]] += count
    return total


def by_kind(counted: Counter[str]) -> str:
    """Each kind's accepted of all."""
    total: Counter[str] = Counter()
    for name, count in counted.items():
        if not name.endswith(" repeated"):
            total[name.rpartition(" ")[0]] += count
    kinds = (f"{f} {counted[f'{f} accepted']}/{n}" for f, n in total.most_common())
    return ", ".join(kinds)
