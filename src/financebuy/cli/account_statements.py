"""`financebuy account balance` and `statement`: as of any moment, in either of two times."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples
from financebuy.cli.options import AccountOption, AsOption, DataOption, OutputOption
from financebuy.cli.output import Format, print_rows, say
from financebuy.cli.session import Session
from financebuy.cli.values import moment, optional_identifier, row, rows
from financebuy.errors import RequiredError
from financebuy.services import accounts, statements
from financebuy.services.caller import Caller
from financebuy.services.statements import AssetBalance, Statement

BALANCE_EXAMPLE = "Example: financebuy account balance --as-of 2012-06-30T23:59Z --time effective"
STATEMENT_EXAMPLE = examples(
    "financebuy account statement --from 2012-06-01 --to 2012-07-01 \\\n  --time effective",
)
_BALANCE = ("asset", "balance", "kind")
_LINES = (
    "effective_at",
    "recorded_at",
    "transaction_type",
    "asset",
    "amount",
    "balance",
    "reference",
)


class Time(StrEnum):
    """Which of the two times is meant."""

    RECORDED = "recorded"
    EFFECTIVE = "effective"


TimeOption = Annotated[
    Time,
    typer.Option(
        "--time",
        help="recorded: what was known then. effective: what was so, by what is known now.",
    ),
]


def balance(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="TIME", help="After all that happened at it.")
    ],
    time: TimeOption,
    account: AccountOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show what an account had, cash and shares, as of a moment."""
    at, account_id = _given(as_of, "as_of"), optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> list[AssetBalance]:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await statements.balances_at(platform, caller, chosen, at, time.value)

    print_rows(rows(Session(data, who).as_customer(work)), _BALANCE, output)


def statement(
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="It begins here.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="It ends before this.")],
    time: TimeOption,
    account: AccountOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Print an account's statement: opening balances, each entry with the balance after it."""
    first, last = _given(start, "from"), _given(end, "to")
    account_id = optional_identifier(account, "account_id")

    async def work(platform: Platform, caller: Caller) -> Statement:
        chosen = await accounts.resolve(platform, caller, account_id)
        return await statements.statement(platform, caller, chosen, first, last, time.value)

    found = Session(data, who).as_customer(work)
    opening = [row(each) | {"transaction_type": "opening"} for each in found.opening]
    closing = [row(each) | {"transaction_type": "closing"} for each in found.closing]
    print_rows([*opening, *rows(found.lines), *closing], _LINES, output)
    if output in (None, Format.TABLE):
        say(f"{len(found.lines)} entries by {time.value} time")


def _given(text: str, field: str) -> datetime:
    read = moment(text, field)
    if read is None:
        raise RequiredError(field=field)
    return read
