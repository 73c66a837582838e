"""`/v2/orders`: placing, replacing, finding and canceling orders."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from financebuy.api import problems
from financebuy.api.auth import Reader, The, TheAccount, Trader, account
from financebuy.api.auth import platform as platform_of
from financebuy.api.bodies import Route, written
from financebuy.api.fields import ClientOrderId, Moment
from financebuy.api.idempotency import OptionalKey, part, say_replayed
from financebuy.api.trading.order_views import (
    CancelView,
    OrderIn,
    OrderView,
    ReplaceIn,
    shown,
)
from financebuy.database.presence import go_on
from financebuy.errors import FinanceBuyError
from financebuy.services import orders
from financebuy.services.caller import Caller
from financebuy.services.orders import PlacedOrder
from financebuy.services.platform import Platform

router = APIRouter(prefix="/v2", tags=["trading: orders"], route_class=Route)
_MOST_ORDERS = 500


@router.post("/orders", response_model=OrderView)
async def place_order(
    body: OrderIn,
    platform: The,
    caller: Trader,
    account_id: TheAccount,
    key: OptionalKey = None,
) -> Any:
    """Place an order. Without `client_order_id` one is made."""
    return _answer(await orders.place(platform, caller, body.order(account_id), key))


async def place_at_once(request: Request, body: OrderIn, key: str | None) -> Response:
    """Do as `place_order`, for `Express`."""
    account_id = await account(request)
    caller: Caller = request.state.caller
    order = body.order(account_id)
    return _answer(await orders.place(await platform_of(request), caller, order, key))


def _answer(placed: PlacedOrder) -> Response:
    response = written(shown(placed.order))
    say_replayed(response, replayed=placed.replayed)
    return response


@router.get("/orders", response_model=list[OrderView])
async def list_orders(
    platform: The,
    caller: Reader,
    account_id: TheAccount,
    status: Literal["open", "closed", "all"] = "open",
    limit: Annotated[int, Query(ge=1, le=_MOST_ORDERS)] = 50,
    after: Moment | None = None,
    until: Moment | None = None,
    direction: Literal["asc", "desc"] = "desc",
    side: Literal["buy", "sell"] | None = None,
    symbols: Annotated[str | None, Query(max_length=4096, description="Comma separated.")] = None,
) -> Any:
    """List the account's orders, by default the newest 50 that are open."""
    found = await orders.list_orders(
        platform,
        caller,
        account_id,
        status=status,
        symbols=symbols.split(",") if symbols else None,
        side=side,
        after=after,
        until=until,
        limit=limit,
        direction=direction,
    )
    return written([shown(order) for order in found])


@router.get("/orders:by_client_order_id", response_model=OrderView)
async def get_order_by_client_order_id(
    platform: The, caller: Reader, account_id: TheAccount, client_order_id: ClientOrderId
) -> Any:
    """Find an order by the name that the client gave it."""
    found = await orders.get_by_client_order_id(platform, caller, account_id, client_order_id)
    return written(shown(found))


@router.get("/orders/{order_id}", response_model=OrderView)
async def get_order(order_id: UUID, platform: The, caller: Reader) -> Any:
    """Return one order."""
    return written(shown(await orders.get(platform, caller, order_id)))


@router.patch("/orders/{order_id}", response_model=OrderView)
async def replace_order(
    order_id: UUID,
    body: ReplaceIn,
    platform: The,
    caller: Trader,
    key: OptionalKey = None,
) -> Any:
    """Ask the venue to replace an open order; returns the new one, which `replaces` the old."""
    return _answer(await orders.replace(platform, caller, order_id, body.replacement(), key))


@router.delete("/orders/{order_id}", status_code=204)
async def cancel_order(
    order_id: UUID, platform: The, caller: Trader, response: Response, key: OptionalKey = None
) -> None:
    """Ask the venue to cancel an order; it is `pending_cancel` until the venue answers."""
    asked = await orders.request_cancel(platform, caller, order_id, key)
    say_replayed(response, replayed=asked.replayed)


@router.delete("/orders", status_code=207, response_model=list[CancelView])
async def cancel_orders(
    platform: The, caller: Trader, account_id: TheAccount, key: OptionalKey = None
) -> Any:
    """Ask the venue to cancel every open order; each has its own status in the answer.

    It is done to its end, also for a client that hangs up meanwhile.
    """
    go_on()
    answers: list[CancelView] = []
    beyond: UUID | None = None
    while True:
        found = await orders.list_orders(
            platform, caller, account_id, status="open", limit=_MOST_ORDERS, beyond=beyond
        )
        # One that is on its way already needs no second request.
        waiting = [order.order_id for order in found if order.status != "pending_cancel"]
        answers += await asyncio.gather(*(_cancel(platform, caller, each, key) for each in waiting))
        if len(found) < _MOST_ORDERS:
            return answers
        beyond = found[-1].order_id


async def _cancel(
    platform: Platform, caller: Caller, order_id: UUID, key: str | None
) -> CancelView:
    try:
        await orders.request_cancel(platform, caller, order_id, part(key, str(order_id)))
    except FinanceBuyError as error:
        body = problems.document(error, caller.request_id)
        return CancelView(id=order_id, status=error.status, body=body)
    return CancelView(id=order_id, status=200)
