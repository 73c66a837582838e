"""Many customers on few connections: none of them ever sees another's account.

The control shows that the test would see it: there the identity is set for the session, and the
next one on that connection has it.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest

from financebuy.database.pools import Connection, Pools
from tests.support.databases import Database
from tests.support.pgbouncer import PROGRAM, pgbouncer
from tests.support.world import World

CLIENTS, CONNECTIONS, USERS = 32, 4, 8
USUAL, WHOLE = 2_000, 20_000
POOLS = ["in process", *(["PgBouncer"] if PROGRAM else [])]
"""Where PgBouncer is not installed the pool of the process still proves its part."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever asks, and the accounts that the answer must name. Without a token: nobody."""

    token: str | None
    accounts: frozenset[UUID]


@pytest.fixture
def customers(database: Database) -> Iterator[list[Customer]]:
    """Eight customers with one or two accounts each, and nobody."""
    with World(database) as world:
        found = [Customer(None, frozenset())]
        for number in range(USERS):
            user = world.user()
            own = [world.account(user) for _ in range(1 + number % 2)]
            found.append(Customer(user.token, frozenset(own)))
        yield found


@contextmanager
def pool_url(kind: str, database: Database) -> Iterator[tuple[str, int]]:
    """The URL to connect to, and how many connections the process may have."""
    if kind == "in process":
        yield database.url("app_user"), CONNECTIONS
    else:
        with pgbouncer(database, "app_user", CONNECTIONS) as url:
            yield url, CLIENTS


@asynccontextmanager
async def properly(pools: Pools, customer: Customer) -> AsyncIterator[Connection]:
    """As the platform reads: the identity ends with the transaction."""
    if customer.token is not None:
        async with pools.read(customer.token) as connection:
            yield connection
    else:
        async with pools.connection("app_user") as connection:
            yield connection


@asynccontextmanager
async def for_the_session(pools: Pools, customer: Customer) -> AsyncIterator[Connection]:
    """As nobody should: the identity stays with the connection."""
    async with pools.connection("app_user") as connection:
        if customer.token is not None:
            await connection.execute(
                "select set_config('fb.identity', %s, false)", [customer.token]
            )
        yield connection


Reading = Callable[[Pools, Customer], AbstractAsyncContextManager[Connection]]


@dataclass(slots=True)
class Count:
    """What the clients saw."""

    asked: int = 0
    leaks: int = 0
    failed: int = 0


async def ask(pools: Pools, customer: Customer, reading: Reading, count: Count) -> None:
    """One request; every tenth fails in the middle of its transaction."""
    count.asked += 1
    async with reading(pools, customer) as connection:
        rows = await (await connection.execute("select account_id from accounts")).fetchall()
        seen = {row["account_id"] for row in rows}
        count.leaks += seen != customer.accounts
        if count.asked % 10 == 0:
            count.failed += 1
            await connection.execute("select 1 / 0")


async def crowd(
    url: str, size: int, customers: list[Customer], requests: int, reading: Reading
) -> Count:
    """So many clients at once, until so many requests were made."""
    count, chance = Count(), random.Random(7)
    async with Pools({"app_user": url}, size=size) as pools:

        async def client() -> None:
            while count.asked < requests:
                with suppress(psycopg.errors.DivisionByZero):
                    await ask(pools, chance.choice(customers), reading, count)

        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(client())
    return count


def run(kind: str, database: Database, customers: list[Customer], requests: int) -> str:
    """Both ways; returns what to tell."""
    with pool_url(kind, database) as (url, size):
        good = asyncio.run(crowd(url, size, customers, requests, properly))
    with pool_url(kind, database) as (url, size):
        control = asyncio.run(crowd(url, size, customers, min(requests, USUAL), for_the_session))
    assert good.asked >= requests
    assert good.failed >= requests // 10
    assert good.leaks == 0
    assert control.leaks > 0
    return (
        f"{kind}: {CLIENTS} clients on {CONNECTIONS} connections, {good.leaks} leaks in"
        f" {good.asked} requests; the control, {control.leaks} in {control.asked}"
    )


@pytest.mark.parametrize("kind", POOLS)
def test_no_customer_sees_anothers_account(
    kind: str, database: Database, customers: list[Customer], tell: Callable[[str], None]
) -> None:
    tell(run(kind, database, customers, USUAL))


@pytest.mark.soak
@pytest.mark.parametrize("kind", POOLS)
def test_no_customer_sees_anothers_account_in_many_requests(
    kind: str, database: Database, customers: list[Customer], tell: Callable[[str], None]
) -> None:
    tell(run(kind, database, customers, WHOLE))
