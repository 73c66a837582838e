"""`financebuy payment`: bank accounts and cards of a user, by their tokens."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record, print_rows, say
from financebuy.cli.session import Session
from financebuy.cli.typed import typed
from financebuy.cli.values import identifier, one_of, row, rows
from financebuy.domain.numbers import KINDS
from financebuy.services import payment_methods
from financebuy.services.caller import Caller
from financebuy.services.payment_methods import PaymentMethod

app = noun("Bank accounts and cards, by tokens that stand for their numbers.")

_COLUMNS = ("payment_method_id", "kind", "token", "last_four", "routing_number", "created_at")
MethodArgument = Annotated[str, typer.Argument(metavar="ID", help="A payment method's id.")]


@app.command(epilog="Example: echo 'GB82 WEST 1234 5698 7654 32' | financebuy payment add iban")
def add(
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(KINDS)}.")],
    routing_number: Annotated[
        str | None, typer.Option("--routing", metavar="DIGITS", help="Of a us_bank account.")
    ] = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Register a bank account or card. Its number is asked for, or read from a pipe."""
    one_of(kind, KINDS, "kind")
    number = typed("Number")

    async def work(platform: Platform, caller: Caller) -> PaymentMethod:
        return await payment_methods.add(
            platform, caller, caller.user_id, kind, number, routing_number, key
        )

    print_record(row(Session(data, who).as_customer(work)), output)


@app.command("list", epilog="Example: financebuy payment list -o json")
def list_(who: AsOption = None, data: DataOption = None, output: OutputOption = None) -> None:
    """List one's bank accounts and cards."""

    async def work(platform: Platform, caller: Caller) -> list[PaymentMethod]:
        return await payment_methods.payment_methods(platform, caller, caller.user_id)

    print_rows(rows(Session(data, who).as_customer(work)), _COLUMNS, output)


@app.command(epilog="Example: financebuy payment number 0192…-…")
def number(
    payment_method: MethodArgument,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show an account's number, for the staff that pays out; leaves a line in the audit log."""
    chosen = identifier(payment_method, "payment_method_id")

    async def work(platform: Platform, caller: Caller) -> str:
        return await payment_methods.number(platform, caller, chosen)

    print_record({"number": Session(data, who).as_operator(work)}, output)


@app.command(epilog="Example: financebuy payment remove 0192…-…")
def remove(
    payment_method: MethodArgument,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
) -> None:
    """Forget the number of a bank account or card."""
    chosen = identifier(payment_method, "payment_method_id")

    async def work(platform: Platform, caller: Caller) -> bool:
        return await payment_methods.remove(platform, caller, chosen, key)

    Session(data, who).as_customer(work)
    say(f"{chosen} is removed")
