"""Copies in Valkey of what stands on accounts, each shown only while it is what PostgreSQL has.

A copy has no prices in it and says after which event of the account it was made. Nobody has to
take it away: before it is shown PostgreSQL is asked for the account's last event, in one statement
for all reads that wait, after they came. So it shows every command that was answered by then, by
whichever program. It was made from what its reader was shown under row security, and is theirs
alone; who is let in or out of an account is an event of it too.
"""

import asyncio
import struct
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import blake2s
from typing import NamedTuple
from uuid import UUID

import msgspec
from psycopg.rows import tuple_row

from financebuy.cache.client import Cache
from financebuy.database.pools import Pools
from financebuy.errors import TryAgainError
from financebuy.gathering import Gathered
from financebuy.services.portfolio_values import Summary
from financebuy.services.portfolio_worth import Price, Share, Standing, worth
from financebuy.services.rows import fetch_all
from financebuy.sql import load

ANSWER_SECONDS = 2.0
"""How long the database may take to compare copies before it is asked on another connection."""
_KEPT_SECONDS = 600.0
_PRICE_SECONDS = 0.25
_ROLE = "fb_broker"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_VERSION = struct.Struct("!qq")
"""The account's last event and when it came, as PostgreSQL sends them."""


def form_of(*kinds: type[msgspec.Struct]) -> str:
    """What tells the form of a copy from that of another version of FinanceBuy."""
    fields = [
        (kind.__name__, each.name, str(each.type))
        for kind in kinds
        for each in msgspec.structs.fields(kind)
    ]
    return blake2s(repr(fields).encode(), digest_size=4).hexdigest()


_PREFIX = f"portfolio:{form_of(Standing, Share)}:".encode()


class _Read(NamedTuple):
    """Ids as bytes, since Python hashes those without running any code of its own."""

    key: bytes
    account: bytes


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
        self._prices: dict[bytes, tuple[float, Price]] = {}
        self._found = Gathered(self._find, seconds=ANSWER_SECONDS)
        self._kept = Gathered(self._keep)

    async def find(self, user_id: UUID, account_id: UUID) -> Summary | None:
        """Return what the account is worth now; None when there is no copy of this user's.

        Raises:
            TryAgainError: the database does not answer.
        """
        account = account_id.bytes
        try:
            return await self._found.find(_Read(_key(user_id, account), account))
        except TimeoutError:
            raise TryAgainError from None

    async def keep(self, user_id: UUID, standing: Standing) -> None:
        """Keep what this user was shown a moment ago."""
        await self._kept.find((_key(user_id, standing.account_id.bytes), standing))

    async def _keep(self, some: Sequence[tuple[bytes, Standing]]) -> list[None]:
        texts = {
            key: _version(standing) + msgspec.msgpack.encode(standing) for key, standing in some
        }
        await self._cache.set_many(texts, _KEPT_SECONDS)
        return [None] * len(some)

    async def _find(self, reads: Sequence[_Read]) -> list[Summary | None]:
        texts, versions = await asyncio.gather(
            self._cache.get_many([read.key for read in reads]),
            self._versions([read.account for read in reads]),
        )
        copies = [
            self._current(text, versions.get(read.account))
            for read, text in zip(reads, texts, strict=True)
        ]
        prices = await self._prices_of(
            {
                share.security
                for copy in copies
                if copy is not None
                for share in copy.shares
                if share.quantity
            }
        )
        return [None if copy is None else worth(copy, prices) for copy in copies]

    def _current(self, text: bytes | None, version: bytes | None) -> Standing | None:
        """Return what was copied; None where that is not what PostgreSQL has, or no copy at all."""
        if text is None or version is None or not text.startswith(version):
            return None
        try:
            return self._decoder.decode(memoryview(text)[_VERSION.size :])
        except msgspec.DecodeError:
            return None

    async def _versions(self, accounts: Iterable[bytes]) -> Mapping[bytes, bytes]:
        # Thousands a second: no value of its own for each.
        async with (
            self._pools.statement(_ROLE) as connection,
            connection.cursor(row_factory=tuple_row, binary=True) as cursor,
        ):
            await cursor.execute(load("portfolio").versions, {"account_ids": _array(accounts)})
            return dict(await cursor.fetchall())

    async def _prices_of(self, securities: Iterable[bytes]) -> Mapping[bytes, Price]:
        now = time.monotonic()
        known = {each: self._prices[each] for each in securities if each in self._prices}
        prices = {each: price for each, (until, price) in known.items() if now < until}
        missing = [each for each in securities if each not in prices]
        if missing:
            async with self._pools.statement(_ROLE) as connection:
                rows = await fetch_all(
                    connection,
                    _PriceRow,
                    load("portfolio").prices,
                    {"security_ids": _array(missing)},
                )
            found = {row.security_id.bytes: Price(row.last, row.previous_close) for row in rows}
            until = now + _PRICE_SECONDS
            self._prices.update({each: (until, price) for each, price in found.items()})
            prices |= found
        return prices


def _key(user_id: UUID, account: bytes) -> bytes:
    return _PREFIX + user_id.bytes + account


def _version(standing: Standing) -> bytes:
    return _VERSION.pack(standing.event_seq, (standing.updated_at - _EPOCH) // _MICROSECOND)


def _array(ids: Iterable[bytes]) -> str:
    """As the text of an array: psycopg would look at each of them."""
    return "{" + ",".join([each.hex() for each in ids]) + "}"
