"""What is shown: the account, its holdings and ledger, the market."""

from typing import Any
from uuid import UUID

import pytest

from tests.support.api import Api, Customer
from tests.support.world import execution


@pytest.fixture
def investor(api: Api, customer: Customer) -> Customer:
    """A customer who bought 10 AAPL at 100.01 and sold 4 of them at 101."""
    for side, qty, price in (("buy", 10, "100.01"), ("sell", 4, "101")):
        order = api.post(
            "/v2/orders",
            customer.key,
            {
                "symbol": "AAPL", "qty": qty, "side": side, "type": "limit",
                "time_in_force": "gtc", "limit_price": price,
            },
        ).json()  # fmt: skip
        api.world.accepted("execution", execution(UUID(order["id"]), qty, price))
    return customer


def test_the_account(api: Api, investor: Customer) -> None:
    shown = api.get("/v2/account", investor.key)
    assert shown["id"] == str(investor.account_id)
    assert (shown["status"], shown["multiplier"]) == ("ACTIVE", "1")
    assert (shown["cash"], shown["long_market_value"]) == ("99403.90", "600.00")
    assert (shown["equity"], shown["portfolio_value"]) == ("100003.90", "100003.90")
    # What was sold settles tomorrow: it buys, but is not paid out.
    assert (shown["buying_power"], shown["cash_withdrawable"]) == ("99403.90", "98999.90")


def test_the_positions(api: Api, investor: Customer) -> None:
    (shown,) = api.get("/v2/positions", investor.key)
    assert shown == api.get("/v2/positions/AAPL", investor.key)
    assert shown == api.get(f"/v2/positions/{shown['asset_id']}", investor.key)
    assert {name: shown[name] for name in ("symbol", "exchange", "asset_class", "side")} == {
        "symbol": "AAPL", "exchange": "NASDAQ", "asset_class": "us_equity", "side": "long",
    }  # fmt: skip
    assert (shown["qty"], shown["qty_available"]) == ("6", "6")
    assert (shown["avg_entry_price"], shown["cost_basis"]) == ("100.01", "600.06")
    assert (shown["market_value"], shown["unrealized_pl"]) == ("600.00", "-0.06")
    assert shown["unrealized_plpc"] == "-0.00009999"
    assert shown["current_price"] == "100.00"


def test_a_position_that_is_not_held(api: Api, investor: Customer) -> None:
    answer = api.call("GET", "/v2/positions/MSFT", investor.key)
    assert (answer.status_code, answer.json()["message"]) == (404, "position does not exist")


def test_the_portfolio(api: Api, investor: Customer) -> None:
    shown = api.get("/fb/v1/portfolio", investor.key)
    assert (shown["cash"], shown["market_value"]) == ("99403.90", "600.00")
    assert (shown["realized_gain"], shown["unrealized_gain"]) == ("3.96", "-0.06")
    (position,) = api.get("/fb/v1/portfolio/positions", investor.key)["items"]
    assert (position["qty"], position["average_cost"]) == ("6", "100.01")
    (lot,) = api.get("/fb/v1/portfolio/lots", investor.key)["items"]
    assert (lot["qty"], lot["cost"], lot["bought_qty"]) == ("6", "600.06", "10")
    page = api.get("/fb/v1/portfolio/gains", investor.key)
    assert page["next_cursor"] is None
    (gain,) = page["items"]
    assert (gain["qty"], gain["cost"], gain["proceeds"], gain["gain"]) == (
        "4", "400.04", "404.00", "3.96",
    )  # fmt: skip


def test_the_ledger(api: Api, investor: Customer) -> None:
    shown = api.get("/fb/v1/ledger/balances", investor.key)
    assert (shown["balance"], shown["unsettled"], shown["held"]) == ("99403.90", "404.00", "0.00")
    entries = everything(api, investor, "/fb/v1/ledger/entries", limit=2)
    cash = [each["amount"] for each in entries if each["asset"] == "USD"]
    assert cash == ["404", "-1000.1", "100000"]
    shares = [each["amount"] for each in entries if each["asset"] == "AAPL"]
    assert shares == ["-4", "10"]


def everything(api: Api, caller: Customer, path: str, **params: Any) -> list[Any]:
    """The items of every page."""
    found: list[Any] = []
    while True:
        page = api.get(path, caller.key, params=params)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/fb/v1/portfolio/positions", "security_id"),
        ("/fb/v1/portfolio/lots", "lot_id"),
        ("/fb/v1/portfolio/gains", "lot_id"),
        ("/fb/v1/ledger/entries", "transaction_id"),
        ("/fb/v1/orders", "order_id"),
    ],
)
def test_each_list_shows_each_item_once(
    api: Api, customer: Customer, path: str, identity: str
) -> None:
    for symbol in ("AAPL", "MSFT"):
        for side in ("buy", "buy", "sell"):
            quantity = 2 if side == "sell" else 3
            order = {
                "symbol": symbol, "qty": quantity, "side": side, "type": "limit",
                "time_in_force": "gtc", "limit_price": "100",
            }  # fmt: skip
            placed = api.post("/v2/orders", customer.key, order).json()
            fill = execution(UUID(placed["id"]), quantity, 100)
            api.world.accepted("execution", fill)
    whole = everything(api, customer, path, limit=500)
    assert len(whole) >= 2
    assert everything(api, customer, path, limit=1) == whole
    assert whole[0][identity]


def test_the_assets(api: Api, customer: Customer) -> None:
    shown = {each["symbol"]: each for each in api.get("/v2/assets", customer.key)}
    assert set(shown) == {"AAPL", "MSFT", "IDLE"}
    assert shown["AAPL"]["class"] == "us_equity"
    assert shown["AAPL"] == api.get("/v2/assets/aapl", customer.key)
    assert (shown["AAPL"]["tradable"], shown["IDLE"]["tradable"]) == (True, False)
    assert api.get("/v2/assets?status=inactive", customer.key) == []
    assert api.get("/v2/assets?asset_class=crypto", customer.key) == []
    assert api.get("/v2/assets?exchange=NYSE", customer.key) == []
    # Alpaca has no class for a bond.
    assert api.call("GET", "/v2/assets/BOND", customer.key).status_code == 404


def test_the_clock_and_the_calendar(api: Api, customer: Customer) -> None:
    assert api.get("/v2/clock", customer.key) == {
        "timestamp": "2012-06-04T14:00:00Z", "is_open": True,
        "next_open": "2012-06-05T13:30:00Z", "next_close": "2012-06-04T20:00:00Z",
    }  # fmt: skip
    days = api.get("/v2/calendar?start=2012-06-04&end=2012-06-05", customer.key)
    assert days == [
        {"date": "2012-06-04", "open": "09:30", "close": "16:00", "settlement_date": "2012-06-05"},
        {"date": "2012-06-05", "open": "09:30", "close": "16:00", "settlement_date": "2012-06-06"},
    ]


def test_the_prices(api: Api, customer: Customer) -> None:
    quote = api.get("/fb/v1/prices/AAPL", customer.key)
    assert (quote["bid"], quote["ask"], quote["last"]) == ("99.99", "100.01", "100.00")
    page = api.get("/fb/v1/prices?symbols=MSFT,AAPL", customer.key)
    assert [each["symbol"] for each in page["items"]] == ["MSFT", "AAPL"]
    missing = api.call("GET", "/fb/v1/prices/NOPE", customer.key)
    assert (missing.status_code, missing.json()["code"]) == (404, 40410000)


def test_the_days_up_to_the_markets_own(api: Api, customer: Customer) -> None:
    security = UUID(api.get("/v2/assets/MSFT", customer.key)["id"])
    for day in (29, 30, 31):
        api.world.admin.execute(
            "insert into price_bars values (%s, '1Day', %s, %s, 9.5, 10, 9, 9.75, 100, 'test')",
            (security, f"2012-05-{day}T04:00:00Z", f"2012-05-{day}"),
        )
    path = "/fb/v1/prices/MSFT/bars"
    days = everything(api, customer, path, limit=1)
    assert [each["session_date"] for each in days] == ["2012-05-29", "2012-05-30", "2012-05-31"]
    assert (days[0]["open"], days[0]["close"], days[0]["volume"]) == ("9.50", "9.75", 100)
    assert len(api.get(path, customer.key, params={"start": "2012-05-31"})["items"]) == 1


def test_times_and_ids_have_their_forms(api: Api, customer: Customer) -> None:
    shown = api.get("/v2/account", customer.key)
    assert shown["created_at"].endswith("Z")
    assert UUID(shown["id"]).version == 7


def test_securities_are_found_by_words(api: Api, customer: Customer) -> None:
    (shown,) = api.get("/fb/v1/assets", customer.key, params={"search": "aap", "limit": 5})["items"]
    assert (shown["symbol"], shown["tradable"]) == ("AAPL", True)
    assert api.get("/fb/v1/assets", customer.key, params={"search": "nothing"})["items"] == []
    assert api.call("GET", "/fb/v1/assets", customer.key).status_code == 422
