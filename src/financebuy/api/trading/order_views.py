"""Orders in Alpaca's shape."""

from datetime import UTC
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from financebuy.api.fields import ClientOrderId, NotOffered, OrderType, Symbol, TimeInForce
from financebuy.api.lots import ChosenLots, LotMethod, chosen
from financebuy.api.money import Amount, Money, Quantity, money, plain, rounded
from financebuy.api.times import Instant
from financebuy.services.orders import NewOrder, Order, Replacement

# A cash account opens by buying and closes by selling.
_INTENTS = {"buy": "buy_to_open", "sell": "sell_to_close"}


class OrderIn(BaseModel):
    """An order to place: shares (`qty`) or, at market, money (`notional`).

    A sell closes `lots` first, then as `lot_method` says, or else its account. Both are ours.
    """

    symbol: Symbol
    qty: Amount | None = None
    notional: Amount | None = None
    side: Literal["buy", "sell"]
    type: OrderType
    time_in_force: TimeInForce
    limit_price: Amount | None = None
    stop_price: Amount | None = None
    client_order_id: ClientOrderId | None = None
    lot_method: LotMethod | None = None
    lots: ChosenLots | None = None
    order_class: Literal["simple", ""] | None = None
    position_intent: Literal["buy_to_open", "sell_to_close"] | None = None
    extended_hours: NotOffered = None
    trail_price: NotOffered = None
    trail_percent: NotOffered = None
    take_profit: NotOffered = None
    stop_loss: NotOffered = None
    legs: NotOffered = None

    @field_validator("position_intent")
    @classmethod
    def _fits_the_side(cls, intent: str | None, info: ValidationInfo) -> str | None:
        if intent not in (None, _INTENTS.get(info.data.get("side", ""))):
            raise PydanticCustomError("not_allowed", "does not fit the side: nothing is sold short")
        return intent

    def order(self, account_id: UUID) -> NewOrder:
        """Return what to place on an account."""
        return NewOrder(
            account_id=account_id,
            symbol=self.symbol,
            side=self.side,
            order_type=self.type,
            time_in_force=self.time_in_force,
            quantity=self.qty,
            notional=self.notional,
            limit_price=self.limit_price,
            stop_price=self.stop_price,
            client_order_id=self.client_order_id,
            lot_method=self.lot_method,
            lots=chosen(self.lots),
        )


class ReplaceIn(BaseModel):
    """What an open order is to become; what is not given stays as it is."""

    qty: Amount | None = None
    time_in_force: TimeInForce | None = None
    limit_price: Amount | None = None
    stop_price: Amount | None = None
    client_order_id: ClientOrderId | None = None
    trail: NotOffered = None

    def replacement(self) -> Replacement:
        """Return what to ask for."""
        return Replacement(
            quantity=self.qty,
            time_in_force=self.time_in_force,
            limit_price=self.limit_price,
            stop_price=self.stop_price,
            client_order_id=self.client_order_id,
        )


class OrderView(BaseModel):
    """An order. Times are wall times; `effective_at` is the market's time when it was placed.

    `effective_at` and `lot_method` are ours. What was filled counts from the first of the orders
    that replaced one another.
    """

    id: UUID
    client_order_id: str
    account_id: UUID
    created_at: Instant
    updated_at: Instant
    submitted_at: Instant
    effective_at: Instant
    filled_at: Instant | None
    expired_at: Instant | None
    canceled_at: Instant | None
    failed_at: Instant | None
    replaced_at: Instant | None
    replaced_by: UUID | None
    replaces: UUID | None
    asset_id: UUID
    symbol: str
    asset_class: str
    notional: Money | None
    qty: Quantity | None
    filled_qty: Quantity
    filled_avg_price: Money | None
    order_class: str
    order_type: str
    type: str
    side: str
    time_in_force: str
    limit_price: Money | None
    stop_price: Money | None
    status: str
    extended_hours: bool
    legs: None
    trail_percent: None
    trail_price: None
    hwm: None
    lot_method: str | None


class CancelView(BaseModel):
    """What became of one cancel of many; `body` is the problem document of one that failed."""

    id: UUID
    status: int
    body: dict[str, Any] | None = None


def shown(order: Order) -> dict[str, Any]:
    """Return an order as an `OrderView` reads, in what JSON is written of.

    A model of so many fields takes longer to build and to write than an order to place.
    """
    ended = None if order.terminal_at is None else order.terminal_at.astimezone(UTC)
    placed = order.placed_at.astimezone(UTC)
    return {
        "id": order.order_id,
        "client_order_id": order.client_order_id,
        "account_id": order.account_id,
        "created_at": placed,
        "updated_at": order.updated_at.astimezone(UTC),
        "submitted_at": placed,
        "effective_at": order.effective_at.astimezone(UTC),
        "filled_at": ended if order.status == "filled" else None,
        "expired_at": ended if order.status == "expired" else None,
        "canceled_at": ended if order.status == "canceled" else None,
        "failed_at": ended if order.status == "rejected" else None,
        "replaced_at": ended if order.status == "replaced" else None,
        "replaced_by": order.replaced_by,
        "replaces": order.replaces,
        "asset_id": order.security_id,
        "symbol": order.symbol,
        "asset_class": "us_equity",
        "notional": _money(order.notional),
        "qty": None if order.quantity is None else plain(order.quantity),
        "filled_qty": plain(order.chain_quantity),
        "filled_avg_price": _money(rounded(order.chain_average_price)),
        "order_class": "simple",
        "order_type": order.order_type,
        "type": order.order_type,
        "side": order.side,
        "time_in_force": order.time_in_force,
        "limit_price": _money(order.limit_price),
        "stop_price": _money(order.stop_price),
        "status": order.status,
        "extended_hours": order.extended_hours,
        "legs": None,
        "trail_percent": None,
        "trail_price": None,
        "hwm": None,
        "lot_method": order.lot_method,
    }


def _money(value: Decimal | None) -> str | None:
    return None if value is None else money(value)
