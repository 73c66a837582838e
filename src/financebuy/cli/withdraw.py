"""`financebuy withdraw`: money out of an account, and what the bank says of it."""

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
from financebuy.services import accounts, ledger
from financebuy.services.caller import Caller
from financebuy.services.ledger import Transfer

app = noun("Money out of an account, and what the bank says of it.")

_COLUMNS = ("transfer_id", "state", "amount", "currency", "requested_at", "reason", "account_id")
IdArgument = Annotated[str, typer.Argument(metavar="TRANSFER-ID")]


@app.command(epilog="Example: financebuy withdraw request 500")
def request(
    amount: Annotated[str, typer.Argument(help="In the account's currency.")],
    payment_method: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="ID",
            help="A bank account of `financebuy payment list`; needed where money is real.",
        ),
    ] = None,
    account: AccountOption = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Ask for money. It is held until the bank settles or returns it."""
    wanted, account_id = exact(amount, "amount"), optional_identifier(account, "account_id")
    to = optional_identifier(payment_method, "payment_method_id")

    async def work(platform: Platform, caller: Caller) -> Transfer:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await ledger.request_withdrawal(
            platform, caller, chosen, wanted, key, payment_method_id=to
        )

    print_record(row(Session(data, who).as_customer(work)), output)


@app.command("list", epilog="Example: financebuy withdraw list --everybody --state requested")
def list_(
    account: AccountOption = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Everybody's, not only one's own. For the staff.")
    ] = False,
    state: Annotated[
        str | None, typer.Option(help="Only requested, settled, returned or refunded ones.")
    ] = None,
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List withdrawals, newest first."""
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[Transfer]:
        return await ledger.transfers(
            platform, caller, account_id, limit, direction="outgoing", state=state
        )

    session = Session(data, who)
    run = session.as_operator if everybody else session.as_customer
    print_rows(rows(run(work)), _COLUMNS, output)


@app.command(epilog="Example: financebuy withdraw settle 0192…-… --reference wire-0815")
def settle(
    transfer: IdArgument,
    reference: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The bank's own id of the payment.")
    ] = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Book that the money has left. For the staff, who play the bank here."""
    transfer_id = identifier(transfer, "transfer_id")
    note = reference or f"sandbox-{transfer_id}"

    async def work(platform: Platform, caller: Caller) -> Transfer:
        return await ledger.withdrawal_settled(platform, caller, transfer_id, note)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command("return", epilog="Example: financebuy withdraw return 0192…-… 'account closed'")
def return_(
    transfer: IdArgument,
    reason: Annotated[str, typer.Argument(help="What the bank says.")],
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Book that the money did not arrive and is back. For the staff, who play the bank here."""
    transfer_id = identifier(transfer, "transfer_id")

    async def work(platform: Platform, caller: Caller) -> Transfer:
        return await ledger.withdrawal_returned(platform, caller, transfer_id, reason)

    print_record(row(Session(data, who).as_operator(work)), output)
