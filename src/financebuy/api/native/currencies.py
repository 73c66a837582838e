"""`/fb/v1/currencies` and `/fb/v1/exchange-rates`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from financebuy.api.auth import Broker, Reader, The, needs
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.money import Amount, Quantity
from financebuy.api.times import Instant
from financebuy.services import currencies
from financebuy.services.caller import Caller

router = APIRouter(prefix="/fb/v1", tags=["native: currencies"], route_class=Route)

Operations = Annotated[Caller, needs("operations")]
Code = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]


class CurrencyView(BaseModel):
    """A currency; `scale` is its number of decimal places."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    code: Code
    scale: Annotated[int, Field(ge=0, le=12)]


class RateIn(BaseModel):
    """What a provider states. Its id is booked once, for ever."""

    model_config = ConfigDict(extra="forbid")

    base: Code
    quote: Code
    rate: Amount
    provider: Annotated[str, Field(min_length=1, max_length=64)] = currencies.SANDBOX_PROVIDER
    provider_rate_id: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    effective_at: AwareDatetime | None = None


class RateView(BaseModel):
    """What one unit of `base` buys of `quote`; the other direction is another rate."""

    model_config = ConfigDict(from_attributes=True)

    rate_id: UUID
    provider: str
    provider_rate_id: str
    base: str
    quote: str
    rate: Quantity
    effective_at: Instant
    recorded_at: Instant


@router.get("/currencies", response_model=list[CurrencyView])
async def list_currencies(platform: The, caller: Reader) -> Any:
    """List the currencies that accounts can have."""
    found = await currencies.currencies(platform, caller)
    return [CurrencyView.model_validate(each) for each in found]


@router.post("/currencies", status_code=201, response_model=CurrencyView)
async def add_currency(
    body: CurrencyView, platform: The, caller: Broker, key: OptionalKey = None
) -> Any:
    """Add a currency, and the house's accounts in it."""
    return CurrencyView.model_validate(
        await currencies.add_currency(platform, caller, body.code, body.scale, key)
    )


@router.get("/exchange-rates", response_model=list[RateView])
async def list_rates(
    platform: The,
    caller: Reader,
    base: Code | None = None,
    quote: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Any:
    """List rates, newest first in market time."""
    found = await currencies.rates(platform, caller, base, quote, limit)
    return [RateView.model_validate(each) for each in found]


@router.post("/exchange-rates", status_code=201, response_model=RateView)
async def book_rate(body: RateIn, platform: The, caller: Operations, response: Response) -> Any:
    """Book what a provider states."""
    booked = await currencies.book_rate(
        platform,
        caller,
        body.base,
        body.quote,
        body.rate,
        body.provider,
        body.provider_rate_id,
        body.effective_at,
    )
    say_replayed(response, replayed=booked.replayed)
    return RateView.model_validate(booked)
