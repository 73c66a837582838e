"""`financebuy month`: closing months, and detaching those that are long over."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.exit_codes import FINDINGS
from financebuy.cli.options import AsOption, DataOption, OutputOption
from financebuy.cli.output import Format, print_rows, say
from financebuy.cli.session import Session
from financebuy.cli.values import required_day, rows
from financebuy.services import months
from financebuy.services.caller import Caller
from financebuy.services.months import REASONS, ROLE, ClosedMonth, Detached

app = noun("Months that are over: closed once, and detached when nothing needs them.")

_COLUMNS = ("month", "transactions", "entries", "closed_at", "detached_at")


@app.command("list", epilog="Example: financebuy month list -o json")
def list_(data: DataOption = None, output: OutputOption = None) -> None:
    """List the months that are closed."""
    _show(Session(data).as_platform(months.closed_months, (ROLE,)), output)


@app.command(epilog="Example: financebuy month close")
def close(who: AsOption = None, data: DataOption = None, output: OutputOption = None) -> None:
    """Close every month that is over. The worker does it too, an hour after midnight UTC."""

    async def work(platform: Platform, caller: Caller) -> list[ClosedMonth]:
        now = set(await months.close_months(platform, caller))
        return [each for each in await months.closed_months(platform) if each.month in now]

    _show(Session(data, who).as_operator(work, (ROLE,)), output)


@app.command(epilog="Example: financebuy month detach --before 2026-01-01")
def detach(
    before: Annotated[
        str, typer.Option(metavar="DATE", help="The first day of the first month that stays.")
    ],
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Make the partitions of closed months tables of their own, oldest first.

    Exit code 2: a month stays, and so do those after it; the reason is printed.
    """
    first = required_day(before, "before")

    async def work(platform: Platform, caller: Caller) -> list[Detached]:
        return await months.detach(platform, caller, first)

    found = Session(data, who).as_operator(work, (ROLE,))
    lines = [{"month": f"{each.month:%Y-%m}", "outcome": each.outcome} for each in found]
    print_rows([line | {"means": REASONS[line["outcome"]]} for line in lines], (
        "month", "outcome", "means",
    ), output)  # fmt: skip
    if any(each.outcome != "detached" for each in found):
        raise typer.Exit(FINDINGS)


def _show(found: list[ClosedMonth], output: Format | None) -> None:
    lines = [row | {"month": f"{row['month']:%Y-%m}"} for row in rows(found)]
    print_rows(lines, _COLUMNS, output)
    if not found:
        say("no month was closed")
