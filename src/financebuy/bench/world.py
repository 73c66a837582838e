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
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from financebuy.bench.commands import deposit
from financebuy.bench.meters import Reading, meter
from financebuy.bench.server import create_people, open_accounts
from financebuy.bootstrap import SERVICE_ROLES, Connections, Platform, open_platform
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.throwaway import ThrowawayServer
from financebuy.database.identity import Identity
from financebuy.settings import Settings
from financebuy.sql import load, text

ROLES = (*SERVICE_ROLES, "fb_venue", "fb_worker")
KEY_ID = "BENCH"
SCOPES = ("read", "trade", "funding")
RIVALS_SQL = ("accounts", "deposit", "buy", "fill", "cancel", "bare")
"""The files in `sql/bench` that make what the rivals call."""
_CASH = 1_000_000_000
_TOKEN_HOURS = 24
_AT_ONCE = 1_000
# PostgreSQL plans a statement for the values at hand five times before it keeps a plan. A few
# clients are past that in no time; and from the second commit on its statistics are a second late.
_WARM_COMMITS = 6
_FEW = 8


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
    monitor: psycopg.Connection[tuple[int]]
    """The superuser's connection that watches what the others do."""
    stack: AsyncExitStack
    """What ends with the run: processes that scenarios start."""
    tell: Callable[[str], None]
    """Says what the run is doing, to whoever waits for it."""

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

    def another_database(self, name: str) -> str:
        """Make an empty database on the same server; it goes when the run ends. Returns its URL."""
        queries, named = load("bench"), sql.Identifier(name)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(queries.make_database).format(name=named))

        def drop() -> None:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(sql.SQL(queries.drop_database).format(name=named))

        self.stack.callback(drop)
        return self.server.url_for(SUPERUSER, self.server.password, name)

    def settle(self) -> None:
        """Count rows, clean up, write out: what follows the data would otherwise meet the turns."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(load("bench").vacuumed.encode())
            connection.execute(load("bench").written_out.encode())

    def warm(self, clients: int) -> Callable[[], bool]:
        """Whether the server has so many connections that it has not now, and they are warm.

        For each of them it plans each statement, of functions too, and a few times anew. With
        hundreds of connections that takes longer than a turn, and says nothing of what follows.
        """
        parent = psutil.Process(self.server.pid)
        before = {each.pid for each in parent.children()}
        enough = clients * (_WARM_COMMITS if clients > _FEW else 1)
        since: int | None = None

        def warm() -> bool:
            nonlocal since
            if since is None:
                if len({each.pid for each in parent.children()} - before) < clients:
                    return False
                since = self._commits()
            return self._commits() - since >= enough

        return warm

    def _commits(self) -> int:
        """As the server's statistics have it."""
        row = self.monitor.execute(load("bench").commits.encode()).fetchone()
        return 0 if row is None else int(row[0])


@asynccontextmanager
async def make_world(
    server: ThrowawayServer,
    connections: Connections,
    *,
    accounts: int,
    people: int = 1_000,
    url: str | None = None,
    tell: Callable[[str], None] = lambda _text: None,
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
            monitor = stack.enter_context(psycopg.connect(url or server.url, autocommit=True))
            world = World(
                server, connections, platform, account_ids, owners, uuid4(),
                url or server.url, monitor, stack, tell,
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
        connection.execute(queries.fill_bare_tables.encode())
        connection.execute(queries.settled.encode())
