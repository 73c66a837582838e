"""`financebuy exceptions`: what facts left for a person."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, LimitOption, OutputOption
from financebuy.cli.output import print_record, print_rows
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import identifier, one_of, optional_identifier, row, rows
from financebuy.services import exceptions
from financebuy.services.caller import Caller
from financebuy.services.exceptions import ExceptionCase

app = noun("What facts left for a person: overdrafts, missing shares, facts that match nothing.")

IdArgument = Annotated[str, typer.Argument(metavar="ID")]
_COLUMNS = ("exception_id", "kind", "state", "account_id", "order_id", "assigned_to", "created_at")


@app.command("list", epilog="Example: financebuy exceptions list --kind overdrawn")
def list_(
    state: Annotated[
        str, typer.Option(help=f"One of {', '.join(exceptions.STATES)}, or all.")
    ] = "unresolved",
    kind: Annotated[str | None, typer.Option(help="Only of this kind, as overdrawn.")] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Only of this account.")
    ] = None,
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List exceptions, newest first. For operators."""
    one_of(state, (*exceptions.STATES, "all"), "state")
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[ExceptionCase]:
        return await exceptions.list_exceptions(
            platform,
            caller,
            state=None if state == "all" else state,
            kind=kind,
            account_id=account_id,
            limit=limit,
        )

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)


@app.command(epilog="Example: financebuy exceptions show 0192…-…")
def show(
    exception: IdArgument,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show one exception, with what the fact said. For operators."""
    exception_id = identifier(exception, "exception_id")

    async def work(platform: Platform, caller: Caller) -> ExceptionCase:
        return await exceptions.get(platform, caller, exception_id)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command(epilog="Example: financebuy exceptions assign 0192…-… --to grace@example.com")
def assign(
    exception: IdArgument,
    operator: Annotated[
        str | None,
        typer.Option("--to", metavar="USER", help="An operator's address or id. Default: oneself."),
    ] = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Hand an exception to an operator."""
    exception_id = identifier(exception, "exception_id")

    async def work(platform: Platform, caller: Caller) -> ExceptionCase:
        user_id = None if operator is None else await user_id_of(platform, caller, operator)
        return await exceptions.assign(platform, caller, exception_id, user_id, key)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command(epilog='Example: financebuy exceptions resolve 0192…-… "paid in by the customer"')
def resolve(
    exception: IdArgument,
    resolution: Annotated[str, typer.Argument(help="How it was dealt with.")],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """End an exception with words on how."""
    exception_id = identifier(exception, "exception_id")

    async def work(platform: Platform, caller: Caller) -> ExceptionCase:
        return await exceptions.resolve(platform, caller, exception_id, resolution, key)

    print_record(row(Session(data, who).as_operator(work)), output)
