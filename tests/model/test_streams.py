"""Random streams of commands, facts and jobs: the database does what the model does, to the cent.

A failure prints its steps and a blob; `@reproduce_failure(…)` above LedgerMachine repeats it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.effects import EXPECTED
from tests.model.effects_accounts import EXPECTED_OF_ACCOUNTS, LOOKED_BACK, RARE, REFUSED
from tests.model.machine import LedgerMachine
from tests.model.machine_base import Worlds
from tests.model.machine_orders import ORDER_FACTS
from tests.support.databases import Database

ROWS = "_row_"
FUNCTIONS = {name.removeprefix(ROWS) for name in dir(LedgerMachine) if name.startswith(ROWS)}
"""The commands and facts that the machine submits."""
STEADY = settings(
    max_examples=9, stateful_step_count=40, database=None, phases=[Phase.generate]
)  # fmt: skip
"""Few examples a seed: after ten of them Hypothesis varies those that it has."""


@pytest.fixture
def worlds(template: Database) -> Iterator[Worlds]:
    with Worlds(template) as worlds:
        yield worlds


def _run(
    worlds: Worlds, limits: settings, tell: Callable[[str], None],
    seeds: Iterable[int | None] = (None,),
) -> Counter[str]:  # fmt: skip
    """Run streams; returns how often each command and fact was accepted for the first time."""
    LedgerMachine.worlds = worlds
    LedgerMachine.counted.clear()
    LedgerMachine.effects.clear()
    for number in seeds:
        machine = type("Seeded", (LedgerMachine,), {})
        run_state_machine_as_test(
            machine if number is None else seed(number)(machine), settings=limits
        )
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
    accepted = _run(worlds, settings(max_examples=10, stateful_step_count=40), tell)
    for name in ("place_order", "execution"):
        assert accepted[name] > 0


def test_streams_are_not_in_vain(worlds: Worlds, tell: Callable[[str], None]) -> None:
    """Each command and fact was accepted, and all has happened, within a few streams."""
    accepted = _run(worlds, STEADY, tell, _until_met(4, 12))
    assert {name for name in {*FUNCTIONS, *ORDER_FACTS} if not accepted[name]} == set()
    assert _never_met() - RARE == set()


@pytest.mark.soak
def test_long_streams_meet_everything(worlds: Worlds, tell: Callable[[str], None]) -> None:
    """What is rare, too."""
    _run(worlds, STEADY, tell, range(80))
    assert _never_met() == set()


def _until_met(least: int, most: int) -> Iterator[int]:
    """Numbers of streams. What they draw depends on the modules that a test run has loaded, so that
    some need more of them to meet everything."""
    for number in range(most):
        yield number
        if number + 1 >= least and not _never_met() - RARE:
            return


def _never_met() -> set[str]:
    """What was to happen, and the refusals that were to be met, but were not."""
    happened = {*EXPECTED, *EXPECTED_OF_ACCOUNTS}
    return {kind for kind in happened if not LedgerMachine.effects[kind]} | {
        name for name in (*REFUSED, *LOOKED_BACK) if not LedgerMachine.counted[name]
    }


@pytest.mark.soak
def test_the_database_does_what_the_model_does_for_long(
    worlds: Worlds, tell: Callable[[str], None]
) -> None:
    _run(worlds, settings(), tell)
