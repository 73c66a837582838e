"""Hanging up on a server that neither answers nor hangs up."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import AsyncConnection

CANCEL_SECONDS = 1.0
"""How long the server may take to hear that its work is not wanted any more."""
_LAST_WORD_SECONDS = 0.5


@contextmanager
def hanging_up(connection: AsyncConnection[Any], seconds: float) -> Iterator[None]:
    """Let what is asked inside take so many seconds; then it fails as a query that was cancelled.

    Or as a lost connection, where the server does not even hear of the cancel: cancelling the task
    instead would have psycopg wait for ten seconds more.
    """
    ending: list[asyncio.Task[None]] = []

    def begin() -> None:
        ending.append(asyncio.create_task(_end(connection), name="hanging up"))

    timer = asyncio.get_running_loop().call_later(seconds, begin)
    try:
        yield
    finally:
        timer.cancel()
        for task in ending:
            task.cancel()


async def _end(connection: AsyncConnection[Any]) -> None:
    with suppress(Exception):
        await connection.cancel_safe(timeout=CANCEL_SECONDS)
    await asyncio.sleep(_LAST_WORD_SECONDS)
    if not connection.closed:
        # Whoever waits for the line reads its end: libpq closes it, here nobody else may.
        with socket.socket(fileno=os.dup(connection.fileno())) as line, suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
