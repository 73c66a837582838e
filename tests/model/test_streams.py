"""Random streams of commands, facts and jobs: the database does what the model does, to the cent.

A failure prints its steps and a blob; `@reproduce_failure(…)` above LedgerMachine repeats it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.effects import EXPECTED
from tests.model.machine import LedgerMachine
from tests.model.machine_base import Worlds
from tests.model.machine_orders import ORDER_FACTS
from tests.support.databases import Database

ROWS = "_row_"
FUNCTIONS = {name.removeprefix(ROWS) for name in dir(LedgerMachine) if name.startswith(ROWS)}
"""The commands and facts that the machine submits."""


@pytest.fixture
def worlds(template: Database) -> Iterator[Worlds]:
    with Worlds(template) as worlds:
        yield worlds


def _run(worlds: Worlds, limits: settings, tell: Callable[[str], None]) -> Counter[str]:
    """Run streams; returns how often each command and fact was accepted for the first time."""
    LedgerMachine.worlds = worlds
    LedgerMachine.counted.clear()
    LedgerMachine.effects.clear()
    run_state_machine_as_test(LedgerMachine, settings=limits)
    outcomes: dict[str, list[str]] = defaultdict(list)
    total, accepted = 0, Counter[str]()
    for counted, number in sorted(LedgerMachine.counted.items()):
        kind, _, outcome = counted.partition(": ")
        outcomes[kind].append(f"{number} {outcome}")
        if kind in FUNCTIONS or kind in ORDER_FACTS:
            total += number
            accepted[kind] += number if outcome == "accepted" else 0
    for kind, listed in outcomes.items():
        tell(f"{kind}: {', '.join(listed)}")
    tell(f"{total} commands and facts as in the model")
    return accepted


def test_the_database_does_what_the_model_does(worlds: Worlds, tell: Callable[[str], None]) -> None:
    accepted = _run(worlds, settings(max_examples=30, stateful_step_count=40), tell)
    for name in ("place_order", "execution"):
        assert accepted[name] > 0


def test_streams_are_not_in_vain(worlds: Worlds, tell: Callable[[str], None]) -> None:
    """The same streams on every run: each command and fact was accepted, and all has happened."""
    limits = settings(max_examples=70, stateful_step_count=50, derandomize=True, database=None)
    accepted = _run(worlds, limits, tell)
    assert {name for name in {*FUNCTIONS, *ORDER_FACTS} if not accepted[name]} == set()
    assert {kind for kind in EXPECTED if not LedgerMachine.effects[kind]} == set()


@pytest.mark.soak
def test_the_database_does_what_the_model_does_for_long(
    worlds: Worlds, tell: Callable[[str], None]
) -> None:
    _run(worlds, settings(), tell)
