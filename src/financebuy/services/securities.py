"""The instrument master, kept in memory: every order names a symbol, and few ever change."""

import asyncio
import time
from dataclasses import dataclass
from uuid import UUID

from financebuy.database.pools import Pools
from financebuy.errors import SecurityNotFoundError
from financebuy.services.rows import fetch_all
from financebuy.sql import load

_FRESH_SECONDS = 60.0
_MISS_SECONDS = 1.0
"""After a miss the list is read again, but not more often than this: misses are cheap to send."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A security. Prices have at most `price_scale` decimals, quantities `quantity_scale`."""

    security_id: UUID
    symbol: str
    exchange: str
    name: str
    security_type: str
    currency: str
    isin: str | None
    figi: str | None
    sector: str | None
    country: str | None
    status: str
    tradable: bool
    fractionable: bool
    price_scale: int
    quantity_scale: int


class Securities:
    """All securities by symbol and by id. What may be traded, SQL decides, not this copy."""

    def __init__(self, pools: Pools) -> None:
        """Read through `pools` as `app_user`, when first asked."""
        self._pools = pools
        self._by_name: dict[str | UUID, Asset] = {}
        self._all: list[Asset] = []
        self._read_at = -_FRESH_SECONDS
        self._reading = asyncio.Lock()

    async def all(self) -> list[Asset]:
        """Every security, by symbol."""
        await self._read_if_older_than(_FRESH_SECONDS)
        return self._all

    async def find(self, name: str | UUID) -> Asset:
        """Return the security of a symbol or an id (as a UUID or its text).

        Raises:
            SecurityNotFoundError: there is none.
        """
        await self._read_if_older_than(_FRESH_SECONDS)
        found = self._look_up(name)
        if found is None:
            await self._read_if_older_than(_MISS_SECONDS)
            found = self._look_up(name)
        if found is None:
            raise SecurityNotFoundError(field="symbol")
        return found

    def _look_up(self, name: str | UUID) -> Asset | None:
        if isinstance(name, UUID):
            return self._by_name.get(name)
        return self._by_name.get(name.upper()) or self._by_name.get(name.lower())

    async def _read_if_older_than(self, seconds: float) -> None:
        if time.monotonic() - self._read_at < seconds:
            return
        async with self._reading:
            if time.monotonic() - self._read_at < seconds:
                return
            async with self._pools.connection("app_user") as connection:
                found = await fetch_all(connection, Asset, load("pricing").securities, {})
            self._all = found
            by_name: dict[str | UUID, Asset] = {}
            # A symbol on two exchanges means the one that can be traded; the query sorts it first.
            for each in found:
                by_name.setdefault(each.symbol, each)
                by_name[each.security_id] = by_name[str(each.security_id)] = each
            self._by_name = by_name
            self._read_at = time.monotonic()
