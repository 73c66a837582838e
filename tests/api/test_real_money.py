"""Where money is real, nobody pays themselves, and the staff acts for no customer."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.support.api import Api, Customer, Key


@pytest.fixture
def live(api: Api) -> Iterator[Api]:
    with api.world.real_money(wait="0 hours"):
        yield api


def pay(api: Api, customer: Customer, key: Key, **options: Any) -> Any:
    path = f"/v1/accounts/{customer.account_id}/transfers"
    return api.post(path, key, {"amount": "5", "direction": "INCOMING"}, **options)


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
    assert pay(live, customer, live.staff()).status_code == 200
    assert live.get("/v2/account", customer.key)["cash"] == "100005.00"


def test_staff_without_operations_does_not(live: Api, customer: Customer) -> None:
    supporter = live.make_key(live.world.staff(), "read", "broker")
    answer = pay(live, customer, supporter)
    assert (answer.status_code, answer.json()["type"][-13:]) == (403, "not_permitted")
