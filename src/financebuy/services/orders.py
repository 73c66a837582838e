"""Orders: placing, replacing, canceling and finding them."""

import asyncio
import time
from datetime import datetime
from typing import Literal
from uuid import NAMESPACE_OID, UUID, uuid5

from financebuy.domain.ids import random_text
from financebuy.errors import (
    DuplicateClientOrderIdError,
    InvalidValueError,
    OrderNotFoundError,
)
from financebuy.services import pricing
from financebuy.services.caller import Caller, reading, reading_outcome
from financebuy.services.order_values import (
    LOT_METHODS,
    CancelRequest,
    ChosenLot,
    Execution,
    NewOrder,
    Order,
    PlacedOrder,
    Replacement,
    order_type,
    placed,
)
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import command
from financebuy.sql import load

__all__ = [
    "LOT_METHODS",
    "CancelRequest",
    "ChosenLot",
    "Execution",
    "NewOrder",
    "Order",
    "PlacedOrder",
    "Replacement",
    "cancel",
    "executions",
    "get",
    "get_by_client_order_id",
    "list_orders",
    "order_type",
    "place",
    "replace",
    "request_cancel",
    "wait",
]

OrderFilter = Literal["open", "closed", "all"]
_POLL_SECONDS = 0.2


async def place(
    platform: Platform, caller: Caller, order: NewOrder, key: str | None = None
) -> PlacedOrder:
    """Place an order and reserve what it may cost. A repeat of `key` returns the first answer.

    Without a `client_order_id` one is derived from the key, so that a repeat is the same order.

    Raises:
        SecurityNotFoundError, NotTradableError, PriceNotFreshError: what cannot be traded.
        InsufficientBuyingPowerError, InsufficientQuantityError: not enough left.
        DuplicateClientOrderIdError: `detail["existing_order_id"]` is the order that has it.
        RefusedError: a value breaks a rule; `field` says which.
    """
    security = await pricing.asset(platform, _named(order))
    chosen = key or random_text()
    client_order_id = order.client_order_id or str(
        uuid5(NAMESPACE_OID, f"{caller.user_id}/{order.account_id}/{chosen}")
    )
    try:
        accepted = await command(
            platform,
            caller,
            "place_order",
            chosen,
            account_id=order.account_id,
            security_id=security.security_id,
            client_order_id=client_order_id,
            side=order.side,
            order_type=order.order_type,
            time_in_force=order.time_in_force,
            quantity=order.quantity,
            notional=order.notional,
            limit_price=order.limit_price,
            stop_price=order.stop_price,
            lot_method=order.lot_method,
            lots=[each.as_json() for each in order.lots] or None,
        )
    except DuplicateClientOrderIdError as error:
        existing = await get_by_client_order_id(platform, caller, order.account_id, client_order_id)
        error.detail = {"existing_order_id": str(existing.order_id)}
        raise
    return PlacedOrder(placed(accepted.result, security), accepted.replayed)


async def replace(
    platform: Platform,
    caller: Caller,
    order_id: UUID,
    changes: Replacement,
    key: str | None = None,
) -> PlacedOrder:
    """Ask the venue to put another order in the place of an open one; returns the new one.

    Until the venue answers, the new order is `accepted` and the old one `pending_replace`: it works
    on, may fill, and holds what the dearer of the two needs. Then the old one is `replaced` and the
    new one carries what it has filled; or the new one is `rejected` and the old one goes on.

    Raises:
        OrderNotFoundError: no such order, or not the caller's.
        OrderNotOpenError: it has ended, or its cancel is on its way.
        ReplacePendingError: it is being replaced already, or waits to replace another one.
        InsufficientBuyingPowerError, InsufficientQuantityError: not enough left for the new one.
        DuplicateClientOrderIdError: the account has an order of this name.
        RefusedError: a value breaks a rule; `field` says which.
    """
    old = await get(platform, caller, order_id)
    chosen = key or random_text()
    accepted = await command(
        platform,
        caller,
        "replace_order",
        chosen,
        order_id=order_id,
        client_order_id=changes.client_order_id
        or str(uuid5(NAMESPACE_OID, f"{caller.user_id}/{old.account_id}/{chosen}")),
        quantity=changes.quantity,
        time_in_force=changes.time_in_force,
        limit_price=changes.limit_price,
        stop_price=changes.stop_price,
    )
    security = await pricing.asset(platform, old.security_id)
    return PlacedOrder(placed(accepted.result, security), accepted.replayed)


async def cancel(
    platform: Platform, caller: Caller, order_id: UUID, key: str | None = None
) -> Order:
    """Ask the venue to cancel an open order; it is `pending_cancel` until the venue answers.

    Raises:
        OrderNotFoundError: no such order, or not the caller's.
        OrderNotOpenError: it has ended, or its cancel is already on its way.
    """
    await request_cancel(platform, caller, order_id, key)
    return await get(platform, caller, order_id)


async def request_cancel(
    platform: Platform, caller: Caller, order_id: UUID, key: str | None = None
) -> CancelRequest:
    """Do as `cancel`, without reading the order again: a repeat gets the first answer."""
    accepted = await command(platform, caller, "cancel_order", key, order_id=order_id)
    return CancelRequest(
        order_id=UUID(accepted.result["order_id"]),
        account_id=UUID(accepted.result["account_id"]),
        status=accepted.result["status"],
        replayed=accepted.replayed,
    )


async def get(platform: Platform, caller: Caller, order_id: UUID) -> Order:
    """Return one order of an account that the caller may see.

    Raises:
        OrderNotFoundError: there is none, or it is somebody else's.
    """
    async with reading(platform, caller) as connection:
        order = await fetch_one(connection, Order, load("orders").order, {"order_id": order_id})
    if order is None:
        raise OrderNotFoundError(field="order_id")
    return order


async def wait(platform: Platform, caller: Caller, order_id: UUID, seconds: float) -> Order:
    """Return an order once it has ended, or as it stands after so many seconds.

    Raises:
        OrderNotFoundError: there is none, or it is somebody else's.
    """
    deadline = time.monotonic() + seconds
    order = await get(platform, caller, order_id)
    while order.is_open and time.monotonic() < deadline:
        await asyncio.sleep(_POLL_SECONDS)
        order = await get(platform, caller, order_id)
    return order


async def get_by_client_order_id(
    platform: Platform, caller: Caller, account_id: UUID, client_order_id: str
) -> Order:
    """Return the order that the client named so.

    Raises:
        OrderNotFoundError: there is none on this account, or it is somebody else's.
    """
    async with reading_outcome(platform, caller) as connection:
        order = await fetch_one(
            connection,
            Order,
            load("orders").order_by_client_order_id,
            {"account_id": account_id, "client_order_id": client_order_id},
        )
    if order is None:
        raise OrderNotFoundError(field="client_order_id")
    return order


async def list_orders(
    platform: Platform,
    caller: Caller,
    account_id: UUID | None = None,
    *,
    status: OrderFilter = "open",
    symbols: list[str] | None = None,
    side: str | None = None,
    after: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    direction: Literal["asc", "desc"] = "desc",
    beyond: UUID | None = None,
) -> list[Order]:
    """Return orders by the time they were placed (`placed_at`, wall time), newest first.

    `after` and `until` bound `placed_at`: later than the one, not later than the other. `beyond` is
    the last order seen, for the next page. Without `account_id`: those of every account that the
    caller may see.

    Raises:
        InvalidValueError: unknown `status` or `direction`.
    """
    if status not in {"open", "closed", "all"}:
        raise InvalidValueError(field="status")
    if direction not in {"asc", "desc"}:
        raise InvalidValueError(field="direction")
    queries = load("orders")
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Order,
            queries.orders_oldest_first if direction == "asc" else queries.orders_newest_first,
            {
                "account_id": account_id,
                "status": status,
                "symbols": symbols,
                "side": side,
                "after": after,
                "until": until,
                "beyond": beyond,
                "limit": limit,
            },
        )


async def executions(
    platform: Platform,
    caller: Caller,
    *,
    account_id: UUID | None = None,
    order_id: UUID | None = None,
    limit: int = 50,
    before: UUID | None = None,
) -> list[Execution]:
    """Return fills, newest first; `before` is the last execution seen."""
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Execution,
            load("orders").executions,
            {"account_id": account_id, "order_id": order_id, "limit": limit, "before": before},
        )


def _named(order: NewOrder) -> str | UUID:
    if order.security_id is not None:
        return order.security_id
    return order.symbol or ""
