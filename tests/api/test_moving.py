"""`/fb/v1`: shared accounts, money between accounts, rates, fees, statements."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.support.api import CUSTOMER, Api, Customer, Key
from tests.support.world import OPEN, deposit


def second(api: Api, customer: Customer, currency: str) -> UUID:
    """Another account of the customer's."""
    return api.world.account(customer.user, 0, currency)


def number(api: Api, account: UUID) -> str:
    found: str = api.world.value(
        "select account_number from accounts where account_id = %s", account
    )
    return found


def test_money_goes_to_another_account_once(api: Api, customer: Customer) -> None:
    target = second(api, customer, "USD")
    body = {"target": number(api, target), "amount": "250.5"}
    headers = {"Idempotency-Key": str(uuid4())}
    first = api.post("/fb/v1/transfers", customer.key, body, headers=headers)
    again = api.post("/fb/v1/transfers", customer.key, body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json()["target_account_id"] == str(target)
    (listed,) = api.get("/fb/v1/transfers", customer.key)["items"]
    assert listed == first.json()
    assert api.get("/fb/v1/ledger/balances", customer.key)["balance"] == "99749.50"


def test_a_transfer_is_refused_by_name(api: Api, customer: Customer) -> None:
    stranger = api.customer()
    body = {"target": "999", "amount": "1"}
    unknown = api.post("/fb/v1/transfers", customer.key, body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, 40410000)
    theirs = {"account_id": str(stranger.account_id), "target": "999", "amount": "1"}
    assert api.post("/fb/v1/transfers", customer.key, theirs).status_code == 404
    much = {"target": number(api, stranger.account_id), "amount": "100000.01"}
    assert api.post("/fb/v1/transfers", customer.key, much).status_code == 403


def test_money_is_converted_by_a_rate_that_was_stated(
    api: Api, customer: Customer, staff: Key
) -> None:
    euros = second(api, customer, "EUR")
    stated = {"base": "USD", "quote": "EUR", "rate": "0.91237", "provider_rate_id": str(uuid4())}
    rate = api.post("/fb/v1/exchange-rates", staff, stated)
    assert rate.status_code == 201
    again = api.post("/fb/v1/exchange-rates", staff, stated)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (rate.json(), "true")
    other = api.post("/fb/v1/exchange-rates", staff, {**stated, "rate": "0.9"})
    assert other.json()["type"] == "urn:financebuy:problem:idempotency_conflict"
    assert api.post("/fb/v1/exchange-rates", customer.key, stated).status_code == 403
    body = {"target": str(euros), "amount": "33.33", "rate_id": rate.json()["rate_id"]}
    made = api.post("/fb/v1/conversions", customer.key, body).json()
    assert (made["target_amount"], made["target_currency"]) == ("30.41", "EUR")
    listed = api.get("/fb/v1/exchange-rates?base=USD&quote=EUR", customer.key)
    assert rate.json() in listed


def test_a_currency_can_be_added(api: Api, staff: Key) -> None:
    added = api.post("/fb/v1/currencies", staff, {"code": "NOK", "scale": 2})
    assert added.status_code == 201
    assert {"code": "NOK", "scale": 2} in api.get("/fb/v1/currencies", staff)
    assert {"code": "JPY", "scale": 0} in api.get("/fb/v1/currencies", staff)
    again = api.post("/fb/v1/currencies", staff, {"code": "NOK", "scale": 2})
    assert again.json()["type"] == "urn:financebuy:problem:duplicate"


def test_a_joint_owner_comes_and_goes(api: Api, staff: Key) -> None:
    ann, bob = api.customer(), api.world.user()
    account = api.world.account(ann.user, 50, account_type="joint")
    owners = f"/fb/v1/accounts/{account}/owners"
    added = api.post(owners, staff, {"user_id": str(bob.user_id), "role": "joint"})
    assert added.status_code == 204
    key = api.make_key(bob, *CUSTOMER)
    assert api.get("/fb/v1/ledger/balances", key)["balance"] == "50.00"
    assert {each["role"] for each in api.get(owners, key)} == {"owner", "joint"}
    assert api.call("DELETE", f"{owners}/{bob.user_id}", staff).status_code == 204
    assert api.call("GET", owners, key).status_code == 404
    last = api.call("DELETE", f"{owners}/{ann.user.user_id}", staff)
    assert last.json()["type"] == "urn:financebuy:problem:last_owner"
    denied = api.post(owners, ann.key, {"user_id": str(bob.user_id), "role": "joint"})
    assert denied.status_code == 403


def test_fees_are_set_ahead_and_charged(api: Api, customer: Customer, staff: Key) -> None:
    coming = {"side": "sell", "effective_from": "2030-01-01T00:00:00Z", "flat": "1.5"}
    made = api.call("PUT", "/fb/v1/fees", staff, json=coming)
    assert made.status_code == 200, made.text
    assert made.json()["flat"] == "1.5"
    (listed,) = [f for f in api.get("/fb/v1/fees", customer.key) if f["state"] == "coming"]
    assert listed == made.json()
    begun = {**coming, "effective_from": "2012-01-01T00:00:00Z"}
    assert api.call("PUT", "/fb/v1/fees", staff, json=begun).status_code == 422
    fee = {"amount": "15", "reason": "a wire"}
    charged = api.post(f"/fb/v1/accounts/{customer.account_id}/fees", staff, fee)
    assert (charged.status_code, charged.json()["amount"]) == (201, "15")
    assert api.post(
        f"/fb/v1/accounts/{customer.account_id}/fees", customer.key, fee
    ).status_code == 403  # fmt: skip


def test_a_statement_names_its_time(api: Api, customer: Customer) -> None:
    late = deposit(customer.account_id, 7, effective_at=OPEN - timedelta(days=30))
    api.world.accepted("deposit_received", late)
    month = {"from": "2012-05-01", "to": "2012-06-01"}
    path = "/fb/v1/statements"

    def ask(**query: str) -> Any:
        return api.call("GET", path, customer.key, params={**month, **query})

    assert ask().status_code == 422
    assert ask(time="market").status_code == 422
    effective, recorded = ask(time="effective").json(), ask(time="recorded").json()
    assert [line["amount"] for line in effective["lines"]] == ["7"]
    assert [(b["asset"], b["balance"]) for b in effective["opening"]] == [("USD", "0")]
    assert [(b["asset"], b["balance"]) for b in effective["closing"]] == [("USD", "7")]
    assert recorded["lines"] == []
    as_of = {"as_of": "2012-06-01T00:00:00Z", "time": "effective"}
    then = api.get("/fb/v1/ledger/balances", customer.key, params=as_of)
    assert [Decimal(b["balance"]) for b in then["balances"]] == [7]
    unnamed = api.call("GET", "/fb/v1/ledger/balances", customer.key,
                       params={"as_of": "2012-06-01T00:00:00Z"})  # fmt: skip
    assert unnamed.json()["type"] == "urn:financebuy:problem:required"
