"""`financebuy drill replay`: thirteen years of weekly trades, several times over."""

import signal
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from financebuy.cli.drill_place import EXIT_CODES, ReportFile, as_json, drill_place
from financebuy.cli.options import OutputOption
from financebuy.cli.output import Format, print_rows, say
from financebuy.drills import replay as drills
from financebuy.drills.replay_report import ReplayReport, ReplayRun
from financebuy.drills.report import Verdict
from financebuy.errors import InvalidValueError

EXAMPLE = "Example: financebuy drill replay --to 2000-06-30 --report replay.json"
_COLUMNS = (
    "run", "workers", "sessions", "commands", "facts", "fills", "in_parts", "lots", "same",
    "seconds",
)  # fmt: skip
_LOG_SECONDS = 30.0
_MOST_WORKERS = 32
_MOST_FINDINGS = 20


def replay(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="An empty directory for the drill's servers. Default: a temporary one.",
            file_okay=False,
        ),
    ] = None,
    accounts: Annotated[int, typer.Option(min=1, max=1_000, help="How many trade.")] = 20,
    workers: Annotated[
        str, typer.Option(metavar="N,N,…", help="One run for each number of workers.")
    ] = "1,2,8",
    seed: Annotated[int, typer.Option(help="Decides the quotes and what is ordered.")] = 1,
    first: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day.")
    ] = datetime(2000, 3, 1),  # noqa: DTZ001 (typer reads a date as this)
    last: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")
    ] = datetime(2013, 3, 1),  # noqa: DTZ001
    quote_minutes: Annotated[
        int, typer.Option(min=5, max=65, help="Market minutes between two quotes of a day.")
    ] = 30,
    at_once: Annotated[
        int, typer.Option(min=1, max=16, help="Runs side by side, each with its own server.")
    ] = 1,
    report: ReportFile = None,
    output: OutputOption = None,
) -> None:
    """Replay history with investors who trade every week, and compare the runs to the last lot.

    Every run begins with a server of its own. Deposits, withdrawals, transfers, orders of all
    types, cancels, replacements, busts, splits, dividends and settlements go through the
    platform's own market, venue, workers and command path. At the end the books must balance, and
    balances, holdings, lots, orders, fills and entries must be the same in every run.

    Exit code 0: all of it held. 2: it did not. 3: not evaluated, as with a single run.
    """
    # A drill that is told to end still stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    counts = _numbers(workers)
    with drill_place(data) as place:
        say(f"replay drill: {len(counts)} runs, {accounts} accounts, seed {seed}, in {place.path}")
        drill = drills.ReplayDrill(
            place.path, accounts, counts, seed, first.date(), last.date(), quote_minutes, at_once
        )
        with _Watch(drill) as watch:
            result = drills.run_replay_drill(drill, watch.tell)
        if report is not None:
            report.write_bytes(as_json(result))
        _print(result, output)
        place.passed = result.verdict is Verdict.PASSED
    raise typer.Exit(EXIT_CODES[result.verdict])


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(
        part.isascii() and part.isdigit() and 1 <= int(part) <= _MOST_WORKERS for part in parts
    ):
        raise InvalidValueError(
            f"--workers: whole numbers from 1 to {_MOST_WORKERS}, as 1,2,8 (it is {text!r})",
            field="workers",
        )
    return [int(part) for part in parts]


class _Watch:
    """A bar a run on a terminal, else a line now and then."""

    def __init__(self, drill: drills.ReplayDrill) -> None:
        self._first, self._days = drill.first, max((drill.last - drill.first).days, 1)
        console = Console(file=sys.stderr)
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[day]}"),
            TimeElapsedColumn(), TimeRemainingColumn(), console=console,
            disable=not console.is_terminal,
        )  # fmt: skip
        self._tasks = [
            self._bars.add_task(f"{count} workers", total=self._days, day="starting")
            for count in drill.workers
        ]
        self._said = [0.0] * len(self._tasks)

    def __enter__(self) -> "_Watch":
        self._bars.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._bars.stop()

    def tell(self, news: drills.Progress) -> None:
        done = self._done(news.day)
        self._bars.update(self._tasks[news.run], completed=done, day=str(news.day))
        now = time.monotonic()
        if self._bars.disable and now - self._said[news.run] > _LOG_SECONDS:
            self._said[news.run] = now
            left = news.seconds * (self._days - done) / done / 60 if done else 0.0
            say(
                f"run {news.run} ({news.workers} workers): {news.day}, {news.commands} commands,"
                f" {news.facts} facts, {news.seconds:.0f} s, about {left:.0f} minutes to go"
            )

    def _done(self, day: date) -> int:
        return max((day - self._first).days, 0)


def _print(result: ReplayReport, output: Format | None) -> None:
    if output is Format.JSON:
        typer.echo(as_json(result).decode(), nl=False)
        return
    different = {each.run for each in result.differences}
    print_rows(
        [_row(n, run, n not in different) for n, run in enumerate(result.runs)], _COLUMNS, output
    )
    say("")
    first = result.runs[0]
    say(
        f"{first.first} to {first.last}: {first.sessions} sessions, {first.splits} splits,"
        f" {first.dividends} dividends; books: {sum(run.checks for run in result.runs)} checks,"
        f" {len(result.books)} found something"
    )
    for each in result.differences[:_MOST_FINDINGS]:
        say(f"run {each.run}: {each.part}: {each.lines} lines differ; first: {each.first}")
        say(f"   here: {each.here}")
    for check in result.books:
        say(f"books: {check.name}: {check.title}: {check.total} rows, as {check.rows[0]}")
    for reason in result.reasons:
        say(f"not evaluated: {reason}")
    say(f"{result.verdict}, after {result.seconds:.0f} s")


def _row(number: int, run: ReplayRun, same: bool) -> dict[str, object]:
    return {
        "run": number,
        "workers": run.workers,
        "sessions": run.sessions,
        "commands": run.commands,
        "facts": run.facts,
        "fills": run.fills,
        "in_parts": run.filled_in_parts,
        "lots": run.lots,
        "same": same,
        "seconds": f"{run.seconds:.0f}",
    }
