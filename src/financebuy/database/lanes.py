"""The commands of one role: who waits, who writes, and who has waited for too long."""

import asyncio
import time

from financebuy.database.backlog import MAX_BATCH, Backlog
from financebuy.database.batches import PAUSE_SECONDS, BatchWriter
from financebuy.database.command import Command, fail
from financebuy.database.pools import Pools
from financebuy.errors import OutcomeUnknownError, TryAgainError

GRACE_SECONDS = 1.5
"""How long one that is late is waited for once it was sent: a server that works has answered by
then, as it waits for an account for a second at most."""
LEAST_SHARE = 32
"""A batch of fewer is not divided among writers that are idle: it costs the server more."""
CLOSE_SECONDS = 1.0
"""How long a server may take to stop what it was asked before it is hung up on."""
_LOOKS = 30
_LONGEST_LOOK_SECONDS = 0.5


class Lane:
    """What arrives while batches are in flight makes the next ones."""

    def __init__(
        self, pools: Pools, role: str, *, writers: int, most_waiting: int, patience: float
    ) -> None:
        """At most `writers` batches are in flight, and `most_waiting` commands wait."""
        self._role = role
        self._backlog = Backlog(most_waiting)
        self._idle = [BatchWriter(pools, role, patience) for _ in range(writers)]
        self._writers = tuple(self._idle)
        self._in_flight: dict[BatchWriter, list[Command]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._starts = self._closed = False
        self._look_seconds = min(patience / _LOOKS, _LONGEST_LOOK_SECONDS)
        self._looks: asyncio.TimerHandle | None = None

    def add(self, command: Command) -> None:
        """Queue a command; it is sent once everybody had their say whose turn it is now.

        Raises:
            OverloadedError: too many wait.
        """
        if self._looks is None:
            self._looks = self._loop.call_later(self._look_seconds, self._look)
        self._backlog.add(command)
        if self._idle and not self._starts:
            self._starts = True
            self._loop.call_soon(self._start)

    def drop(self, command: Command) -> bool:
        """Free the place of a command that nobody waits for any more; whether it waited."""
        return self._backlog.drop(command)

    async def close(self) -> None:
        """Stop; whoever may have been written hears so, the others may try again."""
        self._closed = True
        if self._looks is not None:
            self._looks.cancel()
        for seconds in (CLOSE_SECONDS, None):
            # Cancelled twice, psycopg waits for the server no longer.
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=seconds)
        self._backlog.drop_all()
        for batch in self._in_flight.values():  # taken, and their task had not begun
            fail(batch, TryAgainError())
        for writer in self._writers:
            await writer.release()

    def _start(self) -> None:
        self._starts = False
        while self._idle and self._backlog.is_ready:
            batch = self._take(len(self._idle))
            writer = self._idle.pop()
            self._in_flight[writer] = batch
            task = asyncio.create_task(self._serve(writer, batch), name=f"writer {self._role}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _take(self, takers: int) -> list[Command]:
        """The part of one of so many writers, which is all if others are busy."""
        share = -(-self._backlog.waiting // takers)
        return self._backlog.take(min(max(share, LEAST_SHARE), MAX_BATCH))

    async def _serve(self, writer: BatchWriter, batch: list[Command]) -> None:
        try:
            while batch:
                self._in_flight[writer] = batch
                self._finish(batch, await self._write(writer, batch))
                # Those who were answered say first what they want next.
                await asyncio.sleep(0)
                batch = self._take(len(self._idle) + 1)
        except asyncio.CancelledError:
            fail(batch, OutcomeUnknownError())
            raise
        finally:
            self._in_flight.pop(writer, None)
            self._idle.append(writer)

    async def _write(self, writer: BatchWriter, batch: list[Command]) -> list[Command]:
        """Write a batch; the lane outlives whatever it does, and its callers get the error."""
        try:
            return await writer.write(batch)
        except Exception as unexpected:  # noqa: BLE001
            fail(batch, unexpected)
            return []

    def _finish(self, batch: list[Command], blocked: list[Command]) -> None:
        """Whose account is held rests for a moment, and others do not wait for that."""
        if not blocked:
            self._backlog.finish(batch)
            return
        held = {command.subject for command in blocked}
        self._backlog.put_back([each for each in blocked if not each.answer.done()])
        self._backlog.finish([each for each in batch if each.subject not in held])
        self._loop.call_later(PAUSE_SECONDS, self._resume, blocked)

    def _resume(self, blocked: list[Command]) -> None:
        self._backlog.finish(blocked)
        if not self._closed:
            self._start()

    def _look(self) -> None:
        """Answer those who have waited too long, whatever the database does."""
        now = time.monotonic()
        self._backlog.drop_late(now)
        self._backlog.tell(self._role)
        for batch in self._in_flight.values():
            fail(
                (each for each in batch if each.deadline + GRACE_SECONDS < now),
                OutcomeUnknownError(),
            )
        self._looks = None
        if self._in_flight or self._backlog.waiting:
            self._looks = self._loop.call_later(self._look_seconds, self._look)
