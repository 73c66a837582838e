"""What every contender of a run shares: one server, one set of data, one platform in process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import psycopg
from psycopg.conninfo import conninfo_to_dict

from financebuy.bench.commands import deposit
from financebuy.bench.meters import Reading, meter
from financebuy.bench.server import create_people, open_accounts
from financebuy.bootstrap import SERVICE_ROLES, Connections, Platform, open_platform
from financebuy.cluster.throwaway import ThrowawayServer
from financebuy.database.identity import Identity
from financebuy.settings import Settings
from financebuy.sql import load, text

ROLES = (*SERVICE_ROLES, "fb_venue", "fb_worker")
KEY_ID = "BENCH"
SCOPES = ("read", "trade", "funding")
RIVALS_SQL = ("accounts", "deposit", "buy", "fill", "cancel")
"""The files in `sql/bench` that make what the rivals call."""
_CASH = 1_000_000_000
_TOKEN_HOURS = 24
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class World:
    """One run's server and data. `accounts` and `owners` go together."""

    server: ThrowawayServer
    connections: Connections
    platform: Platform
    accounts: Sequence[UUID]
    owners: Sequence[UUID]
    security_id: UUID
    url: str
    """The superuser's."""
    stack: AsyncExitStack
    """What ends with the run: processes that scenarios start."""

    @property
    def passwords(self) -> dict[str, str]:
        """Of each role that logs in."""
        urls = {role: self.connections.url(role) for role in self.connections.urls}
        return {role: str(conninfo_to_dict(url)["password"]) for role, url in urls.items()}

    @property
    def read(self) -> Callable[[], Reading]:
        """What reads the server's meters."""
        return meter(self.server.pid, self.server.url)

    def token(self, n: int) -> str:
        """The signed identity of the owner of account `n`, signed now, as the API does."""
        return self.platform.signer.sign(
            Identity(self.owners[n], KEY_ID, SCOPES), timedelta(hours=_TOKEN_HOURS)
        )

    def connected(self, clients: int) -> Callable[[], bool]:
        """Whether the server has so many connections that it has not now."""
        parent = psutil.Process(self.server.pid)
        before = {each.pid for each in parent.children()}
        return lambda: len({each.pid for each in parent.children()} - before) >= clients


@asynccontextmanager
async def make_world(
    server: ThrowawayServer,
    connections: Connections,
    *,
    accounts: int,
    people: int = 1_000,
    url: str | None = None,
) -> AsyncIterator[World]:
    """Fill a database: accounts with cash, their owners, a stock and an open market.

    `url` is its superuser's, when it is not the server's first.
    """
    settings = Settings.read({}, Path("unused"))
    async with open_platform(settings, ROLES, connections) as platform:
        users = await create_people(platform, min(accounts, people))
        account_ids = await open_accounts(platform, users, accounts)
        owners = [users[n % len(users)] for n in range(accounts)]
        async with AsyncExitStack() as stack:
            world = World(
                server, connections, platform, account_ids, owners, uuid4(),
                url or server.url, stack,
            )  # fmt: skip
            await _fill(world)
            yield world


async def _fill(world: World) -> None:
    queries = load("bench")
    for at in range(0, len(world.accounts), _AT_ONCE):
        some = world.accounts[at : at + _AT_ONCE]
        await asyncio.gather(*(deposit(world.platform, each, _CASH) for each in some))
    with psycopg.connect(world.url, autocommit=True) as connection:
        connection.execute(queries.approve_users.encode())
        connection.execute(queries.open_market.encode(), {"security_id": world.security_id})
        for name in RIVALS_SQL:
            connection.execute(text(f"bench/{name}.sql").encode())
        connection.execute(
            queries.number_accounts.encode(),
            {
                "accounts": list(world.accounts),
                "users": list(world.owners),
                "tokens": [world.token(n) for n in range(len(world.accounts))],
            },
        )
        connection.execute(queries.settled.encode())
