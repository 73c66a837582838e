"""Keys: how they are given, what they allow, when they end."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.support.api import Api, Customer, Key
from tests.support.revoking import BAR, last_let_in
from tests.support.world import COMMON


def basic(key: Key) -> dict[str, str]:
    pair = base64.b64encode(f"{key.key_id}:{key.secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def test_a_key_is_taken_in_each_of_its_forms(api: Api, customer: Customer) -> None:
    key = customer.key
    dotted = {"Authorization": f"Bearer {key.key_id}.{key.secret}"}
    for headers in (key.headers, key.bearer, basic(key), dotted):
        assert api.get("/fb/v1/me", headers=headers)["user_id"] == str(customer.user.user_id)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"APCA-API-KEY-ID": "FBNOSUCHKEY00000000"},
        {"APCA-API-KEY-ID": "FBNOSUCHKEY00000000", "APCA-API-SECRET-KEY": "wrong"},
        {"APCA-API-KEY-ID": "A" * 600, "APCA-API-SECRET-KEY": "B"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nothing"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
        {"Authorization": "Digest a:b"},
        {"Authorization": "Bearer a:b\\u0000"},
    ],
)
def test_nobody_comes_in_without_a_key(api: Api, headers: dict[str, str]) -> None:
    answer = api.call("GET", "/v2/account", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.json()["code"] == 40110000
    assert answer.json()["message"] == "the API key is missing, unknown, expired or revoked"


def test_a_wrong_secret_is_refused(api: Api, customer: Customer) -> None:
    wrong = Key(customer.key.key_id, customer.key.secret + "x")
    assert api.call("GET", "/v2/account", wrong).status_code == 401


def test_a_stranger_learns_that_before_the_body_is_read(api: Api) -> None:
    answer = api.call("POST", "/v2/orders", content=b"not json at all")
    assert answer.status_code == 401


def test_an_expired_key_is_refused(api: Api, customer: Customer) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    key = api.make_key(customer.user, "read", expires_at=past)
    assert api.call("GET", "/v2/account", key).status_code == 401


def test_a_revoked_key_ends_within_a_second(
    api: Api, customer: Customer, tell: Callable[[str], None]
) -> None:
    revoke = {
        **COMMON, "identity": api.world.broker, "key": str(uuid4()), "key_id": customer.key.key_id,
    }  # fmt: skip
    latest = last_let_in(
        (api.url,), customer.key.bearer, lambda: api.world.accepted("revoke_api_key", revoke)
    )
    tell(f"the last request that got in was sent {latest:.2f} s after")
    assert latest <= BAR


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("trade", "GET", "/v2/account", None),
        ("read", "POST", "/v2/orders", {}),
        ("read", "POST", "/v1/accounts/{account}/transfers", {}),
        ("funding", "POST", "/v1/accounts", {}),
    ],
)
def test_a_key_without_the_scope_is_refused(
    api: Api, scope: str, method: str, path: str, body: object
) -> None:
    customer = api.customer(0, scope)
    answer = api.call(method, path.format(account=customer.account_id), customer.key, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, 40310000)
    assert answer.json()["type"] == "urn:financebuy:problem:not_permitted"
    assert "it needs the scope" in answer.json()["message"]


def test_a_key_for_one_account_sees_that_one_only(api: Api, customer: Customer) -> None:
    second = api.world.account(customer.user, 5)
    narrow = api.make_key(customer.user, "read", "funding", account_id=second)
    wide = api.make_key(customer.user, "read")

    assert [each["id"] for each in api.get("/v1/accounts", narrow)] == [str(second)]
    assert len(api.get("/v1/accounts", wide)) == 2
    assert api.get("/v2/account", narrow)["cash"] == "5.00"
    assert api.call("GET", f"/v1/accounts/{customer.account_id}", narrow).status_code == 404
    body = {"amount": "1", "direction": "INCOMING"}
    path = f"/v1/accounts/{customer.account_id}/transfers"
    assert api.post(path, narrow, body).status_code == 404


def test_a_key_for_several_accounts_must_say_which(api: Api, customer: Customer) -> None:
    second = api.world.account(customer.user)
    wide = api.make_key(customer.user, "read")
    answer = api.call("GET", "/fb/v1/ledger/balances", wide)
    assert (answer.status_code, answer.json()["message"]) == (
        422, "account_id: is required: this user has several accounts",
    )  # fmt: skip
    assert api.call("GET", "/v2/account", wide).status_code == 422
    chosen = api.get("/fb/v1/ledger/balances", wide, params={"account_id": str(second)})
    assert chosen["balance"] == "0.00"


def test_no_secret_is_logged(api: Api, customer: Customer) -> None:
    api.get("/v2/account", customer.key)
    api.get("/v2/account", headers=customer.key.bearer)
    text = api.log.read_text()
    assert customer.key.key_id in text
    assert customer.key.secret not in text
