"""`financebuy fees`: the schedules of trading fees, and charging an account."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record, print_rows
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, moment, optional_amount, row, rows
from financebuy.domain.money import exact
from financebuy.errors import RequiredError
from financebuy.services import fees
from financebuy.services.caller import Caller
from financebuy.services.fees import Fee, Schedule

app = noun("The schedules of trading fees, and charging an account.")

_COLUMNS = (
    "side",
    "effective_from",
    "state",
    "flat",
    "per_share",
    "basis_points",
    "minimum",
    "maximum",
)


@app.command("list", epilog="Example: financebuy fees list")
def list_(who: AsOption = None, data: DataOption = None, output: OutputOption = None) -> None:
    """List the schedules: past, current, and coming, which can still be set."""

    async def work(platform: Platform, caller: Caller) -> list[Schedule]:
        return await fees.schedules(platform, caller)

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)


@app.command(
    "set", epilog="Example: financebuy fees set buy --from 2012-07-01 --flat 1 --basis-points 5"
)
def set_(
    side: Annotated[str, typer.Argument(metavar="SIDE", help="buy or sell.")],
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="A market time that has not come yet.")
    ],
    flat: Annotated[str, typer.Option(help="An order.")] = "0",
    per_share: Annotated[str, typer.Option(help="A share.")] = "0",
    basis_points: Annotated[str, typer.Option(help="Of the amount: 5 is 0.05 %.")] = "0",
    minimum: Annotated[str, typer.Option(help="At least, an order.")] = "0",
    maximum: Annotated[str | None, typer.Option(help="At most, an order.")] = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Set what trades will pay. A schedule whose time has passed stays. For the staff."""
    begins = moment(since, "from")
    if begins is None:
        raise RequiredError(field="from")
    schedule = Schedule(
        side=side,
        effective_from=begins,
        flat=exact(flat, "flat"),
        per_share=exact(per_share, "per_share"),
        basis_points=exact(basis_points, "basis_points"),
        minimum=exact(minimum, "minimum"),
        maximum=optional_amount(maximum, "maximum"),
    )

    async def work(platform: Platform, caller: Caller) -> Schedule:
        return await fees.set_schedule(platform, caller, schedule, key)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command(epilog="Example: financebuy fees charge 0192…-… 15 'wire transfer'")
def charge(
    account: Annotated[str, typer.Argument(metavar="ID")],
    amount: Annotated[str, typer.Argument(help="In the account's currency.")],
    reason: Annotated[str, typer.Argument(help="What the statement says.")],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Charge an account, which is never overdrawn by it. For the staff."""
    account_id, wanted = identifier(account, "account_id"), exact(amount, "amount")

    async def work(platform: Platform, caller: Caller) -> Fee:
        return await fees.charge(platform, caller, account_id, wanted, reason, key)

    print_record(row(Session(data, who).as_operator(work)), output)
