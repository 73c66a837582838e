"""A pool serves again as soon as the database is back, however long it was away."""

import asyncio
import time

import psycopg

from financebuy.cluster.binaries import Programs
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.database.pools import Pools
from financebuy.errors import TryAgainError

AWAY_SECONDS = 5.0
CLIENTS = 8


async def use(pools: Pools) -> float:
    """Keep asking until a connection works; returns when it did."""
    while True:
        try:
            async with pools.connection("anybody") as connection:
                await connection.execute("select 1")
                return time.monotonic()
        except (TryAgainError, psycopg.OperationalError):
            await asyncio.sleep(0.05)


async def seconds_until_served(server: ThrowawayServer) -> float:
    async with Pools({"anybody": server.url}) as pools:
        await asyncio.gather(*(use(pools) for _ in range(CLIENTS)))
        server.kill()
        waiting = [asyncio.create_task(use(pools)) for _ in range(CLIENTS)]
        await asyncio.sleep(AWAY_SECONDS)
        await asyncio.to_thread(server.start)
        back = time.monotonic()
        return max(await asyncio.gather(*waiting)) - back


def test_a_pool_does_not_prolong_an_outage(programs: Programs | None) -> None:
    # The pool's own pauses of 1, 2, 4 … s would make it three seconds here, and more after more.
    with throwaway_server(programs=programs) as server:
        assert asyncio.run(seconds_until_served(server)) < 1.5
