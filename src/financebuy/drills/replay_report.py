"""The report of a replay drill: figures a run, what differs between them, a verdict."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from financebuy import __version__
from financebuy.drills.replay_outcome import Outcome, Season
from financebuy.drills.report import Check, Verdict, machine

_MOST_ROWS = 20


class ReplayRun(msgspec.Struct, frozen=True):
    """One run. `digests` are SHA-256 of everything that must be the same in every run."""

    workers: int
    seconds: float
    first: date | None
    last: date | None
    sessions: int
    weeks: int
    steps: int
    commands: int
    facts: int
    """What the venue reported: acknowledgements, fills, ends."""
    answers: dict[str, int]
    """By command and outcome."""
    orders: int
    fills: int
    filled_in_parts: int
    """Orders with more than one fill."""
    lots: int
    entries: int
    splits: int
    dividends: int
    checks: int
    digests: dict[str, str]


class Difference(msgspec.Struct, frozen=True):
    """Where a run is not like the first one; the first line that differs, as each has it."""

    run: int
    part: str
    lines: int
    first: str
    here: str


class ReplayReport(msgspec.Struct, frozen=True):
    """What is written as JSON."""

    drill: str
    started_at: datetime
    seconds: float
    version: str
    machine: dict[str, str]
    seed: int
    accounts: int
    quote_minutes: int
    runs: list[ReplayRun]
    differences: list[Difference]
    books: list[Check]
    verdict: Verdict
    reasons: list[str]
    """Why it was not evaluated."""


def write_replay_report(
    season: Season, outcomes: Sequence[Outcome], started: float, ended: float
) -> ReplayReport:
    """Compare the runs and judge them."""
    runs = [_run(each) for each in outcomes]
    differences = [
        found
        for number, each in enumerate(outcomes[1:], start=1)
        for found in _differences(number, outcomes[0], each)
    ]
    books = [
        Check(
            c.name, c.title, c.total,
            [{name: str(value) for name, value in row.items()} for row in c.rows[:_MOST_ROWS]],
        )
        for each in outcomes
        for c in each.checks
        if c.total
    ]  # fmt: skip
    reasons = _reasons(runs)
    return ReplayReport(
        drill="replay",
        started_at=datetime.fromtimestamp(started, UTC),
        seconds=round(ended - started, 1),
        version=__version__,
        machine=machine(),
        seed=season.seed,
        accounts=season.accounts,
        quote_minutes=season.quote_minutes,
        runs=runs,
        differences=differences,
        books=books,
        verdict=_verdict(differences, books, reasons),
        reasons=reasons,
    )


def _run(outcome: Outcome) -> ReplayRun:
    parts = {name: len(lines) for name, lines in outcome.books.items()}
    fills = [line.split(" ", 1)[0] for line in outcome.lines("fills", " kind=fill ")]
    return ReplayRun(
        workers=outcome.workers,
        seconds=outcome.seconds,
        first=outcome.first,
        last=outcome.last,
        sessions=outcome.sessions,
        weeks=outcome.weeks,
        steps=outcome.steps,
        commands=outcome.commands.total(),
        facts=outcome.facts,
        answers=dict(sorted(outcome.commands.items())),
        orders=parts["orders"],
        fills=len(fills),
        filled_in_parts=sum(count > 1 for count in Counter(fills).values()),
        lots=parts["lots"],
        entries=parts["entries"],
        splits=len(outcome.lines("actions", " kind=split ")),
        dividends=len(outcome.lines("actions", " kind=cash_dividend ")),
        checks=len(outcome.checks),
        digests={name: _digest(lines) for name, lines in outcome.books.items()},
    )


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _differences(number: int, first: Outcome, here: Outcome) -> list[Difference]:
    found = []
    for part, lines in first.books.items():
        other = here.books[part]
        if lines == other:
            continue
        most = max(len(lines), len(other))
        pairs = zip(_padded(lines, most), _padded(other, most), strict=True)
        different = [(a, b) for a, b in pairs if a != b]
        found.append(Difference(number, part, len(different), *different[0]))
    return found


def _padded(lines: Sequence[str], length: int) -> list[str]:
    return [*lines, *["nothing"] * (length - len(lines))]


def _reasons(runs: Sequence[ReplayRun]) -> list[str]:
    reasons = []
    if len(runs) < 2:
        reasons.append("there was one run, so nothing could be compared")
    for number, each in enumerate(runs):
        missing = {
            "session": each.sessions, "fill": each.fills, "check of the books": each.checks,
            "order that filled in parts": each.filled_in_parts,
        }  # fmt: skip
        reasons += [f"run {number} had no {what}" for what, count in missing.items() if not count]
    return reasons


def _verdict(
    differences: Sequence[Difference], books: Sequence[Check], reasons: Sequence[str]
) -> Verdict:
    if differences or books:
        return Verdict.FINDINGS
    return Verdict.NOT_EVALUATED if reasons else Verdict.PASSED
