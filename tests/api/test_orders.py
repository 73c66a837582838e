"""`/v2/orders` and `/fb/v1/orders`: placing, finding, canceling."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.support import world as w
from tests.support.api import Api, Customer

LIMIT = {
    "symbol": "AAPL", "qty": "2", "side": "buy", "type": "limit", "time_in_force": "day",
    "limit_price": "90.5",
}  # fmt: skip
MARKET = {
    "symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "gtc",
}  # fmt: skip


def place(api: Api, customer: Customer, **changes: Any) -> Any:
    response = api.post("/v2/orders", customer.key, {**LIMIT, **changes})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_limit_order_is_shown_as_alpaca_shows_it(api: Api, customer: Customer) -> None:
    order = place(api, customer, client_order_id="mine")

    assert order == api.get(f"/v2/orders/{order['id']}", customer.key)
    assert order["client_order_id"] == "mine"
    assert order["symbol"] == "AAPL"
    assert (order["qty"], order["limit_price"], order["notional"]) == ("2", "90.50", None)
    assert (order["status"], order["filled_qty"], order["filled_avg_price"]) == (
        "accepted",
        "0",
        None,
    )
    assert order["submitted_at"].endswith("Z")
    assert order["effective_at"] == "2012-06-04T14:00:00Z"
    assert "position_intent" not in order


def test_a_market_order_for_money(api: Api, customer: Customer) -> None:
    order = place(api, customer, type="market", qty=None, limit_price=None, notional="250.25")
    assert (order["qty"], order["notional"]) == (None, "250.25")


def test_money_buys_shares_today_or_not_at_all(api: Api, customer: Customer) -> None:
    body = {**MARKET, "qty": None, "notional": "250.25", "time_in_force": "gtc"}
    answer = api.post("/v2/orders", customer.key, body)
    assert (answer.status_code, answer.json()["field"]) == (422, "time_in_force")
    assert "is not allowed with the other values" in answer.json()["detail"]


def test_numbers_are_read_exactly(api: Api, customer: Customer) -> None:
    body = (
        b'{"symbol": "AAPL", "qty": 123456.123456789, "side": "buy", "type": "limit",'
        b' "time_in_force": "day", "limit_price": 0.1}'
    )
    response = api.call(
        "POST", "/v2/orders", customer.key, content=body,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    order = response.json()
    assert (order["qty"], order["limit_price"]) == ("123456.123456789", "0.10")
    stored = api.world.value("select quantity from orders where order_id = %s", order["id"])
    assert stored == Decimal("123456.123456789")


def test_a_small_quantity_has_no_exponent(api: Api, customer: Customer) -> None:
    assert place(api, customer, qty=1e-9)["qty"] == "0.000000001"


def test_an_asset_id_names_a_security_too(api: Api, customer: Customer) -> None:
    asset = api.get("/v2/assets/AAPL", customer.key)
    assert place(api, customer, symbol=asset["id"])["symbol"] == "AAPL"


def test_without_a_client_order_id_one_is_made(api: Api, customer: Customer) -> None:
    first, second = place(api, customer), place(api, customer)
    assert first["client_order_id"] != second["client_order_id"]


def test_an_order_is_found_by_its_client_order_id(api: Api, customer: Customer) -> None:
    order = place(api, customer, client_order_id="find me")
    found = api.get(
        "/v2/orders:by_client_order_id", customer.key, params={"client_order_id": "find me"}
    )
    assert found == order


def test_a_client_order_id_is_used_once(api: Api, customer: Customer) -> None:
    order = place(api, customer, client_order_id="once")
    again = api.post("/v2/orders", customer.key, {**LIMIT, "client_order_id": "once"})
    assert again.status_code == 422
    assert again.json()["code"] == 40010001
    assert again.json()["existing_order_id"] == order["id"]


def test_lists_are_filtered(api: Api, customer: Customer) -> None:
    apple = place(api, customer)
    microsoft = place(api, customer, symbol="MSFT")
    canceled = place(api, customer)
    api.world.accepted("order_canceled", canceled_fact(canceled["id"]))

    def ids(**params: Any) -> list[str]:
        return [order["id"] for order in api.get("/v2/orders", customer.key, params=params)]

    assert ids() == [microsoft["id"], apple["id"]]
    assert ids(status="all", direction="asc") == [apple["id"], microsoft["id"], canceled["id"]]
    assert ids(status="closed") == [canceled["id"]]
    assert ids(symbols="MSFT,IDLE") == [microsoft["id"]]
    assert ids(limit=1) == [microsoft["id"]]
    assert ids(side="sell") == []
    assert ids(after=apple["submitted_at"]) == [microsoft["id"]]
    assert ids(until=apple["submitted_at"]) == [apple["id"]]
    assert ids(nested="True", unknown="yes") == [microsoft["id"], apple["id"]]


def canceled_fact(order_id: str) -> dict[str, Any]:
    return {
        "request_id": "a-request", "origin": "test", "key": str(uuid4()), "effective_at": None,
        "venue": "paper", "order_id": order_id, "reason": None,
    }  # fmt: skip


def test_a_cancel_is_asked_for_once(api: Api, customer: Customer) -> None:
    order = place(api, customer)
    answer = api.call("DELETE", f"/v2/orders/{order['id']}", customer.key)
    assert (answer.status_code, answer.content) == (204, b"")
    assert api.get(f"/v2/orders/{order['id']}", customer.key)["status"] == "pending_cancel"

    again = api.call("DELETE", f"/v2/orders/{order['id']}", customer.key)
    assert again.status_code == 422
    assert again.json()["type"] == "urn:financebuy:problem:order_not_open"


def test_all_orders_are_canceled_at_once(api: Api, customer: Customer) -> None:
    placed = {place(api, customer)["id"] for _ in range(3)}
    answer = api.call("DELETE", "/v2/orders", customer.key)
    assert answer.status_code == 207
    assert {each["id"] for each in answer.json()} == placed
    assert {each["status"] for each in answer.json()} == {200}
    assert api.call("DELETE", "/v2/orders", customer.key).json() == []


def test_canceling_everything_goes_on_past_the_first_page(api: Api) -> None:
    rich = api.customer(cash=1_000_000)
    aapl = UUID(api.get("/v2/assets/AAPL", rich.key)["id"])
    rows = [
        w.order(
            rich.user.token, rich.account_id, aapl, client_order_id=str(number),
            time_in_force="gtc", limit_price=Decimal(1),
        )
        for number in range(501)
    ]  # fmt: skip
    api.world.call("place_order", rows)
    assert len(api.call("DELETE", "/v2/orders", rich.key).json()) == 501


# ------------------------------------------------------------------------------ native


def test_the_native_surface_needs_a_key(api: Api, customer: Customer) -> None:
    answer = api.post("/fb/v1/orders", customer.key, MARKET)
    assert answer.status_code == 422
    assert answer.json()["message"] == "Idempotency-Key: is required"


def test_a_native_order_and_its_repeat(api: Api, customer: Customer) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = api.post("/fb/v1/orders", customer.key, MARKET, headers=key)
    again = api.post("/fb/v1/orders", customer.key, {**MARKET, "qty": "1.000"}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json()["hold_price"] == "105.0105"
    assert first.json()["held"] == "105.02"
    assert api.get("/v2/orders", customer.key)[0]["id"] == first.json()["order_id"]


def test_a_key_stands_for_one_request(api: Api, customer: Customer) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    api.post("/fb/v1/orders", customer.key, MARKET, headers=key)
    other = api.post("/fb/v1/orders", customer.key, {**MARKET, "qty": "2"}, headers=key)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:financebuy:problem:idempotency_conflict"


def test_a_native_cancel_and_its_repeat(api: Api, customer: Customer) -> None:
    order = place(api, customer)
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/fb/v1/orders/{order['id']}"
    first = api.call("DELETE", path, customer.key, headers=key)
    assert (first.status_code, first.json()["status"]) == (202, "pending_cancel")
    api.world.accepted("order_canceled", canceled_fact(order["id"]))

    again = api.call("DELETE", path, customer.key, headers=key)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.get(path, customer.key)["status"] == "canceled"


def test_native_lists_go_on_after_the_last_item(api: Api, customer: Customer) -> None:
    placed = [place(api, customer)["id"] for _ in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get("/fb/v1/orders", customer.key, params={"limit": 2, **cursor})
        seen += [order["order_id"] for order in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == placed[::-1]


# ---------------------------------------------------------------------- stops and replacements


def test_a_native_replacement_and_its_repeat(api: Api, customer: Customer) -> None:
    stop = {"type": "stop_limit", "stop_price": "91", "limit_price": "92"}
    named = {"Idempotency-Key": "first"}
    old = api.post("/fb/v1/orders", customer.key, {**LIMIT, **stop}, headers=named).json()
    assert (old["stop_price"], old["triggered_at"]) == ("91.00", None)
    path = f"/fb/v1/orders/{old['order_id']}"
    asked = {"qty": "3", "stop_price": "90.75"}
    first, again = (
        api.call("PATCH", path, customer.key, json=asked, headers={"Idempotency-Key": "second"})
        for _ in range(2)
    )
    new = first.json()
    assert (first.status_code, again.status_code) == (202, 202)
    assert (new["replaces"], new["qty"], new["stop_price"]) == (old["order_id"], "3", "90.75")
    assert (new["limit_price"], new["held"], new["status"]) == ("92.00", "0", "accepted")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (new, "true")
    now = api.get(path, customer.key)
    assert (now["status"], now["replaced_by"]) == ("pending_replace", new["order_id"])
    assert now["held"] == "276"


def test_combinations_that_are_not_offered_name_the_field(api: Api, customer: Customer) -> None:
    for changes, field in (
        ({"type": "stop", "limit_price": None}, "stop_price"),
        ({"stop_price": "90"}, "stop_price"),
        ({"type": "stop_limit", "stop_price": "90", "time_in_force": "ioc"}, "time_in_force"),
        ({"time_in_force": "gtx"}, "time_in_force"),
    ):
        response = api.post("/v2/orders", customer.key, {**LIMIT, **changes})
        assert (response.status_code, response.json()["field"]) == (422, field)
