"""`financebuy market`: looking at the replayed market and steering it."""

import asyncio
import time
from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples, noun
from financebuy.cli.exit_codes import FAILED
from financebuy.cli.options import AsOption, DataOption, LimitOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows, say
from financebuy.cli.session import Session, Work
from financebuy.cli.texts import REPLAY_FINISHED
from financebuy.cli.values import row
from financebuy.domain.money import exact
from financebuy.services import market, pricing
from financebuy.services.caller import Caller
from financebuy.services.market import Controls
from financebuy.services.pricing import Asset, Clock

app = noun("The market: its clock, its speed, pauses and single steps.")

_ROLES = ("app_user", market.ROLE)
_SEARCH_COLUMNS = ("symbol", "exchange", "name", "isin", "tradable", "security_id")
_POLL_SECONDS = 0.05
# A step waits for nothing but the end of the day before, which the worker settles.
_STEP_SECONDS = 30.0


@app.command(epilog="Example: financebuy market status -o json")
def status(data: DataOption = None, output: OutputOption = None) -> None:
    """Show the market's time, phase and speed."""

    async def work(platform: Platform) -> tuple[Controls, Clock]:
        return await market.controls(platform), await pricing.clock(platform)

    _print(*Session(data).as_platform(work, _ROLES), output)


@app.command(
    epilog=examples(
        "financebuy market speed 5      five trading days a minute",
        "financebuy market speed real   as fast as it was",
    )
)
def speed(
    days: Annotated[
        str,
        typer.Argument(metavar="DAYS", help='Trading days a minute, fractions too; or "real".'),
    ],
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Set how many trading days pass in a minute; closed hours are always skipped."""
    days_per_minute = None if days == "real" else exact(days, "speed")

    async def work(platform: Platform, caller: Caller) -> Controls:
        return await market.set_speed(platform, caller, days_per_minute)

    _steer(Session(data, who), output, work)


@app.command(epilog="Example: financebuy market pause")
def pause(who: AsOption = None, data: DataOption = None, output: OutputOption = None) -> None:
    """Let market time stand still. Orders still fill at the quotes of now."""
    _steer(Session(data, who), output, market.pause)


@app.command(epilog="Example: financebuy market resume")
def resume(who: AsOption = None, data: DataOption = None, output: OutputOption = None) -> None:
    """Let market time run again."""
    _steer(Session(data, who), output, market.resume)


@app.command(
    epilog=examples(
        "financebuy market step       the next quote",
        "financebuy market step 79    a whole day: open, 77 quotes, close",
    )
)
def step(
    steps: Annotated[int, typer.Argument(metavar="STEPS", help="How many quotes.")] = 1,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Pause the market and move it by single quotes; waits until it has moved."""

    async def work(platform: Platform, caller: Caller) -> Controls:
        asked = await market.step(platform, caller, steps)
        return await _taken(platform, asked)

    left = _steer(Session(data, who), output, work).steps_waiting
    if left:
        say(f"Steps that the market has not taken: {left}. Does it run? financebuy status")
        raise typer.Exit(FAILED)


@app.command(epilog=examples("financebuy market search apple", "financebuy market search US03783"))
def search(
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="Words of the symbol, name or ISIN.")
    ],
    limit: LimitOption = 20,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Find securities by words; their beginnings are enough."""

    async def work(platform: Platform) -> list[Asset]:
        return await pricing.search(platform, " ".join(text), limit)

    found = Session(data).as_platform(work, ("app_user",))
    print_rows([row(each) for each in found], _SEARCH_COLUMNS, output)


async def _taken(platform: Platform, asked: Controls) -> Controls:
    """The controls once the market has taken all steps, or will not."""
    seen = asked
    deadline = time.monotonic() + _STEP_SECONDS
    while seen.steps_taken < asked.steps_requested and time.monotonic() < deadline:
        if (await pricing.clock(platform)).phase == "finished":
            break
        await asyncio.sleep(_POLL_SECONDS)
        seen = await market.controls(platform)
    return seen


def _steer(session: Session, output: Format | None, work: Work[Controls]) -> Controls:
    async def both(platform: Platform, caller: Caller) -> tuple[Controls, Clock]:
        controls = await work(platform, caller)
        return controls, await pricing.clock(platform)

    controls, clock = session.as_operator(both, (market.ROLE,))
    _print(controls, clock, output)
    return controls


def _print(controls: Controls, clock: Clock, output: Format | None) -> None:
    print_record(_record(controls, clock), output)
    if clock.phase == "finished":
        say(REPLAY_FINISHED)


def _record(controls: Controls, clock: Clock) -> dict[str, object]:
    return {
        "mode": clock.mode,
        "market_time": clock.market_time,
        "phase": clock.phase,
        "session_date": clock.session_date,
        "next_session_date": clock.next_session_date,
        "quote_seq": clock.quote_seq,
        "paused": controls.paused,
        "days_per_minute": "real" if controls.days_per_minute is None else controls.days_per_minute,
        "steps_waiting": controls.steps_waiting,
    }
