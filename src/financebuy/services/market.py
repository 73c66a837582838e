"""Steering the replay of history: its speed, pauses and single steps."""

from dataclasses import dataclass
from decimal import Decimal

from financebuy.database.pools import Connection
from financebuy.errors import NotFoundError, OutOfRangeError
from financebuy.services.acting import acting
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one
from financebuy.sql import load

ROLE = "fb_worker"
FASTEST = Decimal(1000)
MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Controls:
    """What the market was told. A step is one quote; open and close are steps too.

    `days_per_minute` counts trading days a minute of wall time; None is real time, in which only
    closed hours are skipped.
    """

    paused: bool
    days_per_minute: Decimal | None
    steps_requested: int
    steps_taken: int

    @property
    def steps_waiting(self) -> int:
        """Steps asked for that the market has yet to take."""
        return self.steps_requested - self.steps_taken


async def controls(platform: Platform) -> Controls:
    """Return what the market was told.

    Raises:
        NotFoundError: no market has run on this platform yet.
    """
    async with platform.pools.connection(ROLE) as connection:
        return await _controls(connection, load("market").controls)


async def set_speed(
    platform: Platform, caller: Caller, days_per_minute: Decimal | None
) -> Controls:
    """Replay so many trading days a minute, or with None in real time.

    Raises:
        OutOfRangeError: not above 0, or above FASTEST.
    """
    if days_per_minute is not None and not 0 < days_per_minute <= FASTEST:
        raise OutOfRangeError(f"speed: must be above 0, at most {FASTEST}", field="speed")
    return await _steer(platform, caller, load("market").set_speed, days_per_minute=days_per_minute)


async def pause(platform: Platform, caller: Caller) -> Controls:
    """Let market time stand still. Orders are taken, and still fill at the quotes of now."""
    return await _steer(platform, caller, load("market").pause)


async def resume(platform: Platform, caller: Caller) -> Controls:
    """Let market time run again at its speed."""
    return await _steer(platform, caller, load("market").resume)


async def step(platform: Platform, caller: Caller, steps: int) -> Controls:
    """Pause the market, and let it take so many steps.

    Raises:
        OutOfRangeError: fewer than 1 or more than MOST_STEPS.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise OutOfRangeError(f"steps: must be from 1 to {MOST_STEPS}", field="steps")
    return await _steer(platform, caller, load("market").request_steps, steps=steps)


async def _steer(platform: Platform, caller: Caller, query: str, **parameters: object) -> Controls:
    """Do so in the caller's name; needs the scope `operations`, and is recorded."""
    async with acting(platform, caller, ROLE) as connection:
        return await _controls(connection, query, **parameters)


async def _controls(connection: Connection, query: str, **parameters: object) -> Controls:
    found = await fetch_one(connection, Controls, query, parameters)
    if found is None:
        raise NotFoundError("the market has not started yet")
    return found
