"""Portfolios from copies in Valkey, each compared with PostgreSQL, beside a plain GET a read."""

import secrets
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from financebuy.bench.choice import Choice
from financebuy.bench.driving import drive
from financebuy.bench.entrants import OURS, VALKEY_GET, Entrant, Place
from financebuy.bench.processes import running_valkey
from financebuy.bench.scenarios.portfolio import give_everybody_a_share
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World
from financebuy.cache.client import Cache
from financebuy.cache.opening import open_client
from financebuy.cluster.valkey_server import url
from financebuy.services import portfolio
from financebuy.services.caller import Caller
from financebuy.services.portfolio_copies import PortfolioCopies

_NAME = "portfolio-cached"
_TIMEOUT_SECONDS = 10.0


async def _entrants(world: World, choice: Choice) -> list[Entrant]:
    await give_everybody_a_share(world)
    place = world.stack.enter_context(tempfile.TemporaryDirectory(prefix="financebuy-bench-"))
    password = secrets.token_hex(16)
    socket = world.stack.enter_context(running_valkey(Path(place) / "cache", password))
    cache = await world.stack.enter_async_context(Cache(url(socket, password)))
    plain = open_client(url(socket, password), _TIMEOUT_SECONDS)
    world.stack.push_async_callback(plain.aclose)
    platform = replace(
        world.platform, cache=cache, copies=PortfolioCopies(world.platform.pools, cache)
    )

    callers = [Caller(owner, origin="bench") for owner in world.owners]

    async def ours(turn: int) -> None:
        n = turn % len(world.accounts)
        found = await portfolio.shared_summary(platform, callers[n], world.accounts[n])
        assert found.positions == 1, found  # noqa: S101 (a bench that goes wrong stops)

    for n in range(len(world.accounts)):
        await ours(n)
    keys = [each async for each in plain.scan_iter("portfolio:*")]

    async def get(turn: int) -> None:
        assert await plain.get(keys[turn % len(keys)])  # noqa: S101 (likewise)

    return [
        Entrant(Place(_NAME, contender, number), partial(drive, command, number))
        for contender, command in ((OURS, ours), (VALKEY_GET, get))
        for number in choice.in_flight
    ]


PORTFOLIO_CACHED = Scenario(
    _NAME, "the same from copies in Valkey, beside a plain GET a read", 1_000, _entrants
)
