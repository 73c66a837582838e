"""`financebuy reverse`: asking for a transaction's contrary."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import single
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, row
from financebuy.services import approvals
from financebuy.services.approvals import Approval
from financebuy.services.caller import Caller

app = single()


@app.command(epilog="Example: financebuy reverse 0192…-… --reason 'booked on the wrong account'")
def reverse(
    transaction: Annotated[str, typer.Argument(metavar="TRANSACTION")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the record.")],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Ask for a transaction's contrary; another operator confirms it. Not for trades."""
    transaction_id = identifier(transaction, "transaction_id")

    async def work(platform: Platform, caller: Caller) -> Approval:
        return await approvals.reverse(platform, caller, transaction_id, reason, key)

    print_record(row(Session(data, who).as_operator(work)), output)
