"""What a replay drill concludes, and what it must not conclude."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from financebuy.drills.replay_books import PARTS
from financebuy.drills.replay_outcome import Outcome, Season
from financebuy.drills.replay_report import ReplayReport, write_replay_report
from financebuy.drills.report import Verdict
from financebuy.services.checks import CheckResult

SEASON = Season(Path("unused"), 2, 1, date(2000, 3, 1), date(2000, 3, 7), 30, Decimal("0.001"))
GOOD_CHECK = CheckResult("01_sums", "they sum to zero", [], 0)
FILLS = [f"client_order_id={name} kind=fill quantity=1" for name in ("a", "a", "b")]


def outcome(**changes: Any) -> Outcome:
    books = {part: ["a line", "another"] for part in PARTS} | {"fills": FILLS}
    given = {
        "sessions": 5, "commands": Counter({"place_order accepted": 2}), "checks": [GOOD_CHECK],
        "books": books,
    }  # fmt: skip
    return Outcome(1, **(given | changes))


def report(*outcomes: Outcome) -> ReplayReport:
    return write_replay_report(SEASON, outcomes, 100.0, 160.5)


def test_runs_that_are_the_same_pass() -> None:
    result = report(outcome(), outcome(), outcome())
    assert (result.verdict, result.differences, result.reasons) == (Verdict.PASSED, [], [])
    assert result.seconds == 60.5
    assert [(run.fills, run.filled_in_parts) for run in result.runs] == [(3, 1)] * 3
    assert result.runs[0].digests == result.runs[2].digests


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lines", [[], ["a line", "another one"], ["a line", "another", "more"]])
def test_whatever_differs_is_found(part: str, lines: list[str]) -> None:
    other = outcome(books=outcome().books | {part: lines})
    result = report(outcome(), outcome(), other)
    assert result.verdict is Verdict.FINDINGS
    (found,) = result.differences
    assert (found.run, found.part) == (2, part)
    assert found.lines >= 1
    assert found.first != found.here
    assert result.runs[0].digests[part] != result.runs[2].digests[part]


def test_books_that_do_not_balance_are_found_in_any_run() -> None:
    bad = CheckResult("02_balances", "they are right", [{"balance": 1}], 1)
    result = report(outcome(), outcome(checks=[GOOD_CHECK, bad]))
    assert result.verdict is Verdict.FINDINGS
    assert [check.name for check in result.books] == ["02_balances"]


def test_one_run_shows_nothing() -> None:
    assert report(outcome()).verdict is Verdict.NOT_EVALUATED


@pytest.mark.parametrize(
    "changes",
    [
        {"sessions": 0},
        {"checks": []},
        {"books": outcome().books | {"fills": []}},
        {"books": outcome().books | {"fills": FILLS[1:]}},
    ],
)
def test_runs_in_which_nothing_happened_show_nothing(changes: dict[str, Any]) -> None:
    result = report(outcome(**changes), outcome(**changes))
    assert result.verdict is Verdict.NOT_EVALUATED
    assert result.reasons
