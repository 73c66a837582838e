"""Commands of `account` and `order` about lots: which a sell closes, and shares that arrive."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples
from financebuy.cli.options import AccountOption, AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, moment, one_of, optional_identifier, row
from financebuy.domain.money import exact
from financebuy.errors import InvalidValueError, RequiredError
from financebuy.services import accounts, positions
from financebuy.services.caller import Caller
from financebuy.services.order_values import LOT_METHODS, ChosenLot
from financebuy.services.positions import LotChoice, Preferences, Receipt

SET_EXAMPLE = "Example: financebuy account set --lot-method highest_cost --reinvest"
RECEIVE_EXAMPLE = examples(
    "financebuy account receive 0192…-… AAPL 100 --cost 4200 \\\n  --acquired 2010-03-01",
)
CHOOSE_EXAMPLE = "Example: financebuy order lots 0192…-… 0193…-…=4 0194…-…=6 --method lifo"

METHODS = f"One of {', '.join(LOT_METHODS)}."


def set_preferences(
    account: AccountOption = None,
    lot_method: Annotated[
        str | None, typer.Option("--lot-method", metavar="METHOD", help=METHODS)
    ] = None,
    reinvest: Annotated[
        bool | None, typer.Option("--reinvest/--no-reinvest", help="Let dividends buy shares.")
    ] = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Set which lots sells close first, and whether dividends buy shares; show both."""
    account_id = optional_identifier(account, "account_id")
    check_method(lot_method)

    async def work(platform: Platform, caller: Caller) -> Preferences:
        chosen = await accounts.resolve(platform, caller, account_id)
        if lot_method is None and reinvest is None:
            return await positions.preferences(platform, caller, chosen)
        return await positions.set_preferences(
            platform,
            caller,
            chosen,
            lot_method=lot_method,
            reinvest_dividends=reinvest,
            key=key,
        )

    print_record(row(Session(data, who).as_customer(work)), output)


def receive(
    account: Annotated[str, typer.Argument(metavar="ID")],
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="As AAPL.")],
    quantity: Annotated[str, typer.Argument(metavar="QUANTITY", help="Shares, fractions too.")],
    cost: Annotated[str, typer.Option(metavar="MONEY", help="What all of them cost.")],
    acquired: Annotated[str, typer.Option(metavar="DATE", help="When they were bought.")],
    reference: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="The custodian's own id; one is booked once, for ever."),
    ] = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Book shares that a custodian has received for an account. For the staff."""
    account_id = identifier(account, "account_id")
    shares, money = exact(quantity, "quantity"), exact(cost, "cost")
    acquired_at = moment(acquired, "acquired_at")
    if acquired_at is None:
        raise RequiredError(field="acquired_at")

    async def work(platform: Platform, caller: Caller) -> Receipt:
        return await positions.receive_shares(
            platform,
            caller,
            account_id,
            symbol,
            shares,
            money,
            acquired_at,
            custodian_reference=reference,
        )

    print_record(row(Session(data, who).as_operator(work)), output)


def choose(
    order: Annotated[str, typer.Argument(metavar="ID")],
    lots: Annotated[
        list[str] | None,
        typer.Argument(metavar="LOT=QUANTITY", help="Lots to close first, in this order."),
    ] = None,
    method: Annotated[
        str | None, typer.Option("--method", metavar="METHOD", help=f"For the rest. {METHODS}")
    ] = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Choose which lots an open sell closes, from its next fill on."""
    order_id = identifier(order, "order_id")
    chosen = chosen_lots(lots) or None
    check_method(method)

    async def work(platform: Platform, caller: Caller) -> LotChoice:
        return await positions.choose_lots(
            platform, caller, order_id, lot_method=method, lots=chosen, key=key
        )

    made = Session(data, who).as_customer(work)
    closing = [f"{each.lot_id}={each.quantity:f}" for each in made.lots]
    print_record(row(made) | {"lots": closing}, output)


def check_method(text: str | None) -> None:
    """Refuse what is no way to choose lots.

    Raises:
        InvalidValueError: it is none.
    """
    if text is not None:
        one_of(text, LOT_METHODS, "lot_method")


def chosen_lots(texts: list[str] | None) -> tuple[ChosenLot, ...]:
    """Read LOT=QUANTITY of each."""
    return tuple(_chosen(each) for each in texts or ())


def _chosen(text: str) -> ChosenLot:
    lot, is_there, quantity = text.partition("=")
    if not is_there:
        raise InvalidValueError(f"{text!r} is not LOT=QUANTITY", field="lots")
    return ChosenLot(identifier(lot, "lots"), exact(quantity, "lots"))
