"""One connection pool a database role, and the transaction in which a caller may read."""

import asyncio
import select
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from financebuy.database.silence import hanging_up
from financebuy.errors import TryAgainError
from financebuy.sql import load

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]

_SILENT = "the database does not answer; repeat the request"
_WAIT_SECONDS = 5.0
"""How long a caller waits for a connection before it is told to try again."""

READ_SECONDS = 20.0
"""How long a connection is lent; a database that is silent for longer does not answer."""

# While the database is away, a pool's own attempts come after 1, 2, 4, 8 … s: after 20 s without a
# database it would stay shut for 12 s more. So an attempt knocks for a second, the pause after it
# is a second too, and after this many seconds the next caller begins a new one.
_KNOCK_SECONDS = 1.0
_KNOCK_PAUSE_SECONDS = 0.1
_RECONNECT_SECONDS = 3.0

_CHECK_SECONDS = 1.0
"""How long an idle connection may be silent before another one is made in its place."""

_SEEN_SECONDS = 1.0
"""How long after it answered a server is believed to be there while its line is silent."""


class _KnockingConnection(AsyncConnection[DictRow]):
    """A connection that is tried again at once while the database restarts or fails over."""

    answered_at = float("-inf")

    @classmethod
    async def connect(cls, conninfo: str = "", **options: Any) -> Self:
        """Connect; raises what the last try met."""
        deadline = time.monotonic() + _KNOCK_SECONDS
        while True:
            try:
                return await super().connect(conninfo, **options)
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(_KNOCK_PAUSE_SECONDS)


Url = str | Callable[[], str]
"""Where a server is and how to log in; asked anew at each connection where that may change."""


class Pools:
    """The pools of one process, opened together and closed together."""

    def __init__(
        self, urls: Mapping[str, Url], *, size: int = 8, sizes: Mapping[str, int] | None = None
    ) -> None:
        """`urls` maps a role to its URL; `size` is each pool's most connections."""
        self._pools = {
            role: _pool(url, role, (sizes or {}).get(role, size)) for role, url in urls.items()
        }
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open every pool; connections are made when they are first needed."""
        for pool in self._pools.values():
            await self._stack.enter_async_context(pool)
        return self

    async def __aexit__(self, *failure: Any) -> None:
        """Close every connection."""
        await self._stack.aclose()

    def __getitem__(self, role: str) -> Pool:
        """Return the pool of `role`; a KeyError says that this process does not speak as it."""
        return self._pools[role]

    def __contains__(self, role: object) -> bool:
        """Say whether this process can speak as `role`."""
        return role in self._pools

    async def take(self, role: str) -> Connection:
        """Take an autocommit connection of `role`, to be given back.

        Raises:
            TryAgainError: none came free in time.
        """
        try:
            return await self._pools[role].getconn(timeout=_WAIT_SECONDS)
        except PoolTimeout:
            raise TryAgainError(_SILENT) from None

    async def give_back(self, role: str, connection: Connection) -> None:
        """Return what `take` lent; a broken connection is replaced."""
        if isinstance(connection, _KnockingConnection):
            connection.answered_at = time.monotonic()
        await self._pools[role].putconn(connection)

    @asynccontextmanager
    async def connection(self, role: str) -> AsyncIterator[Connection]:
        """Lend an autocommit connection of `role` for `READ_SECONDS`, as `hanging_up` counts them.

        Raises:
            TryAgainError: none came free in time.
            OutcomeUnknownError: what was committed is here, but perhaps on no standby.
        """
        async with self._lend(role, READ_SECONDS) as connection:
            yield connection

    @asynccontextmanager
    async def long(self, role: str) -> AsyncIterator[Connection]:
        """Lend one as `connection` does, for as long as it takes: work that nobody waits for."""
        async with self._lend(role, None) as connection:
            yield connection

    @asynccontextmanager
    async def _lend(self, role: str, seconds: float | None) -> AsyncIterator[Connection]:
        connection = await self.take(role)
        try:
            with hanging_up(connection, seconds):
                yield connection
        finally:
            await self.give_back(role, connection)

    @asynccontextmanager
    async def read(self, identity: str, role: str = "app_user") -> AsyncIterator[Connection]:
        """Lend a connection in a read transaction that sees what the signed `identity` may see.

        Raises:
            TryAgainError: none came free in time, or the read did not end in `READ_SECONDS`.
        """
        async with self.statement(role) as connection, connection.transaction():
            await connection.execute(load("identity").assume, (identity,))
            yield connection

    @asynccontextmanager
    async def statement(self, role: str) -> AsyncIterator[Connection]:
        """Lend a connection for a single statement that reads, a transaction by itself.

        Raises:
            TryAgainError: none came free in time, or it did not end in `READ_SECONDS`.
        """
        until = time.monotonic() + READ_SECONDS
        try:
            async with self.connection(role) as connection:
                yield connection
        except OperationalError as error:
            if time.monotonic() < until:
                raise
            raise TryAgainError(_SILENT) from error


def _pool(url: Url, role: str, size: int) -> Pool:
    return AsyncConnectionPool(
        url,
        connection_class=_KnockingConnection,
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "application_name": f"financebuy {role}",
            # A server-side prepared statement would be another client's behind PgBouncer.
            "prepare_threshold": None,
            "connect_timeout": round(_WAIT_SECONDS),
            # A network that swallows what is sent is given up; a unix socket has none of that.
            "tcp_user_timeout": round(READ_SECONDS * 1000),
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
        },
        min_size=0,
        max_size=size,
        name=role,
        open=False,
        timeout=_WAIT_SECONDS,
        reconnect_timeout=_RECONNECT_SECONDS,
        # First come, first served is psycopg_pool's order; LIFO starved callers for seconds.
        max_lifetime=3600,
        check=_check,
    )


async def _check(connection: Connection) -> None:
    """Raise when nobody is at the other end any more.

    A question to the server would double the time of a short read. Where it answered a moment ago
    its end would be heard: a server that ends, or is killed, closes the line.
    """
    assert isinstance(connection, _KnockingConnection)  # noqa: S101 (the pool makes no others)
    if time.monotonic() > connection.answered_at + _SEEN_SECONDS or _has_news(connection.fileno()):
        with hanging_up(connection, _CHECK_SECONDS, cancels=False):
            await AsyncConnectionPool.check_connection(connection)


def _has_news(file: int) -> bool:
    """Whether something has arrived that nobody asked for, or the line is closed."""
    line = select.poll()
    line.register(file, select.POLLIN)
    return bool(line.poll(0))
