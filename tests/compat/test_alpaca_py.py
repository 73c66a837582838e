"""Alpaca's own client parses every answer: it validates what it gets, and nobody here wrote it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from alpaca.broker.client import BrokerClient
from alpaca.broker.enums import TransferDirection, TransferTiming
from alpaca.broker.models import Contact, Disclosures, Identity
from alpaca.broker.requests import CreateAccountRequest, CreateACHTransferRequest
from alpaca.common.exceptions import APIError
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import (
    AccountStatus,
    AssetClass,
    AssetExchange,
    OrderSide,
    OrderStatus,
    OrderType,
    PositionSide,
    QueryOrderStatus,
    TimeInForce,
)
from alpaca.trading.requests import (
    GetAssetsRequest,
    GetCalendarRequest,
    GetOrderByIdRequest,
    GetOrdersRequest,
    LimitOrderRequest,
    MarketOrderRequest,
)

from tests.support.api import Api, Customer, Key
from tests.support.world import execution, fact


@pytest.fixture
def client(api: Api, customer: Customer) -> Iterator[TradingClient]:
    key = customer.key
    made = TradingClient(key.key_id, key.secret, url_override=api.url)
    yield made
    made._session.close()


def limit_order(**changes: Any) -> LimitOrderRequest:
    values = {
        "symbol": "AAPL", "qty": 2, "side": OrderSide.BUY, "time_in_force": TimeInForce.DAY,
        "limit_price": 99.5, **changes,
    }  # fmt: skip
    return LimitOrderRequest(**values)


def failure(error: APIError) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(error._error)
    return found


def test_the_account(client: TradingClient, customer: Customer) -> None:
    account = client.get_account()
    assert account.id == customer.account_id
    assert account.status is AccountStatus.ACTIVE
    assert (account.cash, account.buying_power) == ("100000.00", "100000.00")
    assert account.shorting_enabled is False


def test_a_market_order(client: TradingClient) -> None:
    order = client.submit_order(
        MarketOrderRequest(
            symbol="AAPL", qty=3.5, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
        )
    )
    assert (order.status, order.type) == (OrderStatus.ACCEPTED, OrderType.MARKET)
    assert (order.qty, order.filled_qty) == ("3.5", "0")
    assert order.asset_class is AssetClass.US_EQUITY


def test_an_order_for_money(client: TradingClient) -> None:
    order = client.submit_order(
        MarketOrderRequest(
            symbol="AAPL", notional=123.45, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
        )
    )
    assert (order.notional, order.qty) == ("123.45", None)


def test_a_limit_order_and_where_it_is_found(client: TradingClient) -> None:
    name = str(uuid4())
    order = client.submit_order(limit_order(client_order_id=name))
    assert order.limit_price == "99.50"
    by_id = client.get_order_by_id(order.id, GetOrderByIdRequest(nested=True))
    assert by_id == client.get_order_by_client_id(name) == order
    listed = client.get_orders(
        GetOrdersRequest(
            status=QueryOrderStatus.ALL, symbols=["AAPL"], side=OrderSide.BUY, nested=True,
            limit=500, after=datetime(2000, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    assert listed == client.get_orders() == [order]


@pytest.mark.parametrize(
    ("function", "status"),
    [
        ("order_acknowledged", OrderStatus.NEW),
        ("order_rejected", OrderStatus.REJECTED),
        ("order_canceled", OrderStatus.CANCELED),
        ("order_expired", OrderStatus.EXPIRED),
    ],
)
def test_each_status_is_one_that_the_client_knows(
    api: Api, client: TradingClient, function: str, status: OrderStatus
) -> None:
    order = client.submit_order(limit_order())
    api.world.accepted(function, fact(function, order.id, "x"))
    shown = client.get_order_by_id(order.id)
    assert shown.status is status
    ended = {
        OrderStatus.REJECTED: shown.failed_at,
        OrderStatus.CANCELED: shown.canceled_at,
        OrderStatus.EXPIRED: shown.expired_at,
    }
    assert [each is not None for each in ended.values()] == [each is status for each in ended]


def test_fills_and_the_position_that_they_make(api: Api, client: TradingClient) -> None:
    order = client.submit_order(limit_order(qty=3))
    api.world.accepted("execution", execution(order.id, 1, "99"))
    partly = client.get_order_by_id(order.id)
    assert (partly.status, partly.filled_qty) == (OrderStatus.PARTIALLY_FILLED, "1")
    api.world.accepted("execution", execution(order.id, 2, "99.5"))
    whole = client.get_order_by_id(order.id)
    assert (whole.status, whole.filled_avg_price) == (OrderStatus.FILLED, "99.333333333")
    assert whole.filled_at

    (position,) = client.get_all_positions()
    assert position == client.get_open_position("AAPL")
    assert position == client.get_open_position(position.asset_id)
    assert (position.side, position.exchange) == (PositionSide.LONG, AssetExchange.NASDAQ)
    assert (position.qty, position.cost_basis) == ("3", "298.00")
    assert Decimal(position.market_value) - Decimal(position.cost_basis) == 2


def test_cancels(client: TradingClient) -> None:
    order = client.submit_order(limit_order())
    client.cancel_order_by_id(order.id)
    assert client.get_order_by_id(order.id).status is OrderStatus.PENDING_CANCEL

    others = {client.submit_order(limit_order()).id for _ in range(2)}
    answers = client.cancel_orders()
    assert {each.id for each in answers} == others
    assert {each.status for each in answers} == {200}


def test_the_assets(client: TradingClient) -> None:
    asset = client.get_asset("AAPL")
    assert asset == client.get_asset(asset.id)
    assert asset.exchange is AssetExchange.NASDAQ
    assert asset.fractionable
    everything = client.get_all_assets(GetAssetsRequest(asset_class=AssetClass.US_EQUITY))
    assert everything == client.get_all_assets() == [asset]


def test_the_clock_and_the_calendar(client: TradingClient) -> None:
    clock = client.get_clock()
    assert clock.is_open
    assert clock.timestamp.isoformat() == "2012-06-04T14:00:00+00:00"
    assert clock.timestamp < clock.next_close < clock.next_open
    days = client.get_calendar(GetCalendarRequest(start=date(2012, 6, 4), end=date(2012, 6, 8)))
    assert [day.date.day for day in days] == [4, 5, 6, 7, 8]
    assert days[0].open.isoformat() == "2012-06-04T09:30:00"
    assert len(client.get_calendar()) == 40


def test_errors_have_the_code_and_the_message(client: TradingClient) -> None:
    with pytest.raises(APIError) as poor:
        client.submit_order(limit_order(qty=100_000))
    assert (poor.value.status_code, poor.value.code) == (403, 40310000)
    assert poor.value.message == "insufficient buying power"

    with pytest.raises(APIError) as missing:
        client.get_order_by_id(uuid4())
    assert (missing.value.status_code, missing.value.code) == (404, 40410000)

    order = client.submit_order(limit_order(client_order_id="twice"))
    with pytest.raises(APIError) as twice:
        client.submit_order(limit_order(client_order_id="twice"))
    assert (twice.value.status_code, twice.value.code) == (422, 40010001)
    assert UUID(failure(twice.value)["existing_order_id"]) == order.id


def test_a_wrong_key(api: Api) -> None:
    stranger = TradingClient("FBNOSUCHKEY00000000", "wrong", url_override=api.url)
    with pytest.raises(APIError) as refused:
        stranger.get_account()
    stranger._session.close()
    assert (refused.value.status_code, refused.value.code) == (401, 40110000)


# ------------------------------------------------------------------------------ broker


@pytest.fixture
def broker(api: Api, staff: Key) -> Iterator[BrokerClient]:
    made = BrokerClient(staff.key_id, staff.secret, url_override=api.url)
    yield made
    made._session.close()


def application() -> CreateAccountRequest:
    return CreateAccountRequest(
        contact=Contact(
            email_address=f"{uuid4()}@example.com", phone_number="555-666-7788",
            street_address=["20 N San Mateo Dr"], city="San Mateo", state="CA",
            postal_code="94401", country="USA",
        ),
        identity=Identity(
            given_name="John", family_name="Doe", date_of_birth="1990-01-01",
            tax_id="666-55-4321", country_of_tax_residence="USA", funding_source=[],
        ),
        disclosures=Disclosures(
            is_control_person=False, is_affiliated_exchange_or_finra=False,
            is_politically_exposed=False, immediate_family_exposed=False,
        ),
        agreements=[],
    )  # fmt: skip


def test_an_account_is_opened_and_found(broker: BrokerClient) -> None:
    account = broker.create_account(application())
    assert account.status is AccountStatus.SUBMITTED
    assert broker.get_account_by_id(account.id).account_number == account.account_number
    assert account.id in {each.id for each in broker.list_accounts()}


def test_money_comes_and_its_list_ends(broker: BrokerClient, customer: Customer) -> None:
    for amount in ("10.50", "20"):
        paid = broker.create_transfer_for_account(
            customer.account_id,
            CreateACHTransferRequest(
                amount=amount, direction=TransferDirection.INCOMING,
                timing=TransferTiming.IMMEDIATE, relationship_id=uuid4(),
            ),
        )  # fmt: skip
        assert paid.account_id == customer.account_id
    amounts = [each.amount for each in broker.get_transfers_for_account(customer.account_id)]
    assert amounts == ["20.00", "10.50", "100000.00"]
