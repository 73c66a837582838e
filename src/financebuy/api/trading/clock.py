"""`/v2/clock`: what time it is in the market."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.api.times import Instant
from financebuy.services import pricing

router = APIRouter(prefix="/v2", tags=["trading: clock"], route_class=Route)


class ClockView(BaseModel):
    """The market's time, which in a replay of history is not the wall's."""

    timestamp: Instant
    is_open: bool
    next_open: Instant
    next_close: Instant


@router.get("/clock", response_model=ClockView)
async def get_clock(platform: The, caller: Reader) -> Any:  # noqa: ARG001 (everybody's who has a key)
    """Return the market's clock; after the last day of a replay, when it ended."""
    clock = await pricing.clock(platform)
    return ClockView(
        timestamp=clock.market_time,
        is_open=clock.is_open,
        next_open=clock.next_open or clock.market_time,
        next_close=clock.next_close or clock.market_time,
    )
