"""Lots by choice, gains by holding period, and corporate actions over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any
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


def sale(quantity: int) -> dict[str, Any]:
    return {
        "symbol": "AAPL", "qty": quantity, "side": "sell", "type": "limit",
        "time_in_force": "gtc", "limit_price": "100",
    }  # fmt: skip


def sell(api: Api, customer: Customer, quantity: int, **choice: Any) -> UUID:
    body = sale(quantity) | choice
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


def costs(api: Api, customer: Customer) -> list[tuple[str, str]]:
    found = api.get("/fb/v1/portfolio/gains", customer.key)["items"]
    return sorted((each["qty"], each["cost"]) for each in found)


def test_an_order_is_placed_with_lots_of_its_own(api: Api, investor: Customer) -> None:
    """One by a method over /v2, one by choice over /fb/v1, which the first has left enough of."""
    first, second = api.get("/fb/v1/portfolio/lots", investor.key)["items"]
    newest = sell(api, investor, 4, lot_method="lifo")
    assert api.get(f"/v2/orders/{newest}", investor.key)["lot_method"] == "lifo"
    api.world.accepted("execution", w.execution(newest, 4, 100))
    assert costs(api, investor) == [("4", "320.00")]
    body = sale(5) | {
        "account_id": str(investor.account_id), "lot_method": "fifo",
        "lots": [{"lot_id": second["lot_id"], "qty": 2}, {"lot_id": first["lot_id"], "qty": "1"}],
    }  # fmt: skip
    key = {"Idempotency-Key": "placed-with-lots"}
    placed = api.post("/fb/v1/orders", investor.key, body, headers=key)
    again = api.post("/fb/v1/orders", investor.key, body, headers=key)
    other = api.post("/fb/v1/orders", investor.key, body | {"lot_method": "lifo"}, headers=key)
    assert placed.status_code == 201, placed.text
    assert placed.json()["lot_method"] == "fifo"
    assert (again.json(), other.status_code) == (placed.json(), 422)
    api.world.accepted("execution", w.execution(UUID(placed.json()["order_id"]), 5, 100))
    assert costs(api, investor) == [("2", "160.00"), ("3", "150.00"), ("4", "320.00")]


@pytest.mark.parametrize(
    ("choice", "code", "field"),
    [
        ({"lot_method": "average"}, "invalid_value", "lot_method"),
        ({"side": "buy", "lot_method": "lifo"}, "not_allowed", "lot_method"),
        ({"lots": [{"lot_id": str(UUID(int=1)), "qty": 1}]}, "invalid_value", "lots"),
    ],
)
def test_lots_that_do_not_fit_are_refused_by_name(
    api: Api, investor: Customer, choice: dict[str, Any], code: str, field: str
) -> None:
    answer = api.post("/v2/orders", investor.key, sale(1) | choice)
    assert answer.status_code == 422
    assert (answer.json()["type"].rpartition(":")[2], answer.json()["field"]) == (code, field)


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
