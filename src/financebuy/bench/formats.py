"""Reports as JSON, as CSV, and as the rows of tables."""

import csv
from collections.abc import Sequence
from io import StringIO

import msgspec

from financebuy.bench.report import QUANTITIES, Line, Report, Verdict
from financebuy.bench.runs import Runs

COLUMNS = (
    "scenario", "contender", "in_flight", "per_s", "spread", "p50_ms", "p95_ms", "p99_ms",
    "cpu_us", "wal_b",
)  # fmt: skip
"""Of the table: medians of the rounds, and the quartiles of the rate as its spread."""

GOAL_COLUMNS = ("goal", "bar", "measured", "against", "verdict")
RUN = "run"
"""The column that both have more when several runs are shown: a number of `RUN_COLUMNS`' table."""
RUN_COLUMNS = (RUN, "date", "load", "measured", "command")


def as_json(report: Report | Runs) -> bytes:
    """All of it, each turn of each round too."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def from_json(text: bytes) -> Report:
    """What `as_json` wrote of one. Raises `msgspec.DecodeError` for anything else."""
    return msgspec.json.decode(text, type=Report)


def as_csv(runs: Runs) -> str:
    """A line a turn: what a spreadsheet or a notebook wants."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ("scenario", "contender", "in_flight", "round", *QUANTITIES, "commands")
    writer.writerow(with_run(columns, runs))
    for run, line in runs.lines():
        for number, turn in enumerate(line.turns, start=1):
            values = (getattr(turn, name) for name in QUANTITIES)
            row = (*line.place, number, *values, turn.commands)
            writer.writerow((*row, run) if runs.several else row)
    return text.getvalue()


def with_run(columns: Sequence[str], runs: Runs) -> tuple[str, ...]:
    """These columns, and the run's when there are several."""
    return (*columns, RUN) if runs.several else tuple(columns)


def table(runs: Runs) -> list[dict[str, object]]:
    """The rows of the table."""
    return [_row(line) | _of_run(runs, number) for number, line in runs.lines()]


def goals_table(runs: Runs) -> list[dict[str, object]]:
    """The rows of the goals' table."""
    return [_goal(verdict) | _of_run(runs, verdict.run) for verdict in runs.goals]


def runs_table(runs: Runs) -> list[dict[str, object]]:
    """What the numbers of the runs stand for."""
    return [
        {
            RUN: number,
            "date": f"{run.circumstances.measured_at:%Y-%m-%d}",
            "load": f"{run.circumstances.load:g}",
            "measured": f"{run.rounds} x {run.seconds_each:g} s",
            "command": run.command,
        }
        for number, run in enumerate(runs.runs, start=1)
    ]


def _of_run(runs: Runs, number: int | None) -> dict[str, object]:
    return {RUN: "" if number is None else number} if runs.several else {}


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
