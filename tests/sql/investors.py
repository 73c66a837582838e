"""A process's platform on a test's world, and an investor in it."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from financebuy.bootstrap import API_ROLES, Connections, Platform, open_platform
from financebuy.settings import Settings
from tests.support.world import User, World, order

CASH, SHARES = Decimal("10000.00"), 40
Answer = TypeVar("Answer")


def ask(
    world: World, question: Callable[[Platform], Awaitable[Answer]], cache_url: str | None = None
) -> Answer:
    """What a process answers that works on the world's database."""
    connections = Connections(
        urls={role: world.database.url(role) for role in API_ROLES},
        identity_key=world.database.identity_key,
        personal_keys={1: secrets.token_bytes(32)},
        blind_index_key=secrets.token_bytes(32),
        cache_url=cache_url,
    )

    async def opened() -> Answer:
        async with open_platform(Settings(Path("unused")), API_ROLES, connections) as platform:
            return await question(platform)

    return asyncio.run(opened())


def investor(world: World) -> tuple[User, UUID, UUID]:
    """Somebody with cash and an open order for 40 shares at 100, the last price."""
    user = world.user()
    account = world.account(user, CASH)
    security = world.security("AAPL")
    placed = order(user.token, account, security, quantity=Decimal(SHARES))
    return user, account, world.accepted("place_order", placed)
