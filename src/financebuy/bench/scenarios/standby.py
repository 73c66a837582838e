"""A synchronous standby on the same machine: deposits that wait for it, and deposits that do not.

It follows all the time; what changes between turns is whether a commit waits for it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

import psycopg

from financebuy.bench.choice import Choice
from financebuy.bench.commands import deposit
from financebuy.bench.driving import drive
from financebuy.bench.entrants import OURS, SYNCHRONOUS, Entrant, Place
from financebuy.bench.samples import Begin, Sample
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.server import server_settings
from financebuy.bench.world import World
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.sql import load

_NAME = "standby"
_HANG_SECONDS = 60.0
_POLL_SECONDS = 0.02


async def _entrants(world: World, choice: Choice) -> list[Entrant]:
    await asyncio.to_thread(_start, world)

    async def command(turn: int) -> None:
        await deposit(world.platform, world.accounts[turn % len(world.accounts)])

    kinds = ((OURS, False), (SYNCHRONOUS, True))
    return [
        Entrant(
            Place(_NAME, name, number),
            _turn(world.url, partial(drive, command, number), waits=waits),
        )
        for name, waits in kinds
        for number in choice.in_flight
    ]


def _start(world: World) -> None:
    standby: ThrowawayServer = world.stack.enter_context(
        throwaway_server(fsync=True, settings=server_settings())
    )
    standby.stop()
    standby.follow(world.server)
    standby.start()
    # Whoever waits for a standby that is stopped waits for ever.
    world.stack.callback(_set, world.url, waits=False)


def _turn(
    url: str, driven: Callable[[float, Begin], Awaitable[Sample]], *, waits: bool
) -> Callable[[float, Begin], Awaitable[Sample]]:
    async def turn(seconds: float, begin: Begin) -> Sample:
        await asyncio.to_thread(_set, url, waits=waits)
        try:
            return await driven(seconds, begin)
        finally:
            await asyncio.to_thread(_set, url, waits=False)

    return turn


def _set(url: str, *, waits: bool) -> None:
    """Returns when it holds for everybody."""
    queries = load("bench")
    change = queries.answer_after_the_standby if waits else queries.answer_alone
    wanted = ("*", "sync") if waits else ("", "async")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(change.encode())
        connection.execute(queries.reload.encode())
        deadline = time.monotonic() + _HANG_SECONDS
        while connection.execute(queries.standby_state.encode()).fetchone() != wanted:
            if time.monotonic() > deadline:
                raise ServerFailedError("the standby does not follow")
            time.sleep(_POLL_SECONDS)


STANDBY = Scenario(
    _NAME, "deposits that wait for a synchronous standby here", 1_000, _entrants, long=True
)
