"""Each refused input, and the exact problem document that says so."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.api import Api, Customer, Key

ORDER = {
    "symbol": "AAPL", "qty": "2", "side": "buy", "type": "limit", "time_in_force": "day",
    "limit_price": "90",
}  # fmt: skip
MISSING = str(UUID(int=1))


def problem(
    slug: str, status: int, code: int, message: str, field: str | None, **extra: Any
) -> dict[str, Any]:
    return {
        "type": f"urn:financebuy:problem:{slug}",
        "title": slug.replace("_", " ").capitalize(),
        "status": status,
        "detail": message,
        "code": code,
        "message": message,
        "field": field,
        "request_id": "the-request",
        **extra,
    }


def refused(
    api: Api, method: str, path: str, key: Key | None = None, **options: Any
) -> dict[str, Any]:
    """The problem document of a request, whose envelope is checked."""
    headers = {"X-Request-ID": "the-request", **options.pop("headers", {})}
    response = api.call(method, path, key, headers=headers, **options)
    document: dict[str, Any] = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["X-Request-ID"] == "the-request"
    assert response.status_code == document["status"]
    return document


NUMBER = "must be a finite decimal number"
DIGITS = "has more digits than any amount needs"
SCALE = "has more decimal places than the asset allows"
RANGE = "is outside of the range allowed here"
LATER = "is not offered here yet"


@pytest.mark.parametrize(
    ("changes", "slug", "field", "rule"),
    [
        ({"qty": None}, "required", "qty", "is required"),
        ({"qty": "NaN"}, "invalid_value", "qty", NUMBER),
        ({"qty": "Infinity"}, "invalid_value", "qty", NUMBER),
        ({"qty": "1_000"}, "invalid_value", "qty", NUMBER),
        ({"qty": "٣"}, "invalid_value", "qty", NUMBER),
        ({"qty": " 1"}, "invalid_value", "qty", NUMBER),
        ({"qty": ""}, "invalid_value", "qty", NUMBER),
        ({"qty": True}, "invalid_value", "qty", "must be a number, or a number in a string"),
        ({"qty": [1]}, "invalid_value", "qty", "must be a number, or a number in a string"),
        ({"qty": "1e999"}, "out_of_range", "qty", DIGITS),
        ({"qty": "1e-999"}, "out_of_range", "qty", DIGITS),
        ({"qty": "1" * 61}, "out_of_range", "qty", DIGITS),
        ({"qty": "-1"}, "out_of_range", "qty", RANGE),
        ({"qty": 0}, "out_of_range", "qty", RANGE),
        ({"qty": "1000000001"}, "out_of_range", "qty", RANGE),
        ({"qty": "0.1234567891"}, "excess_scale", "qty", SCALE),
        ({"qty": "123456789012.123456789"}, "out_of_range", "qty", RANGE),
        ({"limit_price": "90.12345"}, "excess_scale", "limit_price", SCALE),
        ({"limit_price": None}, "required", "limit_price", "is required"),
        ({"notional": "10"}, "not_allowed", "notional", "is not allowed with the other values"),
        (
            {"type": "market", "limit_price": None, "qty": None, "notional": "10.001"},
            "excess_scale", "notional", SCALE,
        ),
        ({"symbol": "IDLE"}, "not_tradable", "symbol", "the asset is not tradable here"),
        (
            {"client_order_id": "x" * 49}, "out_of_range", "client_order_id",
            "String should have at most 48 characters",
        ),
        (
            {"client_order_id": ""}, "out_of_range", "client_order_id",
            "String should have at least 1 character",
        ),
        ({"side": "hold"}, "invalid_value", "side", "Input should be 'buy' or 'sell'"),
        (
            {"type": "trailing_stop"}, "invalid_value", "type",
            "Input should be 'market', 'limit', 'stop' or 'stop_limit'",
        ),
        (
            {"time_in_force": "gtd"}, "invalid_value", "time_in_force",
            "Input should be 'day', 'gtc', 'ioc', 'fok', 'opg' or 'cls'",
        ),
        ({"type": "stop_limit"}, "required", "stop_price", "is required"),
        ({"stop_price": "1"}, "not_allowed", "stop_price", "is not allowed with the other values"),
        ({"trail_price": "1"}, "not_allowed", "trail_price", LATER),
        ({"extended_hours": True}, "not_allowed", "extended_hours", LATER),
        ({"take_profit": {"limit_price": 1}}, "not_allowed", "take_profit", LATER),
        (
            {"position_intent": "sell_to_close"}, "not_allowed", "position_intent",
            "does not fit the side: nothing is sold short",
        ),
        ({"order_class": "oco"}, "invalid_value", "order_class", "Input should be 'simple' or ''"),
    ],
)  # fmt: skip
def test_an_order_that_breaks_a_rule(
    api: Api, customer: Customer, changes: dict[str, Any], slug: str, field: str, rule: str
) -> None:
    found = refused(api, "POST", "/v2/orders", customer.key, json={**ORDER, **changes})
    assert found == problem(slug, 422, 42210000, f"{field}: {rule}", field)


@pytest.mark.parametrize(
    ("changes", "document"),
    [
        (
            {"symbol": "NONE"},
            problem("security_not_found", 404, 40410000, "symbol: asset not found", "symbol"),
        ),
        (
            {"qty": "2000"},
            problem("insufficient_buying_power", 403, 40310000, "insufficient buying power", None),
        ),
        (
            {"side": "sell"},
            problem(
                "insufficient_quantity", 403, 40310000,
                "insufficient quantity available: selling short is not offered", None,
            ),
        ),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be(
    api: Api, customer: Customer, changes: dict[str, Any], document: dict[str, Any]
) -> None:
    body = {**ORDER, **changes}
    assert refused(api, "POST", "/v2/orders", customer.key, json=body) == document


def test_every_input_that_is_wrong_is_named(api: Api, customer: Customer) -> None:
    found = refused(api, "POST", "/v2/orders", customer.key, json={"symbol": "AAPL", "side": "x"})
    assert (found["field"], found["message"]) == ("side", "side: Input should be 'buy' or 'sell'")
    assert [each["field"] for each in found["errors"]] == ["side", "type", "time_in_force"]


def test_a_person_who_is_not_verified_does_not_trade(api: Api) -> None:
    pending = api.customer(kyc="pending")
    assert refused(api, "POST", "/v2/orders", pending.key, json=ORDER) == problem(
        "kyc_required", 403, 40310000,
        "the user's identity has not been verified (KYC), so trading and withdrawals are closed",
        None,
    )  # fmt: skip


def test_a_closed_account_takes_nothing(api: Api) -> None:
    closed = api.customer(cash=0)
    api.world.set_status(closed.account_id, "closed")
    document = problem(
        "account_not_active", 403, 40310000, "the account is restricted or closed", None
    )
    assert refused(api, "POST", "/v2/orders", closed.key, json=ORDER) == document
    path = f"/v1/accounts/{closed.account_id}/transfers"
    for direction in ("INCOMING", "OUTGOING"):
        body = {"amount": "1", "direction": direction}
        found = refused(api, "POST", path, closed.key, json=body)
        assert (found["status"], found["type"]) == (403, document["type"])


@pytest.mark.parametrize("account_id", [MISSING, "another's"])
def test_an_account_that_is_not_the_callers_is_not_there(
    api: Api, customer: Customer, account_id: str
) -> None:
    chosen = str(api.customer().account_id) if account_id == "another's" else account_id
    body = {"amount": "1", "direction": "INCOMING"}
    path = f"/v1/accounts/{chosen}/transfers"
    assert refused(api, "POST", path, customer.key, json=body) == problem(
        "account_not_found", 404, 40410000, "account_id: account not found", "account_id"
    )


@pytest.mark.parametrize(
    ("amount", "slug", "rule"),
    [
        ("1.001", "excess_scale", SCALE),
        ("123456789012.123456789", "excess_scale", SCALE),
        ("-1", "out_of_range", RANGE),
        ("0", "out_of_range", RANGE),
        ("1000000000000.01", "out_of_range", RANGE),
        ("NaN", "invalid_value", NUMBER),
        ("1e40", "out_of_range", DIGITS),
    ],
)
def test_an_amount_that_breaks_a_rule(
    api: Api, customer: Customer, amount: str, slug: str, rule: str
) -> None:
    path = f"/v1/accounts/{customer.account_id}/transfers"
    body = {"amount": amount, "direction": "INCOMING"}
    expected = problem(slug, 422, 42210000, f"amount: {rule}", "amount")
    assert refused(api, "POST", path, customer.key, json=body) == expected
    # A number is held to the same rules as a text.
    if amount != "NaN":
        raw = json.dumps(body).replace(f'"{amount}"', amount)
        headers = {"Content-Type": "application/json"}
        found = refused(api, "POST", path, customer.key, content=raw, headers=headers)
        assert found == expected


def test_more_than_can_be_withdrawn(api: Api, customer: Customer) -> None:
    path = f"/v1/accounts/{customer.account_id}/transfers"
    body = {"amount": "100000.01", "direction": "OUTGOING"}
    found = refused(api, "POST", path, customer.key, json=body)
    assert (found["status"], found["code"]) == (403, 40310000)
    assert found["type"] == "urn:financebuy:problem:insufficient_withdrawable"


# ------------------------------------------------------------------------------ bodies


MALFORMED = "the request's body is not valid JSON: "


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", MALFORMED + "Expecting property name enclosed in double quotes"),
        (b'{"qty": NaN}', MALFORMED + "NaN is not a number"),
        (b'{"qty": -Infinity}', MALFORMED + "-Infinity is not a number"),
        (b'{"qty": 1, "qty": 2}', MALFORMED + "a key appears twice"),
        (b"\xff", MALFORMED + "'utf-8' codec"),
        (b'{"a": 1}'.decode().encode("utf-16"), MALFORMED + "'utf-8' codec"),
        (b'{"symbol": "\\u0000"}', "the request's body holds a character that cannot be stored"),
        (b'{"symbol": "\\ud800"}', "the request's body holds a character that cannot be stored"),
        (b"[" * 5_000, "the request's body is nested too deeply"),
    ],
)
def test_a_body_that_cannot_be_read(
    api: Api, customer: Customer, body: bytes, message: str
) -> None:
    headers = {"Content-Type": "application/json"}
    found = refused(api, "POST", "/v2/orders", customer.key, content=body, headers=headers)
    assert (found["status"], found["code"]) == (400, 40010000)
    assert found["message"].startswith(message)


@pytest.mark.parametrize("depth", [900, *range(950, 1010, 5)])
def test_a_body_nested_as_deep_as_can_just_be_read(
    api: Api, customer: Customer, depth: int
) -> None:
    body = b"[" * depth + b'"\\u0041"' + b"]" * depth
    headers = {"Content-Type": "application/json"}
    found = refused(api, "POST", "/v2/orders", customer.key, content=body, headers=headers)
    assert found["status"] in {400, 422}


@pytest.mark.parametrize("number", ["1e999999", "9" * 5_000, "0." + "1" * 5_000])
def test_a_number_that_would_explode(api: Api, customer: Customer, number: str) -> None:
    body = json.dumps({**ORDER, "qty": 0}).replace('"qty": 0', f'"qty": {number}')
    headers = {"Content-Type": "application/json"}
    found = refused(api, "POST", "/v2/orders", customer.key, content=body, headers=headers)
    assert found == problem("out_of_range", 422, 42210000, f"qty: {DIGITS}", "qty")


def test_a_body_that_is_too_large(api: Api, customer: Customer) -> None:
    headers = {"Content-Type": "application/json"}
    body = b" " * (64 * 1024 + 1)
    found = refused(api, "POST", "/v2/orders", customer.key, content=body, headers=headers)
    assert found == problem(
        "too_large", 413, 41310000, "the request's body is too large", None, limit_bytes=65536
    )


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_kind(api: Api, customer: Customer, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    found = refused(
        api, "POST", "/v2/orders", customer.key, content=json.dumps(ORDER), headers=headers
    )
    assert found == problem(
        "unsupported_media_type", 415, 41510000,
        "send the body as JSON, with the header Content-Type: application/json", None,
    )  # fmt: skip


def test_no_body_at_all(api: Api, customer: Customer) -> None:
    found = refused(api, "POST", "/v2/orders", customer.key)
    assert (found["status"], found["message"]) == (422, "the body: Field required")


@pytest.mark.parametrize("body", [[], "text", 1, None])
def test_a_body_that_is_no_object(api: Api, customer: Customer, body: Any) -> None:
    found = refused(api, "POST", "/v2/orders", customer.key, content=json.dumps(body),
        headers={"Content-Type": "application/json"})  # fmt: skip
    assert (found["status"], found["field"]) == (422, None)
    assert found["message"].startswith("the body: ")


# ------------------------------------------------------------------------------ routes


def test_a_path_that_is_not_there(api: Api) -> None:
    assert refused(api, "GET", "/v9/nothing") == problem(
        "route_not_found", 404, 40410000, "there is nothing at this path", None
    )


def test_a_method_that_is_not_taken(api: Api) -> None:
    found = refused(api, "PUT", "/v2/orders")
    assert found == problem(
        "method_not_allowed", 405, 40510000, "this path does not take this method", None
    )
    assert api.call("PUT", "/v2/account").headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v2/orders?limit=501", "limit"),
        ("/v2/orders?limit=0", "limit"),
        ("/v2/orders?status=maybe", "status"),
        ("/v2/orders?after=yesterday", "after"),
        ("/v2/orders/no-uuid", "order_id"),
        ("/v2/calendar?start=2012-13-01", "start"),
        ("/fb/v1/orders?cursor=%21", "cursor"),
        ("/fb/v1/orders?cursor=bm90IGFuIGlk", "cursor"),
        ("/fb/v1/ledger/entries?cursor=AAAA", "cursor"),
        ("/fb/v1/portfolio/gains?cursor=AAAA", "cursor"),
        ("/fb/v1/portfolio/lots?cursor=AAAA", "cursor"),
        ("/fb/v1/prices/AAPL/bars?cursor=OTk5OS0xMi0zMQ", "cursor"),
        ("/fb/v1/prices", "symbols"),
    ],
)
def test_a_query_that_breaks_a_rule(api: Api, customer: Customer, path: str, field: str) -> None:
    found = refused(api, "GET", path, customer.key)
    assert (found["status"], found["code"], found["field"]) == (422, 42210000, field)


@pytest.mark.parametrize("path", ["/v2/assets/%00", "/v2/orders?symbols=%00"])
def test_a_zero_in_the_address(api: Api, customer: Customer, path: str) -> None:
    found = refused(api, "GET", path, customer.key)
    assert (found["status"], found["code"]) == (400, 40010000)


@pytest.mark.parametrize("key", ["x" * 256, "two words", "ünicode", ""])
def test_an_idempotency_key_that_breaks_a_rule(api: Api, customer: Customer, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}
    found = refused(api, "POST", "/v2/orders", customer.key, json=ORDER, headers=headers)
    assert (found["status"], found["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("given", ["", "has space", "x" * 129, "ü"])
def test_a_request_id_that_is_not_sane_is_replaced(api: Api, given: str) -> None:
    response = api.call("GET", "/healthz", headers={"X-Request-ID": given.encode()})
    assert UUID(response.headers["X-Request-ID"])


def test_each_answer_has_a_request_id(api: Api) -> None:
    first, second = (api.call("GET", "/healthz").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    given = str(uuid4())
    answer = api.call("GET", "/healthz", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given
