"""`/v2/calendar`: the trading days."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import BaseModel

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.services import pricing

router = APIRouter(prefix="/v2", tags=["trading: calendar"], route_class=Route)
_EXCHANGE_TIME = ZoneInfo("America/New_York")


class TradingDayView(BaseModel):
    """A trading day; `open` and `close` are the exchange's local time, `HH:MM`."""

    date: str
    open: str
    close: str
    settlement_date: str


@router.get("/calendar", response_model=list[TradingDayView])
async def get_calendar(
    platform: The,
    caller: Reader,  # noqa: ARG001 (everybody's who has a key)
    start: date | None = None,
    end: date | None = None,
) -> Any:
    """List the trading days from `start` to `end`, both included."""
    return [
        TradingDayView(
            date=session.session_date.isoformat(),
            open=_local(session.opens_at),
            close=_local(session.closes_at),
            settlement_date=session.settles_on.isoformat(),
        )
        for session in await pricing.calendar(platform, start, end)
    ]


def _local(moment: datetime) -> str:
    return moment.astimezone(_EXCHANGE_TIME).strftime("%H:%M")
