"""`financebuy order`: placing, watching, replacing and canceling orders."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli import lots
from financebuy.cli.apps import noun
from financebuy.cli.options import (
    AccountOption,
    AsOption,
    DataOption,
    KeyOption,
    LimitOption,
    OutputOption,
)
from financebuy.cli.output import Format, print_record, print_rows
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, one_of, optional_amount, optional_identifier, row
from financebuy.errors import InvalidValueError
from financebuy.services import accounts, orders
from financebuy.services.caller import Caller
from financebuy.services.order_values import SIDES, TIMES_IN_FORCE
from financebuy.services.orders import NewOrder, Order, Replacement

app = noun("Orders: placing, watching, replacing and canceling them.")

_COLUMNS = (
    "order_id",
    "symbol",
    "side",
    "order_type",
    "quantity",
    "notional",
    "limit_price",
    "stop_price",
    "status",
    "filled_quantity",
    "filled_average_price",
    "placed_at",
)
_EXAMPLES = """
Examples:

  financebuy order place buy AAPL 10               at the market, for today

  financebuy order place buy AAPL 10 --limit 570 --tif gtc

  financebuy order place sell AAPL 5 --stop 540    at 540 or less

  financebuy order place buy AAPL 10 --tif ioc     what there is at once

  financebuy order place buy MSFT --notional 250   shares for 250 dollars

  financebuy order place sell AAPL 5 --lots highest_cost

  financebuy order place sell AAPL 5 --lot 0193…-…=4 --lot 0194…-…=1

  financebuy order place sell AAPL 5 --wait 60     and wait for the fill
"""


@app.command(epilog=_EXAMPLES)
def place(
    side: Annotated[str, typer.Argument(metavar="SIDE", help="buy or sell.")],
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="As AAPL.")],
    quantity: Annotated[
        str | None, typer.Argument(metavar="QUANTITY", help="Shares, fractions too.")
    ] = None,
    notional: Annotated[
        str | None, typer.Option(metavar="MONEY", help="Shares for so much money instead.")
    ] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="PRICE", help="Worst price to accept.")
    ] = None,
    stop: Annotated[
        str | None, typer.Option("--stop", metavar="PRICE", help="Wait for this last price.")
    ] = None,
    time_in_force: Annotated[
        str,
        typer.Option(
            "--tif",
            help="day; gtc: until canceled; ioc: at once, the rest canceled; fok: all at once or"
            " nothing; opg: at the next open; cls: at the close.",
        ),
    ] = "day",
    client_order_id: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Your own name for it, unique for ever.")
    ] = None,
    lot_method: Annotated[
        str | None,
        typer.Option(
            "--lots",
            "--lot-method",
            metavar="METHOD",
            help=f"Which lots a sell closes first; else as its account says. {lots.METHODS}",
        ),
    ] = None,
    lot: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LOT=QUANTITY", help="A lot that a sell closes before any other; repeatable."
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", help="Wait so long for its end.", min=0)
    ] = 0,
    account: AccountOption = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Place an order. A market or stop buy is bounded by a collar around the last quote."""
    one_of(side, SIDES, "side")
    one_of(time_in_force, TIMES_IN_FORCE, "time_in_force")
    lots.check_method(lot_method)
    shares, money = optional_amount(quantity, "qty"), optional_amount(notional, "notional")
    price, trigger = optional_amount(limit, "limit_price"), optional_amount(stop, "stop_price")
    account_id, chosen = optional_identifier(account, "account_id"), lots.chosen_lots(lot)

    async def work(platform: Platform, caller: Caller) -> Order:
        order = NewOrder(
            account_id=await accounts.resolve(platform, caller, account_id),
            symbol=symbol,
            side=side,
            order_type=orders.order_type(price, trigger),
            time_in_force=time_in_force,
            quantity=shares,
            notional=money,
            limit_price=price,
            stop_price=trigger,
            client_order_id=client_order_id,
            lot_method=lot_method,
            lots=chosen,
        )
        placed = (await orders.place(platform, caller, order, key)).order
        return await orders.wait(platform, caller, placed.order_id, wait) if wait else placed

    _print(Session(data, who).as_customer(work), output)


@app.command("list", epilog="Example: financebuy order list --status all --symbol AAPL")
def list_(
    status: Annotated[str, typer.Option(help="open, closed or all.")] = "open",
    symbol: Annotated[list[str] | None, typer.Option(help="Only this one; repeatable.")] = None,
    limit: LimitOption = 50,
    account: AccountOption = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Everybody's, not only one's own. For the staff.")
    ] = False,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List orders, newest first."""
    account_id = optional_identifier(account, "account_id")
    match status:
        case "open" | "closed" | "all":
            wanted = status
        case _:
            raise InvalidValueError("status: must be open, closed or all", field="status")

    async def work(platform: Platform, caller: Caller) -> list[Order]:
        return await orders.list_orders(
            platform, caller, account_id, status=wanted, symbols=symbol or None, limit=limit
        )

    session = Session(data, who)
    run = session.as_operator if everybody else session.as_customer
    print_rows([_row(each) for each in run(work)], _COLUMNS, output)


@app.command(epilog="Example: financebuy order show 0192…-…")
def show(
    order: Annotated[str, typer.Argument(metavar="ID")],
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show one order."""
    order_id = identifier(order, "order_id")

    async def work(platform: Platform, caller: Caller) -> Order:
        return await orders.get(platform, caller, order_id)

    _print(Session(data, who).as_customer(work), output)


@app.command(epilog="Example: financebuy order replace 0192…-… --quantity 20 --limit 565")
def replace(
    order: Annotated[str, typer.Argument(metavar="ID")],
    quantity: Annotated[
        str | None, typer.Option(metavar="SHARES", help="All of it, with what has filled already.")
    ] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="PRICE", help="Worst price to accept.")
    ] = None,
    stop: Annotated[
        str | None, typer.Option("--stop", metavar="PRICE", help="Wait for this last price.")
    ] = None,
    time_in_force: Annotated[
        str | None, typer.Option("--tif", help="As for `order place`.")
    ] = None,
    client_order_id: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Your own name for the new order.")
    ] = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Ask the venue to put another order in the place of an open one; shows the new one."""
    order_id = identifier(order, "order_id")
    if time_in_force is not None:
        one_of(time_in_force, TIMES_IN_FORCE, "time_in_force")
    changes = Replacement(
        quantity=optional_amount(quantity, "qty"),
        time_in_force=time_in_force,
        limit_price=optional_amount(limit, "limit_price"),
        stop_price=optional_amount(stop, "stop_price"),
        client_order_id=client_order_id,
    )

    async def work(platform: Platform, caller: Caller) -> Order:
        return (await orders.replace(platform, caller, order_id, changes, key)).order

    _print(Session(data, who).as_customer(work), output)


@app.command(epilog="Example: financebuy order cancel 0192…-…")
def cancel(
    order: Annotated[str, typer.Argument(metavar="ID")],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Ask the venue to cancel an order. A fill may still be on its way."""
    order_id = identifier(order, "order_id")

    async def work(platform: Platform, caller: Caller) -> Order:
        return await orders.cancel(platform, caller, order_id, key)

    _print(Session(data, who).as_customer(work), output)


app.command("lots", epilog=lots.CHOOSE_EXAMPLE)(lots.choose)


def _row(order: Order) -> dict[str, object]:
    return row(order) | {"filled_average_price": order.filled_average_price}


def _print(order: Order, output: Format | None) -> None:
    print_record(_row(order), output)
