"""Random streams of commands, facts and jobs: the database does what the model does, to the cent.

A failure prints its steps and a blob; `@reproduce_failure(…)` above LedgerMachine repeats it.
"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import LedgerMachine
from tests.model.machine_base import Worlds
from tests.support.databases import Database


@pytest.fixture
def worlds(template: Database) -> Iterator[Worlds]:
    with Worlds(template) as worlds:
        yield worlds


def _run(worlds: Worlds, limits: settings, tell: Callable[[str], None]) -> None:
    LedgerMachine.worlds = worlds
    LedgerMachine.counted.clear()
    run_state_machine_as_test(LedgerMachine, settings=limits)
    counted = LedgerMachine.counted
    commands = sum(n for name, n in counted.items() if not name.startswith("job"))
    tell(f"{commands} commands and facts, {counted.total() - commands} jobs as in the model")
    # A stream in which nothing happens proves nothing.
    for name in ("place_order", "execution", "cancel_order", "request_withdrawal"):
        assert counted[f"{name}: accepted"] > 0


def test_the_database_does_what_the_model_does(worlds: Worlds, tell: Callable[[str], None]) -> None:
    _run(worlds, settings(max_examples=40, stateful_step_count=40), tell)


@pytest.mark.soak
def test_the_database_does_what_the_model_does_for_long(
    worlds: Worlds, tell: Callable[[str], None]
) -> None:
    _run(worlds, settings(), tell)
