"""Copies in Valkey of what stands on accounts, each shown only while it is what PostgreSQL has.

A copy has no prices in it and says after which event of the account it was made. Nobody has to
take it away: before it is shown PostgreSQL is asked for the account's last event, in one statement
for all reads that wait, after they came. So it shows every command that was answered by then, by
whichever program. It was made from what its reader was shown under row security, and is theirs
alone; who is let in or out of an account is an event of it too.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import msgspec
from psycopg.rows import tuple_row

from financebuy.cache.client import Cache
from financebuy.database.pools import Pools
from financebuy.gathering import Gathered
from financebuy.services.portfolio_values import Summary
from financebuy.services.portfolio_worth import Price, Standing, worth
from financebuy.services.rows import fetch_all
from financebuy.sql import load

_KEPT_SECONDS = 600.0
_PRICE_SECONDS = 0.25
_ROLE = "fb_broker"


class _Reader(NamedTuple):
    user_id: UUID
    account_id: UUID

    @property
    def key(self) -> str:
        return f"portfolio:{self.user_id.hex}:{self.account_id.hex}"


@dataclass(frozen=True, slots=True)
class _PriceRow:
    security_id: UUID
    last: Decimal
    previous_close: Decimal | None


class PortfolioCopies:
    """Finds copies that are current; what is asked at the same time is asked together."""

    def __init__(self, pools: Pools, cache: Cache) -> None:
        """Keep copies in `cache`, and compare them through `pools`."""
        self._pools = pools
        self._cache = cache
        self._decoder = msgspec.msgpack.Decoder(Standing)
        self._prices: dict[UUID, tuple[float, Price]] = {}
        self._found = Gathered(self._find)
        self._kept = Gathered(self._keep)

    async def find(self, user_id: UUID, account_id: UUID) -> Summary | None:
        """Return what the account is worth now; None when there is no copy of this user's."""
        return await self._found.find(_Reader(user_id, account_id))

    async def keep(self, user_id: UUID, standing: Standing) -> None:
        """Keep what this user was shown a moment ago."""
        await self._kept.find((_Reader(user_id, standing.account_id), standing))

    async def _keep(self, some: Sequence[tuple[_Reader, Standing]]) -> list[None]:
        texts = {reader.key: msgspec.msgpack.encode(standing) for reader, standing in some}
        await self._cache.set_many(texts, _KEPT_SECONDS)
        return [None] * len(some)

    async def _find(self, readers: Sequence[_Reader]) -> list[Summary | None]:
        texts, versions = await asyncio.gather(
            self._cache.get_many([reader.key for reader in readers]),
            self._versions({reader.account_id for reader in readers}),
        )
        copies = [None if text is None else self._decoder.decode(text) for text in texts]
        there = [copy for copy in copies if copy is not None]
        if not there:
            return [None] * len(readers)
        prices = await self._prices_of(
            {share.security_id for copy in there for share in copy.shares if share.quantity}
        )
        return [
            worth(copy, prices)
            if copy is not None
            and versions.get(copy.account_id) == (copy.event_seq, copy.updated_at)
            else None
            for copy in copies
        ]

    async def _versions(self, ids: Iterable[UUID]) -> Mapping[UUID, tuple[int, datetime]]:
        # Thousands a second: no value of its own for each.
        async with (
            self._pools.statement(_ROLE) as connection,
            connection.cursor(row_factory=tuple_row, binary=True) as cursor,
        ):
            await cursor.execute(load("portfolio").versions, {"account_ids": list(ids)})
            rows = await cursor.fetchall()
        return {account_id: (event_seq, updated_at) for account_id, event_seq, updated_at in rows}

    async def _prices_of(self, ids: Iterable[UUID]) -> Mapping[UUID, Price]:
        now = time.monotonic()
        known = {each: self._prices[each] for each in ids if each in self._prices}
        prices = {each: price for each, (until, price) in known.items() if now < until}
        missing = [each for each in ids if each not in prices]
        if missing:
            async with self._pools.statement(_ROLE) as connection:
                rows = await fetch_all(
                    connection, _PriceRow, load("portfolio").prices, {"security_ids": missing}
                )
            found = {row.security_id: Price(row.last, row.previous_close) for row in rows}
            until = now + _PRICE_SECONDS
            self._prices.update({each: (until, price) for each, price in found.items()})
            prices |= found
        return prices
