"""The end of a month: closing it, and detaching its partitions long after."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from financebuy.database.pools import Connection
from financebuy.errors import InvalidValueError
from financebuy.services.acting import acting, name
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.sql import load

ROLE = "fb_worker"
ACCOUNTS_A_STEP = 500
"""Accounts that are closed in one transaction: their rows are locked until it ends."""

REASONS = {
    "detached": "its partitions are tables of their own now",
    "too_recent": "facts may still concern it (setting detach_after)",
    "order_open": "an order that was placed by then is open",
    "settlement_open": "a settlement of then is open",
    "transfer_open": "a withdrawal that was requested by then is open",
    "exception_open": "an exception of then is not resolved",
    "event_unpublished": "an event of then has not been published",
}
"""What became of a month that was to be detached."""


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month, by its first day, whose closing balances are kept. Months are UTC."""

    month: date
    transactions: int
    entries: int
    closed_at: datetime
    detached_at: datetime | None


@dataclass(frozen=True, slots=True)
class Detached:
    """A month and one of `REASONS`; after one that stays no later month is looked at."""

    month: date
    outcome: str


@dataclass(frozen=True, slots=True)
class _Month:
    month: date


Name = Callable[[Connection], Awaitable[None]]
"""Says in whose name a transaction of this connection acts."""


async def close_months(platform: Platform, caller: Caller) -> list[date]:
    """Close every month that is over, oldest first; returns those that were closed now.

    May be repeated and interrupted: a month is closed once. Needs the scope `operations`, and a
    platform that was opened with the role `fb_worker`.
    """
    caller.require("operations")
    async with platform.pools.long(ROLE) as connection:
        return await close_due_months(connection, lambda c: name(c, platform, caller))


async def close_due_months(connection: Connection, named: Name | None = None) -> list[date]:
    """Do so over a connection of `fb_worker`; without `named`, in the worker's own name.

    Raises:
        psycopg.errors.RaiseException: the books of a month do not balance; it stays open.
    """
    queries = load("months")
    due = await fetch_all(connection, _Month, queries.months_to_close, {})
    for each in due:
        parameters = {"month": each.month, "limit": ACCOUNTS_A_STEP}
        closed = 1
        while closed:
            async with connection.transaction():
                if named is not None:
                    await named(connection)
                cursor = await connection.execute(queries.close_month, parameters)
                row = await cursor.fetchone()
            closed = row["closed"] if row else 0
    return [each.month for each in due]


async def closed_months(platform: Platform) -> list[ClosedMonth]:
    """Return the closed months, oldest first."""
    async with platform.pools.connection(ROLE) as connection:
        return await fetch_all(connection, ClosedMonth, load("months").closed_months, {})


async def list_closed(platform: Platform, caller: Caller) -> list[ClosedMonth]:
    """Return the closed months, oldest first, to who has the scope `operations`."""
    caller.require("operations")
    async with platform.pools.connection("fb_broker") as connection:
        return await fetch_all(connection, ClosedMonth, load("months").closed_months, {})


async def detach(platform: Platform, caller: Caller, before: date) -> list[Detached]:
    """Detach the partitions of closed months before the month `before`, oldest first.

    Stops at the first month that something still needs, which is the last of the answer then.
    Needs the scope `operations`.

    Raises:
        InvalidValueError: `before` is not the first day of a month.
    """
    if before.day != 1:
        raise InvalidValueError("before: the first day of a month", field="before")
    async with acting(platform, caller, ROLE, long=True) as connection:
        return await fetch_all(
            connection, Detached, load("months").detach_partitions, {"before": before}
        )
