"""`financebuy prices`: bringing one's own price history in."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples, noun
from financebuy.cli.exit_codes import FINDINGS
from financebuy.cli.options import AsOption, DataOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows, say
from financebuy.cli.session import Session
from financebuy.services.caller import Caller
from financebuy.services.price_files import PriceFile
from financebuy.services.price_import import PROBLEMS, ROLE, Import, import_prices

app = noun("Price history: bringing your own in.")


@app.command(
    "import",
    epilog=examples(
        "financebuy prices import bars.csv --dry-run   what would be refused?",
        "financebuy prices import bars.parquet -o json",
    ),
)
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or Parquet with the columns symbol, date, open, high, low, close, volume.",
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Kept with each bar. Default: the file's name."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let bars take the place of those that differ.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge every line and save nothing.")
    ] = False,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Import daily bars, all that can be taken at once, and list the lines that cannot.

    Exit code 0: every line was taken. 2: some were refused; the others were taken.
    """
    prices = PriceFile(file)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=prices.total, visible=bar.console.is_terminal)

        async def work(platform: Platform, caller: Caller) -> Import:
            return await import_prices(
                platform,
                caller,
                prices,
                source or file.name[:64],
                replace=replace,
                dry_run=dry_run,
                tell=lambda done, total: bar.update(task, completed=done, total=total),
            )

        found = Session(data, who).as_operator(work, (ROLE,))
    _report(found, output, dry_run=dry_run)
    if found.refused:
        raise typer.Exit(FINDINGS)


def _report(found: Import, output: Format | None, *, dry_run: bool) -> None:
    refused = [
        {
            "line": each.line,
            "problem": each.problem,
            "given": each.given,
            "means": PROBLEMS[each.problem],
        }
        for each in found.refused
    ]
    gaps = [
        {
            "symbol": g.symbol,
            "first_day": g.first_day,
            "last_day": g.last_day,
            "sessions": g.sessions,
        }
        for g in found.gaps
    ]
    if output is Format.JSON:
        record = {
            "lines": found.lines, "saved": 0 if dry_run else found.saved,
            "unchanged": found.unchanged, "dry_run": dry_run, "now_tradable": found.now_tradable,
            "refused": refused, "gaps": gaps,
        }  # fmt: skip
        print_record(record, output)
        return
    if refused:
        print_rows(refused, ("line", "problem", "given", "means"), output)
    for gap in found.gaps:
        say(f"gap: {gap.symbol} {gap.first_day} to {gap.last_day}, {gap.sessions} trading days")
    if found.now_tradable:
        say(f"{'would be' if dry_run else 'now'} tradable: {', '.join(found.now_tradable)}")
    say(
        f"{found.lines} lines: {found.saved} {'to save' if dry_run else 'saved'},"
        f" {found.unchanged} unchanged, {len(found.refused)} refused"
    )
