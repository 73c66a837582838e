"""`financebuy deposit`: money into an account, from the sandbox bank."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples, single
from financebuy.cli.options import AccountOption, AsOption, DataOption, OutputOption
from financebuy.cli.output import print_record
from financebuy.cli.session import Session
from financebuy.cli.values import day, optional_identifier, row
from financebuy.domain.money import exact
from financebuy.services import accounts, ledger
from financebuy.services.caller import Caller
from financebuy.services.ledger import Transfer

app = single()


@app.command(
    epilog=examples(
        "financebuy deposit 2500 --reference salary-2012-06",
        "financebuy deposit 2500 --staff --account 0192…-… --reference wire-0815",
    )
)
def deposit(
    amount: Annotated[str, typer.Argument(help="In the account's currency.")],
    account: AccountOption = None,
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="The bank's own id of the payment; one is booked once, for ever."
        ),
    ] = None,
    settle_on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Until then it cannot be withdrawn. Default: at once."),
    ] = None,
    staff: Annotated[
        bool,
        typer.Option(
            "--staff",
            help="Book what the bank has received, as the staff; --account says for whom. Where"
            " the platform is not a paper one there is no other way.",
        ),
    ] = False,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Let the sandbox bank pay money into an account.

    Customers pay themselves in on a paper platform alone; elsewhere it takes --staff, and from
    FINANCEBUY_DEPOSIT_APPROVAL_FROM on (10000 unless set) a second operator, who confirms what
    `financebuy fact deposit_received` asks for.
    """
    wanted, account_id = exact(amount, "amount"), optional_identifier(account, "account_id")
    settles = day(settle_on, "settle_on")

    async def work(platform: Platform, caller: Caller) -> Transfer:
        chosen = await accounts.resolve(platform, caller, account_id)
        into = await accounts.get(platform, caller, chosen)
        return await ledger.deposit(
            platform,
            caller,
            into.account_id,
            wanted,
            into.currency,
            bank_reference=reference,
            settle_on=settles,
        )

    session = Session(data, who)
    print_record(row((session.as_operator if staff else session.as_customer)(work)), output)
