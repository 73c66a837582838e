"""`financebuy bench run` and `commands`: FinanceBuy and its rivals by turns on one server."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from financebuy.bench.choice import QUICK, Choice
from financebuy.bench.entrants import ABOUT, PGBENCH_PRODUCT, RIVALS
from financebuy.bench.figures import Circumstances
from financebuy.bench.formats import (
    COLUMNS,
    GOAL_COLUMNS,
    RUN_COLUMNS,
    as_csv,
    as_json,
    from_json,
    goals_table,
    runs_table,
    table,
    with_run,
)
from financebuy.bench.goals import MISSED
from financebuy.bench.markdown import check_page, write_markdown
from financebuy.bench.picture import as_svg
from financebuy.bench.report import Report
from financebuy.bench.running import Plan, run
from financebuy.bench.runs import Runs
from financebuy.bench.scenarios import SCENARIOS
from financebuy.cli.bench_options import (
    ClientsOption,
    CsvFile,
    InFlightOption,
    JsonFile,
    MarkdownFile,
    PgledgerOption,
    PictureFile,
    ReportOption,
    RivalOption,
    RoundsOption,
    ScenarioOption,
    SecondsOption,
)
from financebuy.cli.exit_codes import FINDINGS, GOOD
from financebuy.cli.options import OutputOption
from financebuy.cli.output import Format, print_rows, say
from financebuy.errors import FinanceBuyError

_FILES = ("--json", "--csv", "--picture", "--markdown")
_READ = "--pgledger"


class NoReportError(FinanceBuyError):
    """What was given is no report of a run."""

    exit_code = 64
    text = "this is no report that `financebuy bench run --json` wrote"


class UnknownRivalError(FinanceBuyError):
    """There is no rival of this name."""

    text = "there is no such rival: `financebuy bench run --list` names them"


def run_(
    scenarios: ScenarioOption = None,
    rivals: RivalOption = None,
    in_flight: InFlightOption = None,
    clients: ClientsOption = None,
    rounds: Annotated[
        int | None,
        typer.Option(min=1, max=100, help="Turns of each contender.", show_default="5"),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=1, max=600, help="Length of a turn.", show_default="3")
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="A first look: fewer in flight, three rounds of a second."),
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the order of the turns.")] = 1,
    accounts: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, help="At most so many, where a scenario wants more."),
    ] = None,
    grown: Annotated[
        int, typer.Option(min=1, max=100_000_000, help="Deposits in the grown database.")
    ] = 1_000_000,
    pgledger: PgledgerOption = None,
    json_: JsonFile = None,
    csv_: CsvFile = None,
    picture: PictureFile = None,
    markdown: MarkdownFile = None,
    list_: Annotated[bool, typer.Option("--list", help="Name the scenarios and rivals.")] = False,
    output: OutputOption = None,
) -> None:
    """FinanceBuy and its rivals on one fresh server, in shuffled rounds; then the goals.

    Medians of the rounds: commands a second with their quartiles, latencies, the server's
    processor time and bytes of write-ahead log a command. Without --scenario: all but the long
    ones. Exit code 2: a goal that was measured was missed.
    """
    if list_:
        print_rows(_listed(), ("kind", "name", "about"), output)
        return
    if markdown is not None:
        check_page(markdown)
    usual = QUICK if quick else Choice()
    plan = Plan(
        scenarios=scenarios or [each.name for each in SCENARIOS.values() if not each.long],
        choice=Choice(
            in_flight=in_flight or usual.in_flight,
            pgbench_clients=clients or usual.pgbench_clients,
            rivals=_rivals(rivals),
            grown=grown,
            pgledger=pgledger or (),
        ),
        rounds=rounds or (3 if quick else 5),
        seconds=seconds or (1.0 if quick else 3.0),
        seed=seed,
        most_accounts=accounts,
        command=repeated(sys.argv[1:]),
    )
    result = run(plan, say)
    if json_ is not None:
        json_.write_bytes(as_json(result))
    shown = Runs.of([result])
    _write(shown, csv_, picture, markdown)
    _tell(shown, output)


def show(
    reports: Annotated[
        list[Path],
        typer.Argument(
            metavar="REPORT", exists=True, dir_okay=False, help="JSON of a run; of several, each."
        ),
    ],
    csv_: CsvFile = None,
    picture: PictureFile = None,
    markdown: MarkdownFile = None,
    output: OutputOption = None,
) -> None:
    """Show reports that `bench run --json` wrote, or write them otherwise, without measuring anew.

    Several runs become one table, in which each row names its run, and a table of the runs. The
    goals are judged as they are now, each within a run; a goal that several runs have measured
    has a verdict of each. Exit code 2: one that was measured was missed.
    """
    shown = Runs.of([_read(report) for report in dict.fromkeys(reports)])
    _write(shown, csv_, picture, markdown)
    _tell(shown, output)


def _read(file: Path) -> Report:
    try:
        return from_json(file.read_bytes())
    except msgspec.DecodeError as error:
        raise NoReportError(field=file.name) from error


def _write(
    shown: Runs, csv_: Path | None, picture: Path | None, markdown: Path | None
) -> None:  # fmt: skip
    for path, write in ((csv_, as_csv), (picture, as_svg)):
        if path is not None:
            path.write_text(write(shown))
    if markdown is not None:
        write_markdown(shown, markdown)


def _tell(shown: Runs, output: Format | None) -> None:
    if output is Format.JSON:
        typer.echo(_json(shown).decode(), nl=False)
    else:
        print_rows(table(shown), with_run(COLUMNS, shown), output)
        if output is not Format.CSV:
            print_rows(goals_table(shown), with_run(GOAL_COLUMNS, shown), output)
            if shown.several:
                print_rows(runs_table(shown), RUN_COLUMNS, output)
    for number, result in enumerate(shown.runs, start=1):
        warn(result.circumstances, f"run {number}: " if shown.several else "")
    missed = any(verdict.verdict == MISSED for verdict in shown.goals)
    raise typer.Exit(FINDINGS if missed else GOOD)


def _json(shown: Runs) -> bytes:
    """One run as it was written, but judged anew; several with the verdicts over all of them."""
    if shown.several:
        return as_json(shown)
    return as_json(msgspec.structs.replace(shown.runs[0], goals=shown.goals))


def repeated(arguments: Sequence[str]) -> str:
    """How to run it again, without the places of files, which are nobody else's."""
    kept, skip, place = [], False, False
    for argument in arguments:
        name, has_value, value = argument.partition("=")
        if skip or name in _FILES:
            skip = not skip and not has_value
        elif place:
            kept.append(Path(argument).name)
            place = False
        elif name == _READ:
            kept.append(f"{name}={Path(value).name}" if has_value else name)
            place = not has_value
        else:
            kept.append(argument)
    return shlex.join(["financebuy", *kept])


def _rivals(named: list[str] | None) -> Sequence[str]:
    for name in named or ():
        if name not in (*RIVALS, "none"):
            raise UnknownRivalError(field=name)
    return RIVALS if named is None else [name for name in named if name != "none"]


def _listed() -> list[dict[str, object]]:
    scenarios: list[dict[str, object]] = [
        {"kind": "scenario", "name": each.name, "about": each.about} for each in SCENARIOS.values()
    ]
    rivals: list[dict[str, object]] = [
        {"kind": "rival", "name": name, "about": about} for name, about in ABOUT.items()
    ]
    return [*scenarios, *rivals]


def commands(
    rounds: RoundsOption = 3,
    seconds: SecondsOption = 3.0,
    report: ReportOption = None,
    output: OutputOption = None,
) -> None:
    """Deposits a second in process, fsync on, beside pgbench with one command a call.

    On a server of its own, at 1, 16, 64 and 256 in flight; medians of shuffled rounds. The same
    as `bench run --scenario deposit` with one rival.
    """
    numbers = (1, 16, 64, 256)
    choice = Choice(numbers, numbers, (PGBENCH_PRODUCT,))
    command = f"financebuy bench commands --rounds {rounds} --seconds {seconds:g}"
    result = run(Plan(("deposit",), choice, rounds, seconds, command=command), say)
    if report is not None:
        report.write_bytes(as_json(result))
    if output is Format.JSON:
        typer.echo(as_json(result).decode(), nl=False)
    else:
        print_rows(table(Runs.of([result])), COLUMNS, output)
    warn(result.circumstances)


def warn(circumstances: Circumstances, of: str = "") -> None:
    """Say why the figures say little, if they do."""
    if circumstances.warning is not None:
        say(f"note: {of}{circumstances.warning}")
