"""`financebuy action`: splits, dividends, mergers and new symbols."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, LimitOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows
from financebuy.cli.session import Session
from financebuy.cli.values import day, identifier, one_of, optional_amount, required_day, row, rows
from financebuy.services import actions
from financebuy.services.actions import Action, Entitlement, NewAction
from financebuy.services.caller import Caller

app = noun("Corporate actions: splits, dividends, mergers, new symbols.")

_COLUMNS = (
    "action_id", "kind", "symbol", "ex_date", "pay_date", "new_shares", "old_shares",
    "cash_per_share", "state",
)  # fmt: skip
_EFFECT_COLUMNS = (
    "account_id", "state", "quantity_before", "quantity_after", "gross", "withheld", "cash",
    "reinvested_quantity",
)  # fmt: skip
_EXAMPLES = """
Examples:

  financebuy action announce split AAPL 2012-06-11 --new 2 --old 1

  financebuy action announce reverse_split AAPL 2012-06-11 --new 1 --old 10 \\

    --cash 5800

  financebuy action announce cash_dividend IBM 2012-06-11 \\

    --pay-date 2012-07-02 --cash 0.85

  financebuy action announce symbol_change META 2012-06-11 --symbol FB
"""


@app.command(epilog=_EXAMPLES)
def announce(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help=f"One of {', '.join(actions.KINDS)}.")
    ],
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="As AAPL.")],
    ex_date: Annotated[
        str, typer.Argument(metavar="DATE", help="Whoever held the evening before is entitled.")
    ],
    new_shares: Annotated[int | None, typer.Option("--new", help="New shares …")] = None,
    old_shares: Annotated[int | None, typer.Option("--old", help="… for so many old ones.")] = None,
    cash: Annotated[
        str | None,
        typer.Option("--cash", metavar="MONEY", help="A share; of a split: of a fraction's whole."),
    ] = None,
    pay_date: Annotated[str | None, typer.Option(metavar="DATE", help="Of a dividend.")] = None,
    record_date: Annotated[str | None, typer.Option(metavar="DATE", help="For the record.")] = None,
    withholding: Annotated[
        str | None, typer.Option(metavar="RATE", help="Tax on a dividend, as 0.15.")
    ] = None,
    reinvest_price: Annotated[
        str | None,
        typer.Option(metavar="PRICE", help="At which accounts that reinvest buy shares."),
    ] = None,
    new_symbol: Annotated[
        str | None, typer.Option("--symbol", metavar="SYMBOL", help="Of a symbol change.")
    ] = None,
    provider: Annotated[str, typer.Option(help="Who says so.")] = actions.OWN_PROVIDER,
    action_id: Annotated[
        str | None,
        typer.Option("--id", metavar="TEXT", help="The provider's own id; one is one, for ever."),
    ] = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Announce an action; the worker applies it when its day comes. For the staff."""
    one_of(kind, actions.KINDS, "kind")
    new = NewAction(
        kind=kind,
        symbol=symbol,
        ex_date=required_day(ex_date, "ex_date"),
        record_date=day(record_date, "record_date"),
        pay_date=day(pay_date, "pay_date"),
        new_shares=new_shares,
        old_shares=old_shares,
        cash_per_share=optional_amount(cash, "cash_per_share"),
        withholding_rate=optional_amount(withholding, "withholding_rate"),
        reinvest_price=optional_amount(reinvest_price, "reinvest_price"),
        new_symbol=new_symbol,
    )

    async def work(platform: Platform, caller: Caller) -> Action:
        return await actions.announce(
            platform, caller, new, provider=provider, provider_action_id=action_id
        )

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command("list", epilog="Example: financebuy action list --symbol IBM")
def list_(
    symbol: Annotated[str | None, typer.Option(help="Only of this one.")] = None,
    state: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(actions.STATES)}. Default: all.")
    ] = None,
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List actions, latest first."""
    if state is not None:
        one_of(state, actions.STATES, "state")

    async def work(platform: Platform, caller: Caller) -> list[Action]:
        return await actions.list_actions(platform, caller, symbol=symbol, state=state, limit=limit)

    print_rows(rows(Session(data, who).as_customer(work)), _COLUMNS, output)


@app.command(epilog="Example: financebuy action show 0192…-…")
def show(
    action: Annotated[str, typer.Argument(metavar="ID")],
    everybody: Annotated[
        bool, typer.Option("--everybody", help="What it did to all accounts. For the staff.")
    ] = False,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show an action, and what it did to one's accounts."""
    action_id = identifier(action, "action_id")

    async def work(platform: Platform, caller: Caller) -> tuple[Action, list[Entitlement]]:
        found = await actions.get(platform, caller, action_id)
        return found, await actions.entitlements(platform, caller, action_id)

    session = Session(data, who)
    found, effects = (session.as_operator if everybody else session.as_customer)(work)
    if output is Format.JSON:
        print_record(row(found) | {"accounts": rows(effects)}, output)
    elif output is Format.CSV:
        print_rows(rows(effects), _EFFECT_COLUMNS, output)
    else:
        print_record(row(found), output)
        typer.echo()
        print_rows(rows(effects), _EFFECT_COLUMNS, output)
