"""`financebuy approve`: what another operator asked for."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, LimitOption, OutputOption
from financebuy.cli.output import print_record, print_rows
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, one_of, row, rows
from financebuy.services import approvals
from financebuy.services.approvals import Approval
from financebuy.services.caller import Caller

app = noun(
    "What another operator asked for: reversals, facts entered by hand, roles, new beginnings."
)

IdArgument = Annotated[str, typer.Argument(metavar="ID")]
NoteOption = Annotated[str | None, typer.Option("--note", help="Words for the record.")]
COLUMNS = (
    "approval_id", "action", "reason", "state", "requested_by", "requested_at", "expires_at",
)  # fmt: skip


@app.command("list", epilog="Example: financebuy approve list --state all")
def list_(
    state: Annotated[
        str, typer.Option(help=f"One of {', '.join(approvals.STATES)}, or all.")
    ] = "requested",
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List requests, newest first. For operators."""
    one_of(state, (*approvals.STATES, "all"), "state")

    async def work(platform: Platform, caller: Caller) -> list[Approval]:
        narrowed = None if state == "all" else state
        return await approvals.list_approvals(platform, caller, state=narrowed, limit=limit)

    print_rows(rows(Session(data, who).as_operator(work)), COLUMNS, output)


@app.command(epilog="Example: financebuy approve show 0192…-…")
def show(
    approval: IdArgument,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Show one request, with all that it would do. For operators."""
    approval_id = identifier(approval, "approval_id")

    async def work(platform: Platform, caller: Caller) -> Approval:
        return await approvals.get(platform, caller, approval_id)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command(epilog="Example: financebuy approve confirm 0192…-… --as grace@example.com")
def confirm(
    approval: IdArgument,
    note: NoteOption = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Let it happen. By another operator than the one who asked."""
    approval_id = identifier(approval, "approval_id")

    async def work(platform: Platform, caller: Caller) -> Approval:
        return await approvals.confirm(platform, caller, approval_id, note, key)

    print_record(row(Session(data, who).as_admin(work)), output)


@app.command(epilog="Example: financebuy approve decline 0192…-… --note 'wrong account'")
def decline(
    approval: IdArgument,
    note: NoteOption = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Say no. By another operator than the one who asked."""
    approval_id = identifier(approval, "approval_id")

    async def work(platform: Platform, caller: Caller) -> Approval:
        return await approvals.decline(platform, caller, approval_id, note, key)

    print_record(row(Session(data, who).as_admin(work)), output)
