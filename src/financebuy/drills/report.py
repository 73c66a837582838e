"""The report of a crash drill: figures a round, findings, a verdict."""

import os
import platform
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

import msgspec
import psutil

from financebuy import __version__
from financebuy.drills.evidence import Evidence
from financebuy.drills.journal import Answered, Failed
from financebuy.drills.reconcile import Finding, Problem, Stories
from financebuy.services.checks import CheckResult

_GIB = 1 << 30
_TWICE = frozenset({Problem.DUPLICATED, Problem.OVERFILLED})


class Verdict(StrEnum):
    """What the drill has shown."""

    PASSED = "passed"
    FINDINGS = "findings"
    NOT_EVALUATED = "not evaluated"


class Moments(msgspec.Struct, frozen=True):
    """When a round did what, in seconds since 1970."""

    victim: str
    began: float
    killed: float
    back: float
    """Every service was ready again."""
    ended: float


class Round(msgspec.Struct, frozen=True):
    """Figures of one round.

    `outage` is the longest time in which no command was acknowledged, across the kill; `back` the
    time from the kill until every service was ready. Both in seconds.
    """

    number: int
    killed: str
    outage: float
    back: float
    acknowledged: int
    refused: int
    unknown: int
    """Commands that at least once got no final answer; each was repeated until it had one."""
    replayed: int
    filled: int
    lost: int
    twice: int
    evaluated: bool
    """Whether commands were acknowledged both before the kill and after the recovery."""


class Check(msgspec.Struct, frozen=True):
    """One check of the books that found something, with its first rows."""

    name: str
    title: str
    total: int
    rows: list[dict[str, str]]


class Totals(msgspec.Struct, frozen=True):
    """Figures of the whole drill; `replayed` with the repeats of everything at its end."""

    acknowledged: int
    refused: int
    unknown: int
    replayed: int
    filled: int
    lost: int
    twice: int
    other_findings: int
    checks_run: int
    checks_failed: int


class Report(msgspec.Struct, frozen=True):
    """What is written as JSON."""

    drill: str
    started_at: datetime
    seconds: float
    version: str
    machine: dict[str, str]
    seed: int
    clients: int
    accounts: int
    control: bool
    """Whether the promise was broken on purpose: then it passes if that was noticed."""
    rounds: list[Round]
    totals: Totals
    findings: list[Finding]
    books: list[Check]
    verdict: Verdict
    reasons: list[str]
    """Why it was not evaluated."""


class _Log(msgspec.Struct, frozen=True):
    """The journal by time."""

    first_answers: list[Answered]
    repeats: list[Answered]
    failures: list[Failed]
    """The first failure of each command that had one."""

    @classmethod
    def of(cls, told: Stories) -> "_Log":
        answers = [story.answers for story in told.values()]
        return cls(
            sorted((each[0] for each in answers if each), key=_at),
            sorted((line for each in answers for line in each[1:]), key=_at),
            sorted((each.failures[0] for each in told.values() if each.failures), key=_at),
        )


def write_report(
    *,
    seed: int,
    clients: int,
    accounts: int,
    control: bool,
    moments: Sequence[Moments],
    told: Stories,
    evidence: Evidence,
    findings: Sequence[Finding],
    checks: Sequence[CheckResult],
    started: float,
    ended: float,
) -> Report:
    """Put the figures of a whole drill together."""
    log = _Log.of(told)
    fills = [moment.timestamp() for moment in evidence.fill_times]
    answered_at = {line.key: line.at for line in log.first_answers}
    rounds = [
        _round(number, each, log, fills, _within(findings, answered_at, each))
        for number, each in enumerate(moments, start=1)
    ]
    books = [
        Check(each.name, each.title, each.total, [_plain(row) for row in each.rows[:20]])
        for each in checks
        if each.total
    ]
    totals = _totals(log, findings, len(fills), len(checks), len(books))
    reasons = _reasons(rounds, totals, control=control)
    return Report(
        drill="crash",
        started_at=datetime.fromtimestamp(started, UTC),
        seconds=round(ended - started, 1),
        version=__version__,
        machine=machine(),
        seed=seed,
        clients=clients,
        accounts=accounts,
        control=control,
        rounds=rounds,
        totals=totals,
        findings=list(findings),
        books=books,
        verdict=_verdict([] if control else findings, [] if control else books, reasons),
        reasons=reasons,
    )


def machine() -> dict[str, str]:
    """What the figures were measured on, in general terms."""
    return {
        "cpus": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / _GIB:.0f} GiB",
        "system": platform.system(),
        "python": platform.python_version(),
    }


def longest_silence(times: Sequence[float], killed: float, until: float) -> float:
    """The longest pause between two of the sorted `times`, from the last one before the kill."""
    first = max(bisect_left(times, killed) - 1, 0)
    window = [*(at for at in times[first:] if at <= until), until]
    return max((later - at for at, later in pairwise(window)), default=0.0)


def _round(
    number: int, each: Moments, log: _Log, fills: Sequence[float], findings: Sequence[Finding]
) -> Round:
    answers = [line for line in log.first_answers if each.began <= line.at < each.ended]
    before = any(line.accepted and line.at < each.killed for line in answers)
    after = any(line.accepted and line.at >= each.back for line in answers)
    acknowledged = sorted(line.at for line in (*log.first_answers, *log.repeats))
    return Round(
        number=number,
        killed=each.victim,
        outage=round(longest_silence(acknowledged, each.killed, each.ended), 2),
        back=round(each.back - each.killed, 2),
        acknowledged=sum(line.accepted for line in answers),
        refused=sum(not line.accepted for line in answers),
        unknown=sum(each.began <= line.at < each.ended for line in log.failures),
        replayed=sum(
            line.replayed and each.began <= line.at < each.ended
            for line in (*log.first_answers, *log.repeats)
        ),
        filled=sum(each.began <= at < each.ended for at in fills),
        lost=sum(finding.problem is Problem.LOST for finding in findings),
        twice=sum(finding.problem in _TWICE for finding in findings),
        evaluated=before and after,
    )


def _within(
    findings: Sequence[Finding], answered_at: dict[str, float], each: Moments
) -> list[Finding]:
    return [
        finding
        for finding in findings
        if each.began <= answered_at.get(finding.subject, 0.0) < each.ended
    ]


def _totals(
    log: _Log, findings: Sequence[Finding], filled: int, checks: int, failed: int
) -> Totals:
    return Totals(
        acknowledged=sum(line.accepted for line in log.first_answers),
        refused=sum(not line.accepted for line in log.first_answers),
        unknown=len(log.failures),
        replayed=sum(line.replayed for line in (*log.first_answers, *log.repeats)),
        filled=filled,
        lost=sum(each.problem is Problem.LOST for each in findings),
        twice=sum(each.problem in _TWICE for each in findings),
        other_findings=sum(each.problem not in {Problem.LOST, *_TWICE} for each in findings),
        checks_run=checks,
        checks_failed=failed,
    )


def _reasons(rounds: Sequence[Round], totals: Totals, *, control: bool) -> list[str]:
    if control:
        blind = "the control lost nothing, so this drill would not have noticed a loss"
        return [] if totals.lost else [blind]
    reasons = [
        f"round {each.number} ({each.killed}): no command was acknowledged before the kill, or"
        " none after the recovery"
        for each in rounds
        if not each.evaluated
    ]
    if not rounds:
        reasons.append("there was no round")
    if not totals.filled:
        reasons.append("no order filled, so nothing could have been filled twice")
    if not totals.checks_run:
        reasons.append("no check of the books ran")
    return reasons


def _verdict(
    findings: Sequence[Finding], books: Sequence[Check], reasons: Sequence[str]
) -> Verdict:
    if findings or books:
        return Verdict.FINDINGS
    return Verdict.NOT_EVALUATED if reasons else Verdict.PASSED


def _plain(row: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


def _at(line: Answered | Failed) -> float:
    return line.at
