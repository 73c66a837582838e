"""A market order never trades beyond what is held for it, whatever the quote does meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from financebuy.domain.matching import match
from financebuy.market.book import OpenOrder

MARKET_BUY = OpenOrder(
    order_id=UUID(int=1),
    security_id=UUID(int=2),
    side="buy",
    order_type="market",
    time_in_force="day",
    status="new",
    limit_price=None,
    stop_price=None,
    triggered=False,
    hold_price=Decimal("105.0105"),
    quantity=Decimal(10),
    notional=None,
    carried_quantity=Decimal(0),
    filled_quantity=Decimal(0),
    filled_gross=Decimal(0),
    expires_on=None,
    placed_at=datetime(2012, 6, 4, 14, tzinfo=UTC),
    quantity_scale=9,
    new_order_id=None,
    new_quantity=None,
)
"""It was placed at an ask of 100.01: 5 % above are held."""
STOP_BUY = replace(MARKET_BUY, order_type="stop", stop_price=Decimal(101), triggered=True)
MONEY_BUY = replace(MARKET_BUY, quantity=None, notional=Decimal(1000))
MONEY_SELL = replace(MONEY_BUY, side="sell", hold_price=Decimal("94.9905"))
SELL = replace(MARKET_BUY, side="sell", hold_price=Decimal("94.9905"))


@pytest.mark.parametrize(
    ("order", "bid", "ask", "fills"),
    [
        (MARKET_BUY, "105.00", "105.01", True),
        (MARKET_BUY, "105.01", "105.02", False),
        (STOP_BUY, "105.01", "105.02", False),
        (MONEY_BUY, "105.00", "105.01", True),
        (MONEY_BUY, "105.01", "105.02", False),
        (MONEY_SELL, "95.00", "95.01", True),
        (MONEY_SELL, "94.99", "95.00", False),
        # So many shares are held, and any bid will do.
        (SELL, "50.00", "50.01", True),
        (replace(SELL, limit_price=Decimal(60)), "50.00", "50.01", False),
    ],
)
def test_the_collar_bounds_a_fill(order: OpenOrder, bid: str, ask: str, fills: bool) -> None:
    found = list(match([order.working()], Decimal(bid), Decimal(ask), Decimal(10**6)))
    assert bool(found) is fills
    price = Decimal(ask if order.side == "buy" else bid)
    assert all(fill.price == price for fill in found)
