"""Verdicts: against the fastest rival, round by round, and never without a measurement."""

from math import inf

import pytest

from financebuy.bench.entrants import (
    ABOUT,
    BARE_BATCH,
    COPY,
    GROWN,
    ONE_CALL,
    OURS,
    OURS_BATCH,
    PGLEDGER,
    PGLEDGER_BATCH,
    SYNCHRONOUS,
    VALKEY_GET,
    grown,
)
from financebuy.bench.goals import GOALS, MET, MISSED, NOT_MEASURED, Bar, Goal, judge
from financebuy.bench.scenarios import SCENARIOS
from tests.bench.reports import line

PRODUCT, BY_HAND = ONE_CALL


def test_the_faster_of_the_one_call_functions_is_the_rival() -> None:
    goal = Goal("G", "", (Bar("deposit", 64, ONE_CALL, 64, at_least=3),))
    lines = [
        line("deposit", OURS, 64, 3000.0, 3000.0),
        line("deposit", PRODUCT, 64, 500.0, 500.0),
        line("deposit", BY_HAND, 64, 1001.0, 1001.0),
    ]
    (verdict,) = judge(lines, [goal])
    assert (verdict.verdict, verdict.against) == (MISSED, "pgbench-by-hand, 64")
    lines[2] = line("deposit", BY_HAND, 64, 1000.0, 1000.0)
    (verdict,) = judge(lines, [goal])
    assert verdict.verdict == MET
    assert verdict.measured is not None
    assert verdict.measured.median == 3.0


def test_its_best_is_over_all_numbers_of_clients() -> None:
    goal = Goal("G", "", (Bar("deposit", 64, ONE_CALL, at_least=3),))
    lines = [line("deposit", OURS, 64, 300.0), line("deposit", PRODUCT, 8, 50.0)]
    lines += [line("deposit", PRODUCT, 16, 150.0), line("deposit", PRODUCT, 64, 40.0)]
    (verdict,) = judge(lines, [goal])
    assert (verdict.against, verdict.verdict) == ("pgbench-product, 16", MISSED)


def test_a_latency_is_to_be_at_most() -> None:
    goal = Goal("G", "", (Bar("deposit", 64, ONE_CALL, 64, "p99", at_most=0.25),))
    rival = line("deposit", PRODUCT, 64, 10.0, p99=40.0)
    for ours, expected in ((10.0, MET), (10.1, MISSED)):
        (verdict,) = judge([line("deposit", OURS, 64, 30.0, p99=ours), rival], [goal])
        assert verdict.verdict == expected


def test_a_bar_without_a_rival_is_absolute() -> None:
    goal = Goal("G", "", (Bar("http", 64, quantity="p99", at_most=25),))
    (verdict,) = judge([line("http", OURS, 64, 1.0, p99=25.0)], [goal])
    assert (verdict.verdict, verdict.against) == (MET, None)


@pytest.mark.parametrize("missing", [OURS, PRODUCT])
def test_without_one_side_nothing_is_measured(missing: str) -> None:
    goal = Goal("G", "", (Bar("deposit", 64, ONE_CALL, 64, at_least=3),))
    lines = [line("deposit", who, 64, 9.0) for who in (OURS, PRODUCT) if who != missing]
    (verdict,) = judge(lines, [goal])
    assert (verdict.verdict, verdict.measured, verdict.margin) == (NOT_MEASURED, None, None)
    assert verdict.why is not None
    assert verdict.why.startswith("without ")
    assert missing in verdict.why


def test_what_was_not_run_and_what_takes_an_option_is_said() -> None:
    lines = [line("deposit", OURS, 256, 9.0), line("growth", OURS, 256, 9.0)]
    lines.append(line("growth", grown(1_000_000), 256, 9.0))
    why = {verdict.goal: verdict.why for verdict in judge(lines)}
    assert why["G13"] == "takes --pgledger FILE"
    assert why["G2"] == "buy-and-fill was not run"
    assert why["G7"] == "takes --grown 10000000", "a million says nothing of ten"
    assert None not in why.values()


def test_a_transfer_against_both_of_pgledger_s() -> None:
    lines = [line("deposit", OURS, 256, 2_600.0), line("deposit", PGLEDGER, 16, 1_000.0)]
    lines.append(line("deposit", PGLEDGER_BATCH, 256, 3_000.0))
    single, batch = (each for each in judge(lines) if each.goal == "G13")
    assert (single.verdict, single.against) == (MET, "pgledger, 16")
    assert (batch.verdict, batch.against) == (MISSED, "pgledger-batch, 256")


def test_all_safety_is_judged_by_processor_time() -> None:
    bare = line("bare-tables", BARE_BATCH, 64, 1_000.0)
    for cpu, expected in ((75.0, MET), (76.0, MISSED)):
        ours = line("bare-tables", OURS_BATCH, 64, 10.0, cpu=cpu)
        (verdict,) = (each for each in judge([ours, bare]) if each.goal == "G5")
        assert verdict.verdict == expected, "bare tables take 50"


@pytest.mark.parametrize(
    ("bar", "measured", "margin"),
    [(Bar("x", 1, at_least=4), 2.0, 0.5), (Bar("x", 1, at_most=4), 2.0, 2.0),
     (Bar("x", 1, at_most=4), 8.0, 0.5), (Bar("x", 1, at_most=4), 0.0, inf)],
)  # fmt: skip
def test_how_far_a_goal_is(bar: Bar, measured: float, margin: float) -> None:
    assert bar.margin(measured) == margin


def test_every_goal_has_a_verdict() -> None:
    assert [goal.name for goal in GOALS] == [f"G{n}" for n in range(1, 16)]
    assert {verdict.goal for verdict in judge([])} == {goal.name for goal in GOALS}
    assert {verdict.verdict for verdict in judge([])} == {NOT_MEASURED}


def test_every_bar_names_a_scenario_and_rivals_that_there_are() -> None:
    bars = [bar for goal in GOALS for bar in goal.bars]
    assert {bar.scenario for bar in bars} <= set(SCENARIOS)
    assert {their for bar in bars for their in bar.theirs} <= {*ABOUT, OURS, COPY, VALKEY_GET}
    assert {bar.ours for bar in bars} == {OURS, OURS_BATCH, SYNCHRONOUS, GROWN}
    assert all((bar.at_least is None) != (bar.at_most is None) for bar in bars)
