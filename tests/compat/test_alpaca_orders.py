"""Alpaca's own client places, replaces and finds every type of order that is offered."""

from collections.abc import Iterator
from typing import Any

import pytest
from alpaca.common.exceptions import APIError
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderSide, OrderStatus, OrderType, TimeInForce
from alpaca.trading.models import Order
from alpaca.trading.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLimitOrderRequest,
    StopOrderRequest,
)

from tests.support.api import Api, Customer
from tests.support.world import execution, fact


@pytest.fixture
def client(api: Api, customer: Customer) -> Iterator[TradingClient]:
    key = customer.key
    made = TradingClient(key.key_id, key.secret, url_override=api.url)
    yield made
    made._session.close()


def submit(client: TradingClient, request: Any, **values: Any) -> Order:
    common = {"symbol": "AAPL", "qty": 2, "side": OrderSide.BUY, "time_in_force": TimeInForce.DAY}
    order = client.submit_order(request(**{**common, **values}))
    assert isinstance(order, Order)
    return order


def found(client: TradingClient, order: Order) -> Order:
    again = client.get_order_by_id(order.id)
    assert isinstance(again, Order)
    return again


def test_stop_orders(client: TradingClient) -> None:
    stop = submit(client, StopOrderRequest, stop_price=105.5)
    limited = submit(
        client, StopLimitOrderRequest, stop_price=105, limit_price=106,
        time_in_force=TimeInForce.GTC,
    )  # fmt: skip
    assert (stop.order_type, stop.stop_price, stop.limit_price) == (OrderType.STOP, "105.50", None)
    assert (limited.order_type, limited.stop_price, limited.limit_price) == (
        OrderType.STOP_LIMIT, "105.00", "106.00",
    )  # fmt: skip
    assert found(client, limited) == limited


@pytest.mark.parametrize("time_in_force", list(TimeInForce))
def test_each_time_in_force(time_in_force: TimeInForce, client: TradingClient) -> None:
    market = submit(client, MarketOrderRequest, time_in_force=time_in_force)
    limit = submit(client, LimitOrderRequest, time_in_force=time_in_force, limit_price=99)
    assert {market.time_in_force, limit.time_in_force} == {time_in_force}


def test_an_order_is_replaced(api: Api, client: TradingClient) -> None:
    old = submit(client, LimitOrderRequest, qty=5, limit_price=99)
    api.world.accepted("execution", execution(old.id, 2, "98.5"))
    new = client.replace_order_by_id(old.id, ReplaceOrderRequest(qty=4, limit_price=99.5))
    assert isinstance(new, Order)
    assert (new.status, new.replaces, new.qty) == (OrderStatus.ACCEPTED, old.id, "4")
    waiting = found(client, old)
    assert (waiting.status, waiting.replaced_by) == (OrderStatus.PENDING_REPLACE, new.id)
    with pytest.raises(APIError, match="a replacement of the order waits"):
        client.cancel_order_by_id(old.id)
    api.world.accepted("order_replaced", fact("order_replaced", old.id, "v-2"))
    assert found(client, old).replaced_at
    working = found(client, new)
    assert (working.status, working.filled_qty, working.filled_avg_price) == (
        OrderStatus.NEW, "2", "98.50",
    )  # fmt: skip
    api.world.accepted("execution", execution(new.id, 2, "99.5"))
    filled = found(client, new)
    assert (filled.status, filled.filled_qty, filled.filled_avg_price) == (
        OrderStatus.FILLED, "4", "99.00",
    )  # fmt: skip


def test_what_a_replacement_may_not_be(client: TradingClient) -> None:
    old = submit(client, LimitOrderRequest, qty=5, limit_price=99)
    with pytest.raises(APIError, match="stop_price"):
        client.replace_order_by_id(old.id, ReplaceOrderRequest(stop_price=98))
