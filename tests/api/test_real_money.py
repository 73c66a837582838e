"""Where money is real, nobody pays themselves, and the staff acts for no customer."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.api import Api, Customer, Key
from tests.support.world import User


@pytest.fixture
def live(api: Api) -> Iterator[Api]:
    with api.world.real_money(wait="0 hours"):
        yield api


def pay(api: Api, customer: Customer, key: Key, amount: str = "5", **options: Any) -> Any:
    path = f"/v1/accounts/{customer.account_id}/transfers"
    return api.post(path, key, {"amount": amount, "direction": "INCOMING"}, **options)


def test_customers_do_not_pay_themselves(live: Api, customer: Customer) -> None:
    answer = pay(live, customer, customer.key)
    assert answer.status_code == 403
    problem = answer.json()
    assert problem["type"] == "urn:financebuy:problem:paper_only"
    assert (problem["code"], problem["field"]) == (40310000, "direction")
    assert "scope operations" in problem["message"]
    assert live.get("/v2/account", customer.key)["cash"] == "100000.00"


def test_not_even_what_was_paid_on_paper_is_answered_again(api: Api, customer: Customer) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    assert pay(api, customer, customer.key, headers=headers).status_code == 200
    with api.world.real_money():
        assert pay(api, customer, customer.key, headers=headers).status_code == 403


def test_the_staff_books_what_the_bank_has_received(live: Api, customer: Customer) -> None:
    key = live.staff()
    headers = {"X-Request-ID": str(uuid4())}
    paid = pay(live, customer, key, headers=headers)
    assert paid.status_code == 200
    # History says who did, by which key, in which request and from where.
    (row,) = live.world.rows(
        "select t.actor, t.key_id, t.request_id, t.origin, k.user_id from transactions t"
        " join api_keys k using (key_id) where transfer_id = %s", paid.json()["id"],
    )  # fmt: skip
    assert row["actor"] == f"user:{row['user_id']}"
    assert (row["key_id"], row["request_id"]) == (key.key_id, headers["X-Request-ID"])
    assert row["origin"]
    assert live.get("/v2/account", customer.key)["cash"] == "100005.00"


def test_nobody_books_a_large_deposit_alone(live: Api, customer: Customer) -> None:
    answer = pay(live, customer, live.staff(), amount="10000")
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (403, 40310000, "amount")
    assert problem["type"] == "urn:financebuy:problem:approval_required"
    assert "another operator confirms" in problem["message"]


def test_nobody_states_a_rate_or_an_action_alone(live: Api) -> None:
    rate = {"base": "USD", "quote": "EUR", "rate": "0.91", "provider_rate_id": str(uuid4())}
    symbol = f"Z{uuid4().hex[:6].upper()}"
    live.world.security(symbol)
    action = {"kind": "symbol_change", "symbol": symbol, "ex_date": "2012-06-11", "new_symbol": "Z"}
    one, two = live.staff(), live.staff()
    for path, body, name in (
        ("/fb/v1/exchange-rates", rate, "exchange_rate"),
        ("/fb/v1/actions", action, "corporate_action"),
    ):
        headers = {"Idempotency-Key": str(uuid4())}
        problem = live.post(path, one, body, headers=headers).json()
        assert problem["type"] == "urn:financebuy:problem:approval_required"
        assert f"financebuy fact {name} " in problem["message"]
    # What one asks for with the command: a security by its symbol.
    named = {**action, "provider": "exchange", "provider_action_id": str(uuid4())}
    for payload, name in (
        (rate | {"provider": "bank"}, "exchange_rate"),
        (named, "corporate_action"),
    ):
        body = {"action": name, "payload": payload, "reason": "by telephone"}
        asked = live.post("/fb/v1/ops/approvals", one, body)
        assert asked.status_code == 201, asked.text
        path = f"/fb/v1/ops/approvals/{asked.json()['approval_id']}/confirm"
        assert live.post(path, one, {}).status_code == 403
        done = live.post(path, two, {}).json()
        assert (done["state"], done["effect_id"] is None) == ("confirmed", False)
    unknown = {"action": "corporate_action", "payload": named | {"symbol": "NONE"}, "reason": "r"}
    refused = live.post("/fb/v1/ops/approvals", one, unknown).json()
    assert refused["type"] == "urn:financebuy:problem:security_not_found"


def test_staff_without_operations_does_not(live: Api, customer: Customer) -> None:
    supporter = live.make_key(live.world.staff(), "read", "broker")
    answer = pay(live, customer, supporter)
    assert (answer.status_code, answer.json()["type"][-13:]) == (403, "not_permitted")


def test_the_staff_makes_customers_keys_that_read_alone(api: Api, customer: Customer) -> None:
    path = f"/fb/v1/users/{customer.user.user_id}/api-keys"
    with api.world.real_money():
        key = api.staff()
        for scopes in (["trade"], ["read", "funding"], ["read", "trade", "funding"]):
            refused = api.post(path, key, {"scopes": scopes})
            assert refused.status_code == 403
            problem = refused.json()
            assert problem["type"] == "urn:financebuy:problem:customers_own"
            assert (problem["code"], problem["field"]) == (40310000, "scopes")
            assert "keys that read" in problem["message"]
        assert api.post(path, key, {"scopes": ["read"]}).status_code == 201
    with api.world.real_money(staff="any"):
        assert api.post(path, key, {"scopes": ["read", "trade"]}).status_code == 201


def test_the_staff_adds_no_bank_account_of_a_customers(api: Api, staff: Key) -> None:
    form = {"contact": {"email_address": f"{uuid4()}@example.com"}}
    user_id = api.post("/v1/accounts", staff, form).json()["user_id"]
    key = api.make_key(User(UUID(user_id), ""), "read", "funding")
    path = f"/fb/v1/users/{user_id}/payment-methods"
    body = {"kind": "iban", "number": "GB33BUKB20201555555555"}
    with api.world.real_money():
        refused = api.post(path, staff, body)
        assert refused.json()["type"] == "urn:financebuy:problem:customers_own"
        assert api.get(path, key) == []
        assert api.post(path, key, body).status_code == 201


def test_staff_own_no_accounts(api: Api, staff: Key, customer: Customer) -> None:
    operator = str(api.world.staff().user_id)
    path = f"/fb/v1/accounts/{customer.account_id}/owners"
    added = api.post(path, staff, {"user_id": operator, "role": "viewer"})
    assert added.json()["type"] == "urn:financebuy:problem:not_customer"
