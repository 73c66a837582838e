"""A line to a test's database that can stall, swallow answers, and be cut: a proxy on a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.support.databases import Database


class Line:
    """What it carries waits while it stalls; what was under way is lost when it is cut."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._socket = f"{database.server.socket_dir}/.s.PGSQL.{database.server.port}"
        self._questions, self._answers = asyncio.Event(), asyncio.Event()
        self._carriers: set[asyncio.Task[None]] = set()
        self._opens = asyncio.Event()
        self._holds_next = False
        self.port = 0
        self.flow()

    def url(self, role: str) -> str:
        password = self._database.passwords[role]
        place = f"127.0.0.1:{self.port}/{self._database.name}"
        return f"postgresql://{role}:{password}@{place}?sslmode=disable&gssencmode=disable"

    def flow(self) -> None:
        self._questions.set()
        self._answers.set()
        self._opens.set()

    def hold_next(self) -> None:
        """Carry nothing of the next connection that is made until told to flow."""
        self._opens.clear()
        self._holds_next = True

    def stall(self, *, answers_alone: bool = False) -> None:
        """Carry nothing until told to flow, in both directions or back alone."""
        self._answers.clear()
        if not answers_alone:
            self._questions.clear()

    def stall_those_there(self) -> None:
        """Never carry anything again for the connections that there are; new ones flow."""
        self.stall()
        self._questions, self._answers = asyncio.Event(), asyncio.Event()
        self.flow()

    def cut(self) -> None:
        """Break every connection; what it had not yet carried never arrives."""
        for task in self._carriers:
            task.cancel()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, for as long as both ends want and nobody cuts it."""
        task = asyncio.current_task()
        assert task
        self._carriers.add(task)
        ends = [writer]
        is_held, self._holds_next = self._holds_next, False
        try:
            if is_held:
                await self._opens.wait()
            there, back = await asyncio.open_unix_connection(self._socket)
            ends.append(back)
            pipes = [
                asyncio.create_task(_pipe(reader, back, self._questions)),
                asyncio.create_task(_pipe(there, writer, self._answers)),
            ]
            try:
                await asyncio.wait(pipes)
            finally:
                for pipe in pipes:
                    pipe.cancel()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in ends:
                end.transport.abort()
            self._carriers.discard(task)

    async def end(self) -> None:
        """Cut it, and wait until nothing of it is left."""
        while self._carriers:
            self.cut()
            await asyncio.wait(self._carriers)
        for _ in range(3):  # transports that were aborted close in the loop's next turns
            await asyncio.sleep(0)


async def _pipe(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, gate: asyncio.Event
) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            await gate.wait()
            target.write(data)
            await target.drain()
    target.close()


@asynccontextmanager
async def line_to(database: Database) -> AsyncIterator[Line]:
    """A line of its own, cut at the end."""
    line = Line(database)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    async with server:
        yield line
        await line.end()
