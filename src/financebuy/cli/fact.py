"""`financebuy fact`: what a bank or a venue has told an operator by other means."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples, single
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record
from financebuy.cli.session import Session
from financebuy.cli.values import one_of, row
from financebuy.errors import InvalidValueError
from financebuy.services import approvals
from financebuy.services.approvals import Approval
from financebuy.services.caller import Caller

app = single()


@app.command(
    epilog=examples(
        "financebuy fact execution_busted venue=paper venue_execution_id=b-1 \\\n"
        "  ref_venue_execution_id=x-1 --reason 'the venue called'",
    )
)
def fact(
    name: Annotated[
        str, typer.Argument(metavar="FACT", help=f"One of {', '.join(approvals.FACTS)}.")
    ],
    values: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="What it says.")],
    reason: Annotated[str, typer.Option("--reason", help="How it is known; for the record.")],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Enter a fact by hand; it is booked when another operator confirms it."""
    one_of(name, tuple(approvals.FACTS), "fact")
    payload = dict(_pair(value) for value in values)

    async def work(platform: Platform, caller: Caller) -> Approval:
        return await approvals.request(platform, caller, name, payload, reason, key)

    print_record(row(Session(data, who).as_operator(work)), output)


def _pair(text: str) -> tuple[str, str]:
    field, is_there, value = text.partition("=")
    if not is_there or not field:
        raise InvalidValueError(f"{text!r} is not FIELD=VALUE", field="values")
    return field, value
