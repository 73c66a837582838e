"""Securities, quotes, price history, and the market's clock. They are everybody's to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from financebuy.errors import InvalidValueError, NotFoundError, PriceNotFreshError
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.securities import Asset
from financebuy.sql import load

__all__ = [
    "Asset",
    "Bar",
    "Clock",
    "Quote",
    "Session",
    "asset",
    "assets",
    "bars",
    "calendar",
    "clock",
    "quote",
    "quotes",
    "search",
]

EXCHANGE = "XNYS"
"""Whose calendar this market follows."""
_QUOTE_SECONDS = 0.25
"""How old a cached quote may be. The paper market draws a new one about every second."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The latest prices of a security. While its market is closed it has neither bid nor ask.

    `simulated` says that the figures were drawn inside a day's real bar.
    """

    security_id: UUID
    symbol: str
    session_date: date
    bid: Decimal | None
    ask: Decimal | None
    last: Decimal
    bid_size: int | None
    ask_size: int | None
    volume: int
    previous_close: Decimal | None
    quote_seq: int
    quoted_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of trading, as traded: not adjusted for later splits or dividends."""

    session_date: date
    starts_at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int
    source: str


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is in the market; `phase` is open, closed or finished (no more history)."""

    mode: str
    market_time: datetime
    phase: str
    session_date: date
    next_session_date: date | None
    quote_seq: int
    next_open: datetime | None
    next_close: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether orders fill now."""
        return self.phase == "open"


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day; trades of it settle on `settles_on`."""

    session_date: date
    opens_at: datetime
    closes_at: datetime
    half_day: bool
    settles_on: date


async def assets(
    platform: Platform, *, status: str | None = None, tradable: bool | None = None
) -> list[Asset]:
    """Return every security, by symbol."""
    return [
        each
        for each in await platform.securities.all()
        if (status is None or each.status == status)
        and (tradable is None or each.tradable == tradable)
    ]


async def asset(platform: Platform, name: str | UUID) -> Asset:
    """Return the security of a symbol or an id.

    Raises:
        SecurityNotFoundError: there is none.
    """
    return await platform.securities.find(name)


async def search(platform: Platform, text: str, limit: int = 20) -> list[Asset]:
    """Return securities whose symbol, name or ISIN has words that begin like those of `text`.

    The best match comes first: the symbol itself, then what can be traded.
    """
    if "\0" in text:
        raise InvalidValueError(field="search")
    async with platform.pools.connection("app_user") as connection:
        return await fetch_all(
            connection, Asset, load("pricing").search, {"text": text, "limit": limit}
        )


async def quote(platform: Platform, name: str | UUID) -> Quote:
    """Return the latest quote of a symbol or id, at most a quarter of a second old.

    Raises:
        SecurityNotFoundError: no such security.
        PriceNotFreshError: it has no price yet.
    """
    security = await asset(platform, name)
    found = await quotes(platform, [security.security_id])
    if not found:
        raise PriceNotFreshError(f"{security.symbol} has no price", field="symbol")
    return found[0]


async def quotes(platform: Platform, names: Sequence[str | UUID]) -> list[Quote]:
    """Return the latest quotes of those among `names` that have a price, in their order.

    Raises:
        SecurityNotFoundError: one of them is no security.
    """
    ids = [(await asset(platform, name)).security_id for name in names]
    found = await _cached_quotes(platform, ids)
    missing = [each for each in ids if each not in found]
    if missing:
        async with platform.pools.connection("app_user") as connection:
            read = await fetch_all(
                connection, Quote, load("pricing").quotes, {"security_ids": missing}
            )
        found |= {each.security_id: each for each in read}
        await _remember(platform, read)
    return [found[each] for each in ids if each in found]


async def bars(
    platform: Platform,
    name: str | UUID,
    start: date | None = None,
    end: date | None = None,
    limit: int = 1000,
    *,
    newest_first: bool = False,
) -> list[Bar]:
    """Return daily bars from `start` to `end`, both included, up to the market's own today.

    Raises:
        SecurityNotFoundError: no such security.
    """
    security = await asset(platform, name)
    queries = load("pricing")
    async with platform.pools.connection("app_user") as connection:
        return await fetch_all(
            connection,
            Bar,
            queries.bars_newest_first if newest_first else queries.bars_oldest_first,
            {"security_id": security.security_id, "start": start, "end": end, "limit": limit},
        )


async def clock(platform: Platform) -> Clock:
    """Return the market's clock.

    Raises:
        NotFoundError: no market has run on this platform yet.
    """
    async with platform.pools.connection("app_user") as connection:
        found = await fetch_one(connection, Clock, load("pricing").clock, {"exchange": EXCHANGE})
    if found is None:
        raise NotFoundError("the market has not started yet")
    return found


async def calendar(
    platform: Platform, start: date | None = None, end: date | None = None, limit: int = 10_000
) -> list[Session]:
    """Return the trading days from `start` to `end`, both included."""
    async with platform.pools.connection("app_user") as connection:
        return await fetch_all(
            connection,
            Session,
            load("pricing").sessions,
            {"exchange": EXCHANGE, "start": start, "end": end, "limit": limit},
        )


def _cache_key(security_id: UUID) -> str:
    return f"quote:{security_id}"


async def _cached_quotes(platform: Platform, ids: Sequence[UUID]) -> dict[UUID, Quote]:
    if platform.cache is None:
        return {}
    texts = await platform.cache.get_many([_cache_key(each) for each in ids])
    read = (_quote(text) for text in texts if text is not None)
    return {each.security_id: each for each in read if each is not None}


def _quote(text: bytes) -> Quote | None:
    """Read a copy; one that another version of FinanceBuy has written is none."""
    try:
        return msgspec.json.decode(text, type=Quote)
    except msgspec.DecodeError:
        return None


async def _remember(platform: Platform, read: Sequence[Quote]) -> None:
    if platform.cache is None:
        return
    texts: dict[str, Any] = {
        _cache_key(each.security_id): msgspec.json.encode(each) for each in read
    }
    await platform.cache.set_many(texts, _QUOTE_SECONDS)
