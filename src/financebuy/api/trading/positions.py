"""`/v2/positions`: what the account holds."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from financebuy.api.auth import Reader, The, TheAccount
from financebuy.api.bodies import Route
from financebuy.api.money import Money, Quantity, rounded
from financebuy.api.trading.assets import exchange_name, is_equity
from financebuy.errors import NotFoundError
from financebuy.services import portfolio, pricing
from financebuy.services.portfolio import Position

router = APIRouter(prefix="/v2", tags=["trading: positions"], route_class=Route)


class PositionView(BaseModel):
    """Shares of one security at its last price; `…plpc` and `change_today` are fractions."""

    asset_id: UUID
    symbol: str
    exchange: str
    asset_class: str
    asset_marginable: bool
    qty: Quantity
    qty_available: Quantity
    side: str
    avg_entry_price: Money
    cost_basis: Money
    market_value: Money | None
    unrealized_pl: Money | None
    unrealized_plpc: Quantity | None
    unrealized_intraday_pl: Money | None
    unrealized_intraday_plpc: Quantity | None
    current_price: Money | None
    lastday_price: Money | None
    change_today: Quantity | None

    @classmethod
    def of(cls, held: Position) -> "PositionView":
        """Show a position."""
        today = _difference(held.market_value, held.previous_value)
        return cls(
            asset_id=held.security_id,
            symbol=held.symbol,
            exchange=exchange_name(held.exchange),
            asset_class="us_equity",
            asset_marginable=False,
            qty=held.quantity,
            qty_available=held.available,
            side="long" if held.quantity >= 0 else "short",
            avg_entry_price=held.average_cost,
            cost_basis=held.total_cost,
            market_value=held.market_value,
            unrealized_pl=held.unrealized_gain,
            unrealized_plpc=rounded(held.unrealized_return),
            unrealized_intraday_pl=today,
            unrealized_intraday_plpc=_fraction(today, held.previous_value),
            current_price=held.price,
            lastday_price=held.previous_close,
            change_today=_fraction(
                _difference(held.price, held.previous_close), held.previous_close
            ),
        )


@router.get("/positions", response_model=list[PositionView])
async def list_positions(platform: The, caller: Reader, account_id: TheAccount) -> Any:
    """List what the account holds, by symbol."""
    held = await portfolio.positions(platform, caller, account_id)
    return [PositionView.of(each) for each in held if is_equity(each.security_type)]


@router.get("/positions/{symbol_or_asset_id}", response_model=PositionView)
async def get_position(
    symbol_or_asset_id: str, platform: The, caller: Reader, account_id: TheAccount
) -> Any:
    """Return what the account holds of one security."""
    asset = await pricing.asset(platform, symbol_or_asset_id)
    held = await portfolio.positions(platform, caller, account_id, symbol=asset.symbol)
    if not held or not is_equity(asset.security_type):
        raise NotFoundError("position does not exist", field="symbol_or_asset_id")
    return PositionView.of(held[0])


def _difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def _fraction(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return rounded(part / whole) if part is not None and whole else None
