"""Hanging up on a server that neither answers nor hangs up, and hearing what it did not promise."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import AsyncConnection
from psycopg.errors import Diagnostic

from financebuy.errors import OutcomeUnknownError

CANCEL_SECONDS = 1.0
"""How long the server may take to hear that its work is not wanted any more."""
_LAST_WORD_SECONDS = 0.5
_UNREPLICATED = "canceling wait for synchronous replication"


@contextmanager
def hanging_up(
    connection: AsyncConnection[Any], seconds: float | None, *, cancels: bool = True
) -> Iterator[None]:
    """Let what is asked inside take so many seconds; then it fails as a query that was cancelled.

    Or as a lost connection, where the server does not even hear of the cancel: cancelling the task
    instead would have psycopg wait for ten seconds more. Without `cancels` it is hung up on at
    once, without `seconds` never. A connection whose cancel was sent, by this or by psycopg, is
    closed at the end: one that arrives late would end what is asked next.

    Raises:
        OutcomeUnknownError: what was committed inside is here, but perhaps on no standby.
    """
    ending: list[asyncio.Task[None]] = []
    doubts: list[str] = []

    def begin() -> None:
        ending.append(asyncio.create_task(_end(connection, cancels=cancels), name="hanging up"))

    def hear(diagnostic: Diagnostic) -> None:
        if _UNREPLICATED in (diagnostic.message_primary or ""):
            doubts.append(_UNREPLICATED)

    timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, begin)
    connection.add_notice_handler(hear)
    try:
        yield
    except asyncio.CancelledError:
        connection.pgconn.finish()
        raise
    finally:
        connection.remove_notice_handler(hear)
        if timer is not None:
            timer.cancel()
        for task in ending:
            task.cancel()
            connection.pgconn.finish()
    if doubts:
        raise OutcomeUnknownError


async def _end(connection: AsyncConnection[Any], *, cancels: bool) -> None:
    if cancels:
        with suppress(Exception):
            await connection.cancel_safe(timeout=CANCEL_SECONDS)
        await asyncio.sleep(_LAST_WORD_SECONDS)
    if not connection.closed:
        # Whoever waits for the line reads its end: libpq closes it, here nobody else may.
        with socket.socket(fileno=os.dup(connection.fileno())) as line, suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
