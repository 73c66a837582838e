"""`financebuy currency`: currencies, and the rates between them."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, LimitOption, OutputOption
from financebuy.cli.output import print_record, print_rows
from financebuy.cli.session import Session
from financebuy.cli.values import moment, row, rows
from financebuy.domain.money import exact
from financebuy.services import currencies
from financebuy.services.caller import Caller
from financebuy.services.currencies import Currency, Rate

app = noun("Currencies, and the rates between them.")

_RATE = ("rate_id", "base", "quote", "rate", "effective_at", "provider", "provider_rate_id")
CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="Three capital letters.")]


@app.command("list", epilog="Example: financebuy currency list")
def list_(who: AsOption = None, data: DataOption = None, output: OutputOption = None) -> None:
    """List the currencies that accounts can have."""

    async def work(platform: Platform, caller: Caller) -> list[Currency]:
        return await currencies.currencies(platform, caller)

    print_rows(rows(Session(data, who).as_customer(work)), ("code", "scale"), output)


@app.command(epilog="Example: financebuy currency add SEK --scale 2")
def add(
    code: CodeArgument,
    scale: Annotated[int, typer.Option(help="Decimal places of an amount.", min=0, max=12)] = 2,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Add a currency, and the house's accounts in it. For the staff."""

    async def work(platform: Platform, caller: Caller) -> Currency:
        return await currencies.add_currency(platform, caller, code, scale, key)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command(epilog="Example: financebuy currency rates --base USD --quote EUR")
def rates(
    base: Annotated[str | None, typer.Option(metavar="CODE", help="What is sold.")] = None,
    quote: Annotated[str | None, typer.Option(metavar="CODE", help="What it buys.")] = None,
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List rates, newest first in the market's time."""

    async def work(platform: Platform, caller: Caller) -> list[Rate]:
        return await currencies.rates(platform, caller, base, quote, limit)

    print_rows(rows(Session(data, who).as_customer(work)), _RATE, output)


@app.command(epilog="Example: financebuy currency rate USD EUR 0.91237 --reference ecb-2012-06-01")
def rate(
    base: CodeArgument,
    quote: CodeArgument,
    value: Annotated[str, typer.Argument(metavar="RATE", help="What one of the first buys.")],
    reference: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="The provider's own id; one is booked once, for ever."),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="Default: the market's time.")
    ] = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Book a rate. For the staff, who play the provider here."""
    stated, effective_at = exact(value, "rate"), moment(at, "at")

    async def work(platform: Platform, caller: Caller) -> Rate:
        return await currencies.book_rate(
            platform,
            caller,
            base,
            quote,
            stated,
            provider_rate_id=reference,
            effective_at=effective_at,
        )

    print_record(row(Session(data, who).as_operator(work)), output)
