"""Deposits into a database with a few transactions, and into one with many, by turns.

Both are on one server, so that the machine meets both alike.
"""

import asyncio
from dataclasses import replace
from functools import partial

import psycopg

from financebuy.bench.choice import Choice
from financebuy.bench.commands import deposit
from financebuy.bench.driving import drive
from financebuy.bench.entrants import OURS, Entrant, Place, grown
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World, make_world
from financebuy.database.migrate import migrate
from financebuy.sql import load

_NAME = "growth"
_DATABASE = "grown"
_AT_ONCE = 1_000
_TOLD = 50
"""How often the filling says how far it is."""


async def _entrants(world: World, choice: Choice) -> list[Entrant]:
    second = await _second(world)
    await _grow(second, choice.grown)
    return [
        Entrant(Place(_NAME, name, number), partial(drive, partial(_deposit, where), number))
        for name, where in ((OURS, world), (grown(choice.grown), second))
        for number in choice.in_flight
    ]


async def _deposit(world: World, turn: int) -> None:
    await deposit(world.platform, world.accounts[turn % len(world.accounts)])


async def _second(world: World) -> World:
    """A database beside the first, made and filled as it was."""
    url = await asyncio.to_thread(world.another_database, _DATABASE)
    key = world.connections.identity_key
    assert isinstance(key, bytes)  # noqa: S101 (this server's keys do not rotate)
    keys = {world.connections.identity_key_number: key}
    await asyncio.to_thread(migrate, url, passwords=world.passwords, identity_keys=keys)
    urls = {role: _there(world.connections.url(role)) for role in world.connections.urls}
    connections = replace(world.connections, urls=urls)
    return await world.stack.enter_async_context(
        make_world(
            world.server, connections, accounts=len(world.accounts), url=url, tell=world.tell
        )
    )


def _there(url: str) -> str:
    return url.replace("/postgres?", f"/{_DATABASE}?")


async def _grow(world: World, deposits: int) -> None:
    left, step, done = iter(range(deposits)), max(deposits // _TOLD, 1), 0

    async def one() -> None:
        nonlocal done
        for turn in left:
            await _deposit(world, turn)
            done += 1
            if done % step == 0:
                world.tell(f"{_NAME}: {done:,} of {deposits:,} deposits")

    await asyncio.gather(*(one() for _ in range(_AT_ONCE)))
    with psycopg.connect(world.url, autocommit=True) as connection:
        connection.execute(load("bench").settled.encode())


GROWTH = Scenario(
    _NAME, "deposits into a small and a grown database (--grown)", 1_000, _entrants, long=True
)
