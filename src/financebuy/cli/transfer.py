"""`financebuy transfer`: money between accounts, in one currency or by a rate."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import (
    AccountOption,
    AsOption,
    DataOption,
    KeyOption,
    LimitOption,
    OutputOption,
)
from financebuy.cli.output import print_record, print_rows
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, optional_identifier, row, rows
from financebuy.domain.money import exact
from financebuy.services import accounts, movements
from financebuy.services.caller import Caller
from financebuy.services.movements import Movement

app = noun("Money between accounts, in one currency or by a rate.")

_COLUMNS = (
    "transfer_id",
    "amount",
    "currency",
    "target_amount",
    "target_currency",
    "target_account_id",
    "requested_at",
)
AmountArgument = Annotated[str, typer.Argument(help="In the currency of the account it leaves.")]
TargetArgument = Annotated[str, typer.Argument(metavar="TARGET", help="An account's number or id.")]


@app.command(epilog="Example: financebuy transfer send 250 100000003")
def send(
    amount: AmountArgument,
    target: TargetArgument,
    account: AccountOption = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Send money to another account of the same currency, at once and for good."""
    wanted, account_id = exact(amount, "amount"), optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> Movement:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await movements.transfer(platform, caller, chosen, target, wanted, key)

    print_record(row(Session(data, who).as_customer(work)), output)


@app.command(epilog="Example: financebuy transfer convert 250 100000004 --rate 0192…-…")
def convert(
    amount: AmountArgument,
    target: TargetArgument,
    rate: Annotated[
        str, typer.Option(metavar="ID", help="As `financebuy currency rates` lists it.")
    ],
    account: AccountOption = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Sell money by a rate; what it buys comes to one's own account in the other currency."""
    wanted, account_id = exact(amount, "amount"), optional_identifier(account, "account_id")
    rate_id = identifier(rate, "rate_id")

    async def work(platform: Platform, caller: Caller) -> Movement:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await movements.convert(platform, caller, chosen, target, wanted, rate_id, key)

    print_record(row(Session(data, who).as_customer(work)), output)


@app.command("list", epilog="Example: financebuy transfer list -o csv")
def list_(
    account: AccountOption = None,
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List what left an account for others, newest first."""
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[Movement]:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await movements.movements(platform, caller, chosen, limit)

    print_rows(rows(Session(data, who).as_customer(work)), _COLUMNS, output)
