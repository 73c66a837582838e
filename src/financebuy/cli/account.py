"""`financebuy account`: opening, finding and closing accounts."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli import account_owners, account_statements, lots
from financebuy.cli.apps import examples, noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record, print_rows
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import identifier, one_of, optional_identifier, row, rows
from financebuy.services import accounts
from financebuy.services.accounts import Account
from financebuy.services.caller import Caller

app = noun("Accounts: opening, finding and closing them, and what stands on them.")

_COLUMNS = (
    "account_id",
    "account_number",
    "account_type",
    "status",
    "currency",
    "balance",
    "held",
    "unsettled",
    "buying_power",
)


@app.command("open", epilog="Example: financebuy account open grace@example.com")
def open_(
    user: Annotated[str, typer.Argument(metavar="USER", help="An address or a user's id.")],
    account_type: Annotated[
        str, typer.Option("--type", help=f"One of {', '.join(accounts.ACCOUNT_TYPES)}.")
    ] = "individual",
    currency: Annotated[str, typer.Option(help="Three letters.")] = "USD",
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Open an account for a person. For the staff."""
    one_of(account_type, accounts.ACCOUNT_TYPES, "account_type")

    async def work(platform: Platform, caller: Caller) -> Account:
        user_id = await user_id_of(platform, caller, user)
        return await accounts.open_account(platform, caller, user_id, account_type, currency, key)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command(
    "list", epilog=examples("financebuy account list", "financebuy account list --everybody")
)
def list_(
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Everybody's, not only one's own. For the staff.")
    ] = False,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List accounts."""
    session = Session(data, who)
    run = session.as_operator if everybody else session.as_customer
    print_rows(rows(run(_list)), _COLUMNS, output)


async def _list(platform: Platform, caller: Caller) -> list[Account]:
    return await accounts.list_accounts(platform, caller)


@app.command(epilog="Example: financebuy account show -o json")
def show(
    account: Annotated[
        str | None, typer.Argument(metavar="ID", help="Default: the user's only account.")
    ] = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show one account."""
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> Account:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await accounts.get(platform, caller, chosen)

    print_record(row(Session(data, who).as_customer(work)), output)


@app.command(epilog="Example: financebuy account status 0192…-… restricted")
def status(
    account: Annotated[str, typer.Argument(metavar="ID")],
    new_status: Annotated[
        str, typer.Argument(metavar="STATUS", help=f"One of {', '.join(accounts.STATUSES)}.")
    ],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Restrict, release or close an account. Closing is for good. For the staff."""
    one_of(new_status, accounts.STATUSES, "status")
    account_id = identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> Account:
        return await accounts.set_status(platform, caller, account_id, new_status, key)

    print_record(row(Session(data, who).as_operator(work)), output)


app.command(epilog=account_statements.BALANCE_EXAMPLE)(account_statements.balance)
app.command(epilog=account_statements.STATEMENT_EXAMPLE)(account_statements.statement)
app.command(epilog=account_owners.LIST_EXAMPLE)(account_owners.owners)
app.command("add-owner", epilog=account_owners.ADD_EXAMPLE)(account_owners.add_owner)
app.command("remove-owner", epilog=account_owners.REMOVE_EXAMPLE)(account_owners.remove_owner)
app.command("set", epilog=lots.SET_EXAMPLE)(lots.set_preferences)
app.command(epilog=lots.RECEIVE_EXAMPLE)(lots.receive)
