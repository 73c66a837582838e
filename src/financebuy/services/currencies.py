"""Currencies, and the rates between them that providers state."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.services.submitting import command, fact
from financebuy.sql import load

SANDBOX_PROVIDER = "sandbox"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that accounts can have; `scale` is its number of decimal places."""

    code: str
    scale: int


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of `base` buys of `quote`. The other direction is another rate."""

    rate_id: UUID
    provider: str
    provider_rate_id: str
    base: str
    quote: str
    rate: Decimal
    effective_at: datetime
    recorded_at: datetime
    replayed: bool = False


async def currencies(platform: Platform, caller: Caller) -> list[Currency]:
    """Return the currencies, by code."""
    async with reading(platform, caller) as connection:
        return await fetch_all(connection, Currency, load("currencies").currencies, {})


async def add_currency(
    platform: Platform, caller: Caller, code: str, scale: int, key: str | None = None
) -> Currency:
    """Add a currency and the house's accounts in it; needs the scope `broker`.

    Raises:
        DuplicateError: it stands already.
        InvalidValueError: the code is not three capital letters.
    """
    caller.require("broker")
    await command(platform, caller, "add_currency", key, code=code, scale=scale)
    return Currency(code, scale)


async def rates(
    platform: Platform,
    caller: Caller,
    base: str | None = None,
    quote: str | None = None,
    limit: int = 50,
) -> list[Rate]:
    """Return rates, newest first in market time."""
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Rate,
            load("currencies").rates,
            {"base": base, "quote": quote, "limit": limit},
        )


async def book_rate(
    platform: Platform,
    caller: Caller,
    base: str,
    quote: str,
    rate: Decimal,
    provider: str = SANDBOX_PROVIDER,
    provider_rate_id: str | None = None,
    effective_at: datetime | None = None,
) -> Rate:
    """Book what a provider states; needs the scope `operations`. Its id is booked once, for ever.

    Raises:
        IdempotencyConflictError: the provider's id stands for another rate.
        RefusedError: no such currency, or not a rate.
    """
    caller.require("operations")
    accepted = await fact(
        platform,
        caller,
        "exchange_rate",
        provider=provider,
        provider_rate_id=str(uuid4()) if provider_rate_id is None else provider_rate_id,
        base=base,
        quote=quote,
        rate=rate,
        effective_at=effective_at,
    )
    booked = accepted.result
    return Rate(
        rate_id=UUID(booked["rate_id"]),
        provider=booked["provider"],
        provider_rate_id=booked["provider_rate_id"],
        base=booked["base"],
        quote=booked["quote"],
        rate=Decimal(booked["rate"]),
        effective_at=datetime.fromisoformat(booked["effective_at"]),
        recorded_at=datetime.fromisoformat(booked["recorded_at"]),
        replayed=accepted.replayed,
    )
