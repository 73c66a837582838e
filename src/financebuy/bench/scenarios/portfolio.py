"""Reading a portfolio: what an account is worth now, by its owner, who sees only their own."""

import asyncio
from functools import partial

import psycopg
from psycopg_pool import AsyncConnectionPool

from financebuy.bench.choice import Choice
from financebuy.bench.commands import buy, fill
from financebuy.bench.driving import drive
from financebuy.bench.entrants import OURS, VIEW, Entrant, Place
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World
from financebuy.services import portfolio
from financebuy.services.caller import Caller
from financebuy.sql import load

_AT_ONCE = 500
_CONNECTIONS = 8


async def give_everybody_a_share(world: World) -> None:
    """An order to buy and its fill, for each account."""

    async def one(n: int) -> None:
        order = await buy(world.platform, world.token(n), world.accounts[n], world.security_id)
        await fill(world.platform, order)

    for at in range(0, len(world.accounts), _AT_ONCE):
        some = range(at, min(at + _AT_ONCE, len(world.accounts)))
        await asyncio.gather(*(one(n) for n in some))


async def _entrants(name: str, world: World, choice: Choice) -> list[Entrant]:
    await give_everybody_a_share(world)
    with psycopg.connect(world.url, autocommit=True) as connection:
        connection.execute(load("bench").refresh_portfolios.encode())
    pool = AsyncConnectionPool(
        world.connections.url("auditor"), min_size=1, max_size=_CONNECTIONS, open=False,
        kwargs={"autocommit": True},
    )  # fmt: skip
    await world.stack.enter_async_context(pool)

    async def live(turn: int) -> None:
        n = turn % len(world.accounts)
        caller = Caller(world.owners[n], origin="bench")
        found = await portfolio.summary(world.platform, caller, world.accounts[n])
        assert found.positions == 1, found  # noqa: S101 (a bench that goes wrong stops)

    async def view(turn: int) -> None:
        account_id = world.accounts[turn % len(world.accounts)]
        async with pool.connection() as connection:
            cursor = await connection.execute(
                load("bench").portfolio_of_view.encode(), {"account_id": account_id}
            )
            assert await cursor.fetchone() is not None  # noqa: S101 (likewise)

    kinds = ((OURS, live), (VIEW, view))
    return [
        Entrant(Place(name, contender, number), partial(drive, command, number))
        for contender, command in kinds
        for number in choice.in_flight
    ]


PORTFOLIO = Scenario(
    "portfolio", "portfolio reads of 1,000 accounts", 1_000, partial(_entrants, "portfolio")
)
MANY_PORTFOLIOS = Scenario(
    "many-portfolios", "portfolio reads of 100,000 accounts", 100_000,
    partial(_entrants, "many-portfolios"), long=True,
)  # fmt: skip
