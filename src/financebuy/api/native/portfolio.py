"""`/fb/v1/portfolio`: worth, holdings, lots and realised gains."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.api.fields import Moment, Symbol
from financebuy.api.native.portfolio_views import GainView, LotView, PositionView, SummaryView
from financebuy.api.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    next_cursor,
    page_of,
    unseal_ids,
)
from financebuy.services import accounts, portfolio

router = APIRouter(prefix="/fb/v1/portfolio", tags=["native: portfolio"], route_class=Route)


@router.get("", response_model=SummaryView)
async def get_summary(platform: The, caller: Reader, account_id: UUID | None = None) -> Any:
    """Return an account's cash and worth at the last prices."""
    chosen = await accounts.resolve(platform, caller, account_id)
    return SummaryView.model_validate(await portfolio.shared_summary(platform, caller, chosen))


@router.get("/positions", response_model=Page[PositionView])
async def list_positions(
    platform: The,
    caller: Reader,
    account_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List what an account holds, by symbol."""
    chosen = await accounts.resolve(platform, caller, account_id)
    held = await portfolio.positions(platform, caller, chosen)
    page, following = page_of(held, limit, cursor, lambda each: str(each.security_id))
    return Page(items=[PositionView.of(each) for each in page], next_cursor=following)


@router.get("/lots", response_model=Page[LotView])
async def list_lots(
    platform: The,
    caller: Reader,
    account_id: UUID | None = None,
    symbol: Symbol | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List the open lots, oldest first; which a sell closes is the account's lot method."""
    chosen = await accounts.resolve(platform, caller, account_id)
    lots = await portfolio.lots(platform, caller, chosen, symbol=symbol)
    page, following = page_of(lots, limit, cursor, lambda each: str(each.lot_id))
    return Page(items=[LotView.of(each) for each in page], next_cursor=following)


@router.get("/gains", response_model=Page[GainView])
async def list_gains(
    platform: The,
    caller: Reader,
    account_id: UUID | None = None,
    symbol: Symbol | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List realised gains, newest first, sold in market time from `start` until before `end`."""
    chosen = await accounts.resolve(platform, caller, account_id)
    gains = await portfolio.gains(
        platform,
        caller,
        chosen,
        symbol=symbol,
        start=start,
        end=end,
        limit=limit,
        before=unseal_ids(cursor),
    )
    return Page(
        items=[GainView.of(each) for each in gains],
        next_cursor=next_cursor(gains, limit, lambda last: f"{last.lot_id} {last.execution_id}"),
    )
