"""`financebuy portfolio`: holdings, lots, gains and worth."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples, noun
from financebuy.cli.options import (
    AccountOption,
    AsOption,
    DataOption,
    LimitOption,
    OutputOption,
)
from financebuy.cli.output import Format, print_record, print_rows
from financebuy.cli.session import Session
from financebuy.cli.values import optional_identifier, row, rows
from financebuy.services import accounts, portfolio
from financebuy.services.caller import Caller
from financebuy.services.portfolio import Gain, Lot, Position, Summary

app = noun("Holdings, lots, gains and worth.")

_POSITION_COLUMNS = (
    "symbol",
    "quantity",
    "average_cost",
    "price",
    "market_value",
    "unrealized_gain",
    "realized_gain",
)
_LOT_COLUMNS = (
    "lot_id", "symbol", "quantity", "cost", "price", "market_value", "unrealized_gain",
    "acquired_at",
)  # fmt: skip
_GAIN_COLUMNS = (
    "symbol", "quantity", "cost", "proceeds", "gain", "term", "kind", "acquired_at", "sold_at",
)  # fmt: skip

SymbolOption = Annotated[
    str | None, typer.Option("--symbol", metavar="SYMBOL", help="Only this one, as AAPL.")
]


@app.command(epilog=examples("financebuy portfolio show", "financebuy portfolio show -o json"))
def show(
    account: AccountOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show cash, positions and what they are worth at the latest prices."""
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> tuple[Summary, list[Position]]:
        chosen = await accounts.resolve(platform, caller, account_id)
        worth = await portfolio.summary(platform, caller, chosen)
        return worth, await portfolio.positions(platform, caller, chosen)

    worth, positions = Session(data, who).as_customer(work)
    if output is Format.JSON:
        print_record(row(worth) | {"positions": rows(positions)}, output)
    elif output is Format.CSV:
        print_rows(rows(positions), _POSITION_COLUMNS, output)
    else:
        print_record(row(worth) | {"unpriced": ",".join(worth.unpriced)}, output)
        typer.echo()
        print_rows(rows(positions), _POSITION_COLUMNS, output)


@app.command(epilog="Example: financebuy portfolio lots --symbol AAPL")
def lots(
    symbol: SymbolOption = None,
    account: AccountOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List open lots, oldest first. Which a sell closes: `order place`, `account set`."""
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[Lot]:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await portfolio.lots(platform, caller, chosen, symbol=symbol)

    print_rows(rows(Session(data, who).as_customer(work)), _LOT_COLUMNS, output)


@app.command(epilog="Example: financebuy portfolio gains -o csv")
def gains(
    symbol: SymbolOption = None,
    limit: LimitOption = 500,
    account: AccountOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List what sales gained, lot by lot, newest first; long is more than a year."""
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[Gain]:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await portfolio.gains(platform, caller, chosen, symbol=symbol, limit=limit)

    print_rows(rows(Session(data, who).as_customer(work)), _GAIN_COLUMNS, output)
