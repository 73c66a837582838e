"""What long-running programs share: pauses that a stop ends, locks that last, a heartbeat."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from uuid import uuid4

import psycopg

from financebuy.database.pools import Connection
from financebuy.errors import OutcomeUnknownError, TryAgainError
from financebuy.sql import load

BEAT_SECONDS = 1.0
log = logging.getLogger(__name__)

Connect = Callable[[], AbstractAsyncContextManager[Connection]]

DATABASE_AWAY = (psycopg.OperationalError, TryAgainError, OutcomeUnknownError)
"""What a program meets while the database is restarted or fails over: it waits and begins anew."""


async def pause(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so many seconds or until `stop`; True when told to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True


@asynccontextmanager
async def locking(connect: Connect) -> AsyncIterator[Connection]:
    """Lend a connection on which advisory locks of the session may be taken.

    They are given up at the end: the next one to borrow the connection must not have them.
    """
    async with connect() as connection:
        try:
            yield connection
        finally:
            # Where the connection is broken, the server has taken the locks back already.
            with suppress(psycopg.OperationalError):
                await connection.execute(load("platform").unlock_all)


async def beat(process: str, connect: Connect, stop: asyncio.Event) -> None:
    """Tell the database every second that `process` is alive, until `stop`."""
    who = {"process": process, "instance": uuid4(), "pid": os.getpid()}
    while not stop.is_set():
        try:
            async with connect() as connection:
                await connection.execute(load("platform").heartbeat, who)
        except DATABASE_AWAY as error:
            log.warning("no heartbeat: %s", error)
        await pause(stop, BEAT_SECONDS)
