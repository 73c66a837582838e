"""`financebuy bench`: measure it here, beside its goals and beside pgbench."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from financebuy.bench.audit import AuditReport, measure_audit
from financebuy.bench.startup import StartupReport, measure_startup
from financebuy.cli import bench_run
from financebuy.cli.apps import examples, noun
from financebuy.cli.bench_options import ReportOption
from financebuy.cli.bench_run import warn
from financebuy.cli.exit_codes import FINDINGS, GOOD
from financebuy.cli.options import OutputOption
from financebuy.cli.output import Format, print_rows, say

app = noun("Measure it on this machine, beside its goals and beside pgbench.")

_AUDIT_COLUMNS = (
    "command", "batch", "us_without", "us_with", "rows", "inside", "share",
)  # fmt: skip
_STARTUP_COLUMNS = ("start", "command", "seconds", "goal", "reached")

app.command(
    "run",
    epilog=examples(
        "financebuy bench run --scenario deposit --rounds 5 --json deposit.json",
        "financebuy bench run --scenario buy-and-fill --in-flight 64 \\\n"
        "  --clients 16 --clients 64 --csv fills.csv --picture fills.svg",
        "financebuy bench run --quick",
        "financebuy bench run --scenario deposit \\\n"
        "  --pgledger uuid-to-ulid.sql --pgledger pgledger.sql",
    ),
)(bench_run.run_)
app.command(
    epilog=examples(
        "financebuy bench show all.json --picture all.svg",
        "financebuy bench show deposit.json http.json portfolios.json \\\n"
        "  --markdown docs/operating/performance.md",
    )
)(bench_run.show)
app.command(epilog="Example: financebuy bench commands --rounds 5")(bench_run.commands)


@app.command(epilog="Example: financebuy bench startup --no-clone")
def startup(
    clone: Annotated[
        bool,
        typer.Option(
            "--clone/--no-clone",
            help="Also clone the checkout and run `make up` in it, packages from the cache.",
        ),
    ] = True,
    repeats: Annotated[int, typer.Option(min=1, max=100, help="Starts on existing data.")] = 5,
    report: ReportOption = None,
    output: OutputOption = None,
) -> None:
    """Time a start to the first answered request: goals 60 s (clone) and 5 s (existing data).

    Exit code 0: each goal was reached. 2: one was not. 3: there is nothing to clone.
    """
    result = measure_startup(say, clone=clone, repeats=repeats)
    rows = [
        {
            "start": each.name,
            "command": each.command,
            "seconds": f"{each.seconds:.2f}",
            "goal": f"< {each.goal:.0f}",
            "reached": each.reached,
        }
        for each in result.figures
    ]
    _show(result, rows, _STARTUP_COLUMNS, report, output)
    raise typer.Exit(GOOD if result.reached else FINDINGS)


@app.command(epilog="Example: financebuy bench audit --rounds 9 --report audit.json")
def audit(
    rounds: Annotated[int, typer.Option(min=1, max=100, help="Turns of each of the two.")] = 7,
    commands: Annotated[
        int, typer.Option(min=32, max=100_000, help="Commands of each kind a turn.")
    ] = 512,
    report: ReportOption = None,
    output: OutputOption = None,
) -> None:
    """The audit's share of a command's server CPU (goal 15 %), and the sealer's rate.

    Two databases take turns, one without the audit's lines and without what sealing needs. Medians
    of the paired rounds.
    Exit code 2: a command's share is above the goal.
    """
    result = measure_audit(say, rounds=rounds, commands=commands)
    rows = [
        {
            "command": each.command,
            "batch": each.batch,
            "us_without": f"{each.cpu_without:.1f}",
            "us_with": f"{each.cpu_with:.1f}",
            "rows": f"{each.rows:.1f}",
            "inside": f"{each.share_inside:.1%}",
            "share": f"{each.share:.1%}",
        }
        for each in result.lines
    ]
    _show(result, rows, _AUDIT_COLUMNS, report, output)
    sealing = result.sealing
    say(
        f"sealing: {sealing.rows_per_second:.0f} rows/s ({sealing.rows} rows,"
        f" {sealing.server_cpu:.1f} us of the server's CPU a row, {sealing.sealer_cpu:.1f} us of"
        " its own); beside it writers keep"
        f" {sealing.kept:.2f} of {sealing.writers_alone:.0f} commands/s"
    )
    raise typer.Exit(GOOD if result.reached else FINDINGS)


def _show(
    result: StartupReport | AuditReport,
    rows: list[dict[str, object]],
    columns: tuple[str, ...],
    report: Path | None,
    output: Format | None,
) -> None:
    text = msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"
    if report is not None:
        report.write_bytes(text)
    if output is Format.JSON:
        typer.echo(text.decode(), nl=False)
    else:
        print_rows(rows, columns, output)
    warn(result.circumstances)
