"""A report as JSON, as CSV, and as the rows of a table."""

import csv
from io import StringIO

import msgspec

from financebuy.bench.report import QUANTITIES, Line, Report, Verdict

COLUMNS = (
    "scenario", "contender", "in_flight", "per_s", "spread", "p50_ms", "p95_ms", "p99_ms",
    "cpu_us", "wal_b",
)  # fmt: skip
"""Of the table: medians of the rounds, and the quartiles of the rate as its spread."""

GOAL_COLUMNS = ("goal", "bar", "measured", "against", "verdict")


def as_json(report: Report) -> bytes:
    """All of it, each turn of each round too."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def from_json(text: bytes) -> Report:
    """What `as_json` wrote. Raises `msgspec.DecodeError` for anything else."""
    return msgspec.json.decode(text, type=Report)


def as_csv(report: Report) -> str:
    """A line a turn: what a spreadsheet or a notebook wants."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("scenario", "contender", "in_flight", "round", *QUANTITIES, "commands"))
    for line in report.lines:
        for number, turn in enumerate(line.turns, start=1):
            values = (getattr(turn, name) for name in QUANTITIES)
            writer.writerow((*line.place, number, *values, turn.commands))
    return text.getvalue()


def table(report: Report) -> list[dict[str, object]]:
    """The rows of the table."""
    return [_row(line) for line in report.lines]


def goals_table(report: Report) -> list[dict[str, object]]:
    """The rows of the goals' table."""
    return [_goal(verdict) for verdict in report.goals]


def _row(line: Line) -> dict[str, object]:
    rate = line.per_second
    return {
        "scenario": line.scenario,
        "contender": line.contender,
        "in_flight": line.in_flight,
        "per_s": f"{rate.median:.0f}",
        "spread": f"{rate.low:.0f}-{rate.high:.0f}",
        "p50_ms": f"{line.p50.median:.2f}",
        "p95_ms": f"{line.p95.median:.2f}",
        "p99_ms": f"{line.p99.median:.2f}",
        "cpu_us": f"{line.cpu.median:.1f}",
        "wal_b": f"{line.wal.median:.0f}",
    }


def _goal(verdict: Verdict) -> dict[str, object]:
    figure = verdict.measured
    return {
        "goal": verdict.goal,
        "bar": verdict.bar if verdict.bar != "no scenario" else verdict.says,
        "measured": "" if figure is None else f"{figure.median:.3g}",
        "against": verdict.against or "",
        "verdict": verdict.verdict if verdict.why is None else f"{verdict.verdict}: {verdict.why}",
    }
