"""`/fb/v1/orders`: orders, each placed, replaced and canceled once however often it is asked."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Reader, The, Trader
from financebuy.api.bodies import Route
from financebuy.api.fields import ClientOrderId, OrderType, Symbol, TimeInForce
from financebuy.api.idempotency import RequiredKey, say_replayed
from financebuy.api.lots import ChosenLots, LotMethod, chosen
from financebuy.api.money import Amount, Money, Quantity, rounded
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, next_cursor, unseal_id
from financebuy.api.times import Instant
from financebuy.services import accounts, orders
from financebuy.services.orders import NewOrder, Order, Replacement

router = APIRouter(prefix="/fb/v1", tags=["native: orders"], route_class=Route)


class OrderIn(BaseModel):
    """An order to place: shares (`qty`) or, at market, money (`notional`).

    A sell closes `lots` first, then as `lot_method` says, or else its account.
    """

    model_config = ConfigDict(extra="forbid")

    account_id: UUID | None = None
    symbol: Symbol
    side: Literal["buy", "sell"]
    type: OrderType
    time_in_force: TimeInForce
    qty: Amount | None = None
    notional: Amount | None = None
    limit_price: Amount | None = None
    stop_price: Amount | None = None
    client_order_id: ClientOrderId | None = None
    lot_method: LotMethod | None = None
    lots: ChosenLots | None = None

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

    model_config = ConfigDict(extra="forbid")

    qty: Amount | None = None
    time_in_force: TimeInForce | None = None
    limit_price: Amount | None = None
    stop_price: Amount | None = None
    client_order_id: ClientOrderId | None = None

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
    """An order. `held` is what it reserves: cash for a buy, shares for a sell.

    `filled_qty` is its own; `carried_qty` was filled by the orders that it replaced.
    """

    order_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    currency: str
    client_order_id: str
    side: str
    type: str
    time_in_force: str
    qty: Quantity | None
    notional: Money | None
    limit_price: Money | None
    stop_price: Money | None
    triggered_at: Instant | None
    lot_method: str | None
    hold_price: Money
    held: Quantity
    status: str
    filled_qty: Quantity
    filled_amount: Money
    filled_average_price: Money | None
    fees: Money
    replaces: UUID | None
    replaced_by: UUID | None
    carried_qty: Quantity
    reject_reason: str | None
    expires_on: date | None
    effective_at: Instant
    placed_at: Instant
    updated_at: Instant
    terminal_at: Instant | None
    event_seq: int

    @classmethod
    def of(cls, order: Order) -> "OrderView":
        """Show an order."""
        return cls(
            order_id=order.order_id,
            account_id=order.account_id,
            security_id=order.security_id,
            symbol=order.symbol,
            currency=order.currency,
            client_order_id=order.client_order_id,
            side=order.side,
            type=order.order_type,
            time_in_force=order.time_in_force,
            qty=order.quantity,
            notional=order.notional,
            limit_price=order.limit_price,
            stop_price=order.stop_price,
            triggered_at=order.triggered_at,
            lot_method=order.lot_method,
            hold_price=order.hold_price,
            held=order.held,
            status=order.status,
            filled_qty=order.filled_quantity,
            filled_amount=order.filled_amount,
            filled_average_price=rounded(order.filled_average_price),
            fees=order.fees,
            replaces=order.replaces,
            replaced_by=order.replaced_by,
            carried_qty=order.carried_quantity,
            reject_reason=order.reject_reason,
            expires_on=order.expires_on,
            effective_at=order.effective_at,
            placed_at=order.placed_at,
            updated_at=order.updated_at,
            terminal_at=order.terminal_at,
            event_seq=order.event_seq,
        )


class CancelView(BaseModel):
    """An order whose cancel was asked for."""

    model_config = ConfigDict(from_attributes=True)

    order_id: UUID
    account_id: UUID
    status: str


@router.post("/orders", status_code=201, response_model=OrderView)
async def place_order(
    body: OrderIn, platform: The, caller: Trader, response: Response, key: RequiredKey
) -> Any:
    """Place an order. A repeat gets the order as it was when it was placed."""
    account_id = await accounts.resolve(platform, caller, body.account_id)
    placed = await orders.place(platform, caller, body.order(account_id), key)
    say_replayed(response, replayed=placed.replayed)
    return OrderView.of(placed.order)


@router.get("/orders", response_model=Page[OrderView])
async def list_orders(
    platform: The,
    caller: Reader,
    account_id: UUID | None = None,
    status: Literal["open", "closed", "all"] = "all",
    symbol: Symbol | None = None,
    side: Literal["buy", "sell"] | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List orders, newest first; without `account_id` those of every account of the caller's."""
    found = await orders.list_orders(
        platform,
        caller,
        account_id,
        status=status,
        symbols=[symbol] if symbol else None,
        side=side,
        limit=limit,
        beyond=unseal_id(cursor),
    )
    return Page(
        items=[OrderView.of(order) for order in found],
        next_cursor=next_cursor(found, limit, lambda last: str(last.order_id)),
    )


@router.get("/orders/{order_id}", response_model=OrderView)
async def get_order(order_id: UUID, platform: The, caller: Reader) -> Any:
    """Return one order."""
    return OrderView.of(await orders.get(platform, caller, order_id))


@router.patch("/orders/{order_id}", status_code=202, response_model=OrderView)
async def replace_order(
    order_id: UUID,
    body: ReplaceIn,
    platform: The,
    caller: Trader,
    response: Response,
    key: RequiredKey,
) -> Any:
    """Ask the venue to replace an open order; returns the new one as it was when it was asked."""
    placed = await orders.replace(platform, caller, order_id, body.replacement(), key)
    say_replayed(response, replayed=placed.replayed)
    return OrderView.of(placed.order)


@router.delete("/orders/{order_id}", status_code=202, response_model=CancelView)
async def cancel_order(
    order_id: UUID, platform: The, caller: Trader, response: Response, key: RequiredKey
) -> Any:
    """Ask the venue to cancel an order; it is `pending_cancel` until the venue answers."""
    asked = await orders.request_cancel(platform, caller, order_id, key)
    say_replayed(response, replayed=asked.replayed)
    return CancelView.model_validate(asked)
