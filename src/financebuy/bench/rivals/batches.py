"""One call of a function with many rows: what a client that gathers commands itself would send."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import psycopg

from financebuy.bench.driving import drive
from financebuy.bench.samples import Begin, Sample

Rows = Callable[[int, int], Mapping[str, Any]]
"""The parameters of a call, by whose it is (clients count from 0) and how many rows it has."""


async def batch_turn(
    stack: AsyncExitStack, url: str, query: str, rows: Rows, *, size: int, clients: int = 1
) -> Callable[[float, Begin], Awaitable[Sample]]:
    """A turn of so many connections, each with its next call as soon as the last is answered.

    They stay open for all turns, until `stack` ends. A command is a row; all of a call took as long
    as the call.
    """
    connections = [
        await stack.enter_async_context(
            # Prepared at once, as pgbench does.
            await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=0)
        )
        for _ in range(clients)
    ]

    async def command(number: int) -> None:
        who = number % clients
        await connections[who].execute(query.encode(), rows(who, size))

    async def turn(seconds: float, begin: Begin) -> Sample:
        sample = await drive(command, clients, seconds, begin)
        return sample.of_batches(size)

    return turn
