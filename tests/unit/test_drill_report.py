"""What a crash drill concludes, and what it must not conclude."""

from datetime import UTC, datetime
from typing import Any

import pytest

from financebuy.drills.evidence import Evidence
from financebuy.drills.journal import Answered, Command, Failed, Kind, Line, Sent
from financebuy.drills.reconcile import Finding, Problem, stories
from financebuy.drills.report import Moments, Report, Verdict, longest_silence, write_report
from financebuy.services.checks import CheckResult

ROUND = Moments("api", began=100.0, killed=110.0, back=114.0, ended=120.0)
GOOD_CHECK = CheckResult("01_sums", "they sum to zero", [], 0)


def answers(*times: float, status: int = 204) -> list[Line]:
    lines: list[Line] = []
    for at in times:
        key = f"k-{at}"
        command = Command(key, Kind.CANCEL, "a")
        lines += [Sent(at, command), Answered(at, key, status, False, {})]
    return lines


def report(lines: list[Line], **other: Any) -> Report:
    given: dict[str, Any] = {
        "seed": 1, "clients": 1, "accounts": 1, "control": False, "moments": [ROUND],
        "findings": [],
        "evidence": Evidence([], [], [datetime.fromtimestamp(105, UTC)]),
        "checks": [GOOD_CHECK], "started": 100.0, "ended": 120.0,
    }  # fmt: skip
    return write_report(told=stories(lines), **(given | other))


def test_a_good_round_passes() -> None:
    result = report(answers(101, 109, 115, 119))
    assert result.verdict is Verdict.PASSED
    (each,) = result.rounds
    assert (each.acknowledged, each.filled, each.back, each.outage) == (4, 1, 4.0, 6.0)


@pytest.mark.parametrize(
    ("lines", "other"),
    [
        (answers(), {}),
        (answers(111, 115), {}),
        (answers(101, 112), {}),
        (answers(101, 115, status=403), {}),
        (answers(101, 115), {"evidence": Evidence([], [], [])}),
        (answers(101, 115), {"checks": []}),
        (answers(101, 115), {"moments": []}),
    ],
    ids=[
        "no load",
        "none before the kill",
        "none after it",
        "all refused",
        "no fill",
        "no check",
        "no round",
    ],
)
def test_what_did_not_happen_is_no_pass(lines: list[Line], other: dict[str, Any]) -> None:
    result = report(lines, **other)
    assert result.verdict is Verdict.NOT_EVALUATED
    assert result.reasons


def test_findings_count_in_the_round_of_the_acknowledgement() -> None:
    lost = Finding(Problem.LOST, "k-109", "gone")
    result = report(answers(101, 109, 115), findings=[lost])
    assert result.verdict is Verdict.FINDINGS
    assert (result.rounds[0].lost, result.totals.lost) == (1, 1)


def test_books_that_do_not_balance_are_findings() -> None:
    bad = CheckResult("01_sums", "they sum to zero", [{"sum": 3}], 1)
    result = report(answers(101, 115), checks=[bad])
    assert result.verdict is Verdict.FINDINGS
    assert result.books[0].rows == [{"sum": "3"}]


def test_findings_win_over_a_round_without_load() -> None:
    lost = Finding(Problem.LOST, "k", "gone")
    assert report([], findings=[lost]).verdict is Verdict.FINDINGS


def test_a_control_passes_when_its_loss_was_noticed() -> None:
    lost = Finding(Problem.LOST, "k-109", "gone")
    assert report(answers(101, 115), control=True, findings=[lost]).verdict is Verdict.PASSED
    blind = report(answers(101, 115), control=True)
    assert blind.verdict is Verdict.NOT_EVALUATED
    assert "would not have noticed" in blind.reasons[0]


def test_unknown_counts_commands_not_attempts() -> None:
    lines = answers(101, 115)
    lines += [Failed(111.0, "k-115", "refused"), Failed(112.0, "k-115", "refused")]
    assert report(lines).rounds[0].unknown == 1


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([1.0, 9.0, 10.5, 11.0, 19.5], 8.5),
        ([1.0, 9.9, 14.0, 19.9], 5.9),
        ([1.0, 9.0], 11.0),
        ([], 0.0),
    ],
    ids=["within the window", "across the kill", "never again", "nothing at all"],
)
def test_the_outage_is_the_longest_silence(times: list[float], expected: float) -> None:
    assert longest_silence(times, killed=10.0, until=20.0) == pytest.approx(expected)
