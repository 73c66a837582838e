"""Lots by choice, gains by holding period, and corporate actions over HTTP."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.support import world as w
from tests.support.api import Api, Customer, Key


def shares(api: Api, customer: Customer, quantity: int, cost: int, bought: datetime) -> None:
    """Shares of AAPL that a custodian received the Friday before."""
    security = api.world.value("select security_id from securities where symbol = 'AAPL'")
    row = w.shares(
        customer.account_id, security, quantity, cost=cost, acquired_at=bought,
        effective_at=w.OPEN - timedelta(days=3),
    )  # fmt: skip
    api.world.accepted("shares_received", row)


@pytest.fixture
def investor(api: Api, customer: Customer) -> Customer:
    """A customer with two lots of ten: at 50 since 2011-06-04, at 80 since the day after."""
    shares(api, customer, 10, 500, datetime(2011, 6, 4, 14, tzinfo=UTC))
    shares(api, customer, 10, 800, datetime(2011, 6, 5, 14, tzinfo=UTC))
    return customer


def sell(api: Api, customer: Customer, quantity: int) -> UUID:
    body = {
        "symbol": "AAPL", "qty": quantity, "side": "sell", "type": "limit",
        "time_in_force": "gtc", "limit_price": "100",
    }  # fmt: skip
    return UUID(api.post("/v2/orders", customer.key, body).json()["id"])


def test_a_year_to_the_day_is_short_and_a_day_more_is_long(api: Api, investor: Customer) -> None:
    """Sold 2012-06-05: the first lot was held for a year and a day, the second for a year."""
    at = datetime(2012, 6, 5, 14, tzinfo=UTC)
    api.world.accepted("execution", w.execution(sell(api, investor, 20), 20, 100, effective_at=at))
    found = api.get("/fb/v1/portfolio/gains", investor.key)["items"]
    assert sorted((each["cost"], each["gain"], each["term"], each["kind"]) for each in found) == [
        ("500.00", "500.00", "long", "sale"),
        ("800.00", "200.00", "short", "sale"),
    ]


def test_an_account_is_run_as_its_owner_says(api: Api, investor: Customer) -> None:
    path = f"/fb/v1/accounts/{investor.account_id}/preferences"
    assert api.get(path, investor.key)["lot_method"] == "fifo"
    change = {"lot_method": "lifo", "reinvest_dividends": True}
    key = {"Idempotency-Key": "prefer"}
    for _ in range(2):
        answer = api.call("PATCH", path, investor.key, json=change, headers=key)
        assert answer.json() == {"account_id": str(investor.account_id), **change}
    assert answer.headers["Idempotent-Replayed"] == "true"
    api.world.accepted("execution", w.execution(sell(api, investor, 4), 4, 100))
    (gain,) = api.get("/fb/v1/portfolio/gains", investor.key)["items"]
    assert gain["cost"] == "320.00"


def test_an_order_closes_chosen_lots(api: Api, investor: Customer) -> None:
    _, second = api.get("/fb/v1/portfolio/lots", investor.key)["items"]
    order = sell(api, investor, 4)
    body = {"lots": [{"lot_id": second["lot_id"], "qty": "3"}], "lot_method": "fifo"}
    key = {"Idempotency-Key": "choose"}
    path = f"/fb/v1/orders/{order}/lots"
    answer = api.call("PUT", path, investor.key, json=body, headers=key)
    assert answer.json() == {"order_id": str(order), **body}
    api.world.accepted("execution", w.execution(order, 4, 100))
    found = api.get("/fb/v1/portfolio/gains", investor.key)["items"]
    assert sorted((each["qty"], each["cost"]) for each in found) == [
        ("1", "50.00"), ("3", "240.00"),
    ]  # fmt: skip
    answer = api.call("PUT", path, investor.key, json=body, headers={"Idempotency-Key": "late"})
    assert answer.status_code == 422


def test_an_action_is_announced_by_the_staff_and_seen_by_holders(
    api: Api, investor: Customer, staff: Key
) -> None:
    body = {
        "kind": "cash_dividend", "symbol": "AAPL", "ex_date": "2012-06-04",
        "pay_date": "2012-06-04", "cash_per_share": "2.65", "withholding_rate": "0.15",
    }  # fmt: skip
    key = {"Idempotency-Key": "a-dividend"}
    assert api.post("/fb/v1/actions", investor.key, body, headers=key).status_code == 403
    first = api.post("/fb/v1/actions", staff, body, headers=key)
    again = api.post("/fb/v1/actions", staff, body, headers=key)
    other = api.post("/fb/v1/actions", staff, body | {"cash_per_share": "1"}, headers=key)
    assert (first.status_code, first.json()) == (201, again.json())
    assert other.status_code == 422
    action = first.json()["action_id"]
    api.world.apply_more(UUID(action))
    assert api.get(f"/fb/v1/actions/{action}", investor.key)["state"] == "applied"
    assert action in [each["action_id"] for each in api.get("/fb/v1/actions", staff)["items"]]
    own = api.get(f"/fb/v1/actions/{action}/entitlements", investor.key)
    assert [each["account_id"] for each in own] == [str(investor.account_id)]
    missing = api.call("GET", f"/fb/v1/actions/{UUID(int=1)}", investor.key)
    assert missing.status_code == 404
