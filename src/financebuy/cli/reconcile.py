"""`financebuy reconcile`: the books against the bank's and the venue's statements."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples, noun
from financebuy.cli.exit_codes import FINDINGS
from financebuy.cli.options import AsOption, DataOption, LimitOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows, say
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, required_day, row, rows
from financebuy.services import reconciliation
from financebuy.services.caller import Caller
from financebuy.services.reconciliation import ROLE, Break, Run
from financebuy.services.statement_files import StatementLine, read_statement, statement_text


class _FileFirst(TyperGroup):
    """`financebuy reconcile FILE` is `financebuy reconcile file FILE`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take what is no command for a file."""
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["file", *args])


app = noun("The books against the statements of the bank and the venue.", _FileFirst)


_RUN_COLUMNS = ("run_id", "source", "statement_date", "breaks", "finished_at")
_COLUMNS = ("break_no", "kind", "reference", "asset", "ours", "theirs", "account_id")


class Source(StrEnum):
    """Whose statement."""

    BANK = "bank"
    VENUE = "venue"


SourceOption = Annotated[Source, typer.Option("--source", help="Whose statement it is.")]
DateOption = Annotated[
    str, typer.Option("--date", metavar="DATE", help="The day it is of, in New York.")
]


@app.command(
    "file",
    epilog="Example: financebuy reconcile bank.csv --source bank --date 2012-06-04",
)
def file_(
    file: Annotated[
        Path,
        typer.Argument(help="CSV with the columns kind, reference, asset, side, quantity, price."),
    ],
    source: SourceOption,
    date_: DateOption,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Compare a statement with the books and keep each difference as a break with a name.

    Exit code 0: they agree. 2: there are breaks.
    """
    lines = read_statement(file, source)
    of = required_day(date_, "date")

    async def work(platform: Platform, caller: Caller) -> tuple[Run, list[Break]]:
        return await reconciliation.reconcile(platform, caller, source, of, lines)

    run, breaks = Session(data, who).as_operator(work, (ROLE,))
    _print(run, breaks, output)
    say(f"run {run.run_id}: {len(lines)} lines, {run.breaks} breaks")
    if breaks:
        raise typer.Exit(FINDINGS)


@app.command("list", epilog="Example: financebuy reconcile list --source bank")
def list_(
    source: Annotated[Source | None, typer.Option("--source", help="Only this one's.")] = None,
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List the statements that were compared, newest first. For the staff."""

    async def work(platform: Platform, caller: Caller) -> list[Run]:
        return await reconciliation.list_runs(platform, caller, source=source, limit=limit)

    print_rows(rows(Session(data, who).as_operator(work)), _RUN_COLUMNS, output)


@app.command(epilog="Example: financebuy reconcile show 0192…-…")
def show(
    run: Annotated[str, typer.Argument(metavar="ID", help="As `reconcile list` shows it.")],
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show what a comparison found: each break with its name. For the staff."""
    run_id = identifier(run, "run_id")

    async def work(platform: Platform, caller: Caller) -> tuple[Run, list[Break]]:
        return await reconciliation.get_run(platform, caller, run_id)

    found, breaks = Session(data, who).as_operator(work)
    _print(found, breaks, output)
    say(f"{found.source}, {found.statement_date}: {found.breaks} breaks")


def _print(run: Run, breaks: list[Break], output: Format | None) -> None:
    if output is Format.JSON:
        print_record(row(run) | {"breaks": rows(breaks)}, output)
    elif breaks:
        print_rows(rows(breaks), _COLUMNS, output)


@app.command(
    epilog=examples(
        "financebuy reconcile export --source bank --date 2012-06-04 > bank.csv",
    )
)
def export(source: SourceOption, date_: DateOption, data: DataOption = None) -> None:
    """Write the statement of the paper venue or the sandbox bank, as CSV."""
    of = required_day(date_, "date")

    async def work(platform: Platform) -> list[StatementLine]:
        return await reconciliation.statement(platform, source, of)

    sys.stdout.write(statement_text(Session(data).as_platform(work, (ROLE,))))
