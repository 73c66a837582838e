"""`/fb/v1/prices`: the latest quotes and the history of days."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.api.money import Money
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, next_cursor, unseal
from financebuy.api.times import Instant
from financebuy.errors import InvalidValueError
from financebuy.services import pricing

router = APIRouter(prefix="/fb/v1/prices", tags=["native: prices"], route_class=Route)
_MOST_SYMBOLS = 500


class QuoteView(BaseModel):
    """The latest prices. `simulated`: drawn inside a day's real bar, not traded."""

    model_config = ConfigDict(from_attributes=True)

    security_id: UUID
    symbol: str
    session_date: date
    bid: Money | None
    ask: Money | None
    last: Money
    bid_size: int | None
    ask_size: int | None
    volume: int
    previous_close: Money | None
    quote_seq: int
    quoted_at: Instant
    simulated: bool


class BarView(BaseModel):
    """One day of trading, not adjusted for later splits or dividends."""

    model_config = ConfigDict(from_attributes=True)

    session_date: date
    starts_at: Instant
    open: Money
    high: Money
    low: Money
    close: Money
    volume: int
    source: str


@router.get("", response_model=Page[QuoteView])
async def list_quotes(
    platform: The,
    caller: Reader,  # noqa: ARG001 (market data is everybody's who has a key)
    symbols: Annotated[str, Query(max_length=16_384, description="Comma separated, at most 500.")],
) -> Any:
    """Return the latest quotes of those symbols that have a price."""
    names = symbols.split(",")
    if len(names) > _MOST_SYMBOLS:
        raise InvalidValueError(f"symbols: at most {_MOST_SYMBOLS}", field="symbols")
    found = await pricing.quotes(platform, names)
    return Page(items=[QuoteView.model_validate(each) for each in found], next_cursor=None)


@router.get("/{symbol}", response_model=QuoteView)
async def get_quote(symbol: str, platform: The, caller: Reader) -> Any:  # noqa: ARG001 (as above)
    """Return the latest quote of a symbol."""
    return QuoteView.model_validate(await pricing.quote(platform, symbol))


@router.get("/{symbol}/bars", response_model=Page[BarView])
async def list_bars(
    symbol: str,
    platform: The,
    caller: Reader,  # noqa: ARG001 (as above)
    start: date | None = None,
    end: date | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List the days from `start` to `end`, oldest first, up to the market's today."""
    found = await pricing.bars(platform, symbol, _from(start, cursor), end, limit)
    return Page(
        items=[BarView.model_validate(each) for each in found],
        next_cursor=next_cursor(found, limit, lambda last: last.session_date.isoformat()),
    )


def _from(start: date | None, cursor: str | None) -> date | None:
    """Return the first day of the page: the one after the last day seen."""
    if cursor is None:
        return start
    try:
        return date.fromisoformat(unseal(cursor)) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidValueError(field="cursor") from None
