"""`financebuy account owners`, `add-owner`, `remove-owner`: who an account belongs to."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_rows
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import identifier, one_of, rows
from financebuy.services import owners as services
from financebuy.services.caller import Caller
from financebuy.services.owners import Owner

LIST_EXAMPLE = "Example: financebuy account owners 0192…-…"
ADD_EXAMPLE = "Example: financebuy account add-owner 0192…-… ada@example.com --role joint"
REMOVE_EXAMPLE = "Example: financebuy account remove-owner 0192…-… ada@example.com"
_COLUMNS = ("user_id", "role", "created_at", "account_id")

AccountArgument = Annotated[str, typer.Argument(metavar="ID")]
UserArgument = Annotated[str, typer.Argument(metavar="USER", help="An address or a user's id.")]


def owners(
    account: AccountArgument,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List who owns, shares or sees an account. For the staff."""
    account_id = identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[Owner]:
        return await services.owners(platform, caller, account_id)

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)


def add_owner(
    account: AccountArgument,
    user: UserArgument,
    role: Annotated[
        str, typer.Option(help="owner and joint trade and withdraw, a viewer reads.")
    ] = "joint",
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Let a person into an account. For the staff."""
    one_of(role, services.ROLES, "role")
    account_id = identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[Owner]:
        user_id = await user_id_of(platform, caller, user)
        await services.add_owner(platform, caller, account_id, user_id, role, key)
        return await services.owners(platform, caller, account_id)

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)


def remove_owner(
    account: AccountArgument,
    user: UserArgument,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Take a person out of an account; the last owner stays. For the staff."""
    account_id = identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[Owner]:
        user_id = await user_id_of(platform, caller, user)
        await services.remove_owner(platform, caller, account_id, user_id, key)
        return await services.owners(platform, caller, account_id)

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)
