"""In whose name a program's login changes something: the audit log names the person."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from financebuy.database.pools import Connection
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.sql import load


@asynccontextmanager
async def acting(
    platform: Platform, caller: Caller, role: str, *, long: bool = False
) -> AsyncIterator[Connection]:
    """Lend a connection of `role` with a transaction, whose audit lines name `caller`.

    `long` lends it for as long as it takes, else the database has to answer in time.

    Raises:
        NotPermittedError: without the scope `operations` or `admin`.
    """
    caller.require("operations", "admin")
    lend = platform.pools.long if long else platform.pools.connection
    async with lend(role) as connection, connection.transaction():
        await name(connection, platform, caller)
        yield connection


async def name(connection: Connection, platform: Platform, caller: Caller) -> None:
    """Let this transaction's audit lines name `caller`."""
    await connection.execute(load("audit").act_as, caller.signed(platform))
