"""The figures that a measurement boils down to."""

from uuid import uuid4

import pytest
from msgspec import structs

from financebuy.bench.audit_commands import COMMANDS, READ, Subject
from financebuy.bench.figures import Circumstances, middle, percentile
from financebuy.bench.startup import Figure
from financebuy.database.commands import parameters


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0), (1.0, 100.0)]
)
def test_percentiles_of_a_hundred(share: float, expected: float) -> None:
    assert percentile([float(each) for each in range(100, 0, -1)], share) == expected


def test_a_percentile_of_one_and_of_none() -> None:
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([], 0.5) == 0.0


def test_the_median_is_not_the_mean() -> None:
    assert middle([1.0, 2.0, 99.0]) == 2.0


def test_a_goal_is_reached_below_it_only() -> None:
    assert Figure("start", "up", 4.99, 5.0, []).reached
    assert not Figure("start", "up", 5.0, 5.0, []).reached


def test_a_busy_machine_is_named() -> None:
    now = structs.replace(Circumstances.now(), cores=2, load=1.0)
    assert now.warning is None
    assert "load 1.1 on 2 cores" in str(structs.replace(now, load=1.1).warning)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != READ])
def test_the_audits_commands_say_all_that_is_asked_for(command: str) -> None:
    """A parameter that a function has got since would stop the bench, which runs in no test."""
    subject = Subject({}, [uuid4()], uuid4(), uuid4(), "a token", "another")
    assert set(subject.row(command, 0, [uuid4()])) == set(parameters(command))


def test_the_audits_accounts_change_their_status_each_time() -> None:
    subject = Subject({}, [uuid4()], uuid4(), uuid4(), "a token", "another")
    statuses = [subject.row("set_account_status", n, [])["status"] for n in range(3)]
    assert statuses == ["restricted", "active", "restricted"]
