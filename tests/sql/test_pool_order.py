"""Connections are handed out in order: who asked first, and which has rested longest."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from financebuy.database.pools import Pools
from financebuy.sqlalchemy import create_engine
from tests.support.databases import Database
from tests.support.world import World

HANG_SECONDS = 60


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


def test_who_asks_first_is_served_first(world: World) -> None:
    served: list[int] = []

    async def ask(pools: Pools, number: int) -> None:
        async with pools.connection("app_user") as connection:
            served.append(number)
            await connection.execute("select 1")

    async def act() -> None:
        async with Pools({"app_user": world.database.url("app_user")}, size=1) as pools:
            await ask(pools, -1)
            await asyncio.gather(*(ask(pools, number) for number in range(100)))

    asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert served == [*range(-1, 100)]


def test_the_connection_that_has_rested_longest_is_lent(world: World) -> None:
    async def act() -> tuple[list[int], list[int]]:
        async with Pools({"app_user": world.database.url("app_user")}, size=3) as pools:
            lent = [await pools.take("app_user") for _ in range(3)]
            for connection in lent:
                await pools.give_back("app_user", connection)
            again = []
            for _ in range(6):
                async with pools.connection("app_user") as connection:
                    again.append(connection.info.backend_pid)
            return [connection.info.backend_pid for connection in lent], again

    lent, again = asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert again == lent * 2


def test_sqlalchemys_pools_do_the_same(world: World) -> None:
    engine = create_engine(world.database.url("auditor"), identity=lambda: "nobody")
    try:
        lent = [engine.raw_connection() for _ in range(3)]
        pids = [each.driver_connection.info.backend_pid for each in lent]  # type: ignore[union-attr]
        for each in lent:
            each.close()
        again = []
        for _ in range(6):
            with engine.connect() as connection:
                again.append(connection.execute(text("select pg_backend_pid()")).scalar_one())
        assert again == pids * 2
    finally:
        engine.dispose()
