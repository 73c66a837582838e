"""`financebuy drill`: break a platform of its own on purpose, and reconcile."""

import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from financebuy.cli.apps import noun
from financebuy.cli.drill_place import EXIT_CODES, ReportFile, as_json, drill_place
from financebuy.cli.drill_replay import EXAMPLE, replay
from financebuy.cli.options import OutputOption
from financebuy.cli.output import Format, print_rows, say
from financebuy.drills.crash import CrashDrill, run_crash_drill
from financebuy.drills.report import Report, Verdict

app = noun("Break a platform on purpose, time its recovery, reconcile what it had promised.")

# As wide as 80 columns allow.
_COLUMNS = (
    "round", "killed", "outage", "back", "acked", "unknown", "replayed", "filled", "lost", "twice",
)  # fmt: skip
_MOST_FINDINGS = 20
_MOST_FINDINGS_OF_A_CONTROL = 3


@app.command(epilog="Example: financebuy drill crash --rounds 5 --report crash.json")
def crash(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="An empty directory for the drill's platform and journal, kept afterwards."
            " Default: a temporary one, kept only if something was found.",
            file_okay=False,
        ),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, max=10_000, help="How many kills.")] = 20,
    seed: Annotated[
        int | None, typer.Option(help="Decides what is asked and killed. Default: the time.")
    ] = None,
    control: Annotated[
        bool,
        typer.Option(
            "--control",
            help="Let PostgreSQL acknowledge before it writes, which loses commands: the drill"
            " passes if it notices.",
        ),
    ] = False,
    report: ReportFile = None,
    output: OutputOption = None,
) -> None:
    """Kill PostgreSQL, the API, the market, the supervisor and everything, under load.

    Starts a platform of its own and lets clients trade on it, while a separate process keeps a
    journal of each acknowledged command, synced before it counts. At the end every acknowledged
    command must be in the database once, every repeat of it must be recognised, nothing filled
    twice, and the books must balance.

    Exit code 0: all of it held. 2: it did not, or the platform did not come back. 3: not
    evaluated, as when no command was acknowledged in a round.
    """
    # A drill that is told to end still stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with drill_place(data) as place:
        chosen = int(time.time()) if seed is None else seed
        say(f"crash drill: {rounds} rounds, seed {chosen}, in {place.path}")
        drill = CrashDrill(place.path, rounds=rounds, seed=chosen, control=control)
        result = run_crash_drill(drill, say)
        if report is not None:
            report.write_bytes(as_json(result))
        _print(result, output)
        place.passed = result.verdict is Verdict.PASSED
    raise typer.Exit(EXIT_CODES[result.verdict])


app.command(epilog=EXAMPLE)(replay)


def _print(result: Report, output: Format | None) -> None:
    if output is Format.JSON:
        typer.echo(as_json(result).decode(), nl=False)
        return
    print_rows([*_rounds(result), _total(result)], _COLUMNS, output)
    totals = result.totals
    say("")
    say(f"books: {totals.checks_run} checks, {totals.checks_failed} found something")
    most = _MOST_FINDINGS_OF_A_CONTROL if result.control else _MOST_FINDINGS
    for finding in result.findings[:most]:
        say(f"{finding.problem}: {finding.subject}: {finding.detail}")
    if len(result.findings) > most:
        say(f"… and {len(result.findings) - most} more findings: see --report")
    for check in result.books:
        say(f"books: {check.name}: {check.title}: {check.total} rows, as {check.rows[0]}")
    for reason in result.reasons:
        say(f"not evaluated: {reason}")
    say(f"{result.verdict}, after {result.seconds:.0f} s")


def _rounds(result: Report) -> list[dict[str, object]]:
    return [
        {
            "round": each.number,
            "killed": each.killed,
            "outage": f"{each.outage:.2f} s",
            "back": f"{each.back:.2f} s",
            "acked": each.acknowledged,
            "unknown": each.unknown,
            "replayed": each.replayed,
            "filled": each.filled,
            "lost": each.lost,
            "twice": each.twice,
        }
        for each in result.rounds
    ]


def _total(result: Report) -> dict[str, object]:
    totals = result.totals
    return {
        "round": "all",
        "killed": "",
        "outage": f"{max(each.outage for each in result.rounds):.2f} s",
        "back": f"{max(each.back for each in result.rounds):.2f} s",
        "acked": totals.acknowledged,
        "unknown": totals.unknown,
        "replayed": totals.replayed,
        "filled": totals.filled,
        "lost": totals.lost,
        "twice": totals.twice,
    }
