"""API keys: one's own, held to scopes, accounts, times and addresses, and ended everywhere."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from financebuy.api.cookies import NAME
from tests.support import world as w
from tests.support.api import Api, Key
from tests.support.people import Person
from tests.support.revoking import BAR, last_let_in, second_process

PATH = "/fb/v1/me/api-keys"


def made(person: Person, **body: object) -> Key:
    answer = person.post(PATH, {"scopes": ["read"], **body}, 201)
    return Key(answer["key_id"], answer["secret"])


def test_a_person_makes_lists_and_ends_a_key_of_their_own(api: Api, somebody: Person) -> None:
    key = made(somebody, name="my script", expires_at="2099-01-01T00:00:00Z")
    assert api.get("/fb/v1/me", key)["user_id"] == str(somebody.user_id)
    (shown,) = somebody.get(PATH)
    assert (shown["key_id"], shown["name"], shown["scopes"]) == (key.key_id, "my script", ["read"])
    assert key.secret not in str(shown)
    assert somebody.call("DELETE", f"{PATH}/{key.key_id}").status_code == 204
    time.sleep(1.0)
    assert api.call("GET", "/fb/v1/me", key).status_code == 401
    assert somebody.get(PATH)[0]["revoked_at"] is not None


def test_a_key_makes_no_keys_and_ends_nobody_elses(api: Api, somebody: Person) -> None:
    somebody.set_up_codes()
    somebody.step_up()
    key = made(somebody, scopes=["read", "trade", "funding"])
    answer = api.post(PATH, key, {"scopes": ["read"]})
    assert (answer.status_code, answer.json()["code"]) == (403, 40310000)
    stranger = api.customer()
    assert api.call("DELETE", f"{PATH}/{key.key_id}", stranger.key).status_code == 403
    other = Person(api).sign_up().sign_in()
    assert other.call("DELETE", f"{PATH}/{key.key_id}").status_code == 404
    second = made(somebody)
    assert api.call("DELETE", f"{PATH}/{key.key_id}", second).status_code == 403
    assert api.call("GET", "/fb/v1/me", key).status_code == 200
    # Whoever finds a key can at least end it.
    assert api.call("DELETE", f"{PATH}/{key.key_id}", key).status_code == 204


def test_a_key_that_moves_money_takes_a_second_factor(api: Api, somebody: Person) -> None:
    """A stolen password alone would otherwise be as good as one, by way of a key."""
    body = {"scopes": ["read", "funding"]}
    refused = somebody.call("POST", PATH, body)
    assert (refused.status_code, refused.json()["field"]) == (403, "scopes")
    assert refused.json()["type"] == "urn:financebuy:problem:step_up_required"
    assert somebody.get(PATH) == []
    somebody.set_up_codes()
    somebody.step_up()
    assert made(somebody, **body).secret


@pytest.mark.parametrize("scope", ["inspect", "broker", "operations", "admin"])
def test_a_customer_gets_no_key_of_the_staffs(api: Api, somebody: Person, scope: str) -> None:
    answer = somebody.call("POST", PATH, {"scopes": ["read", scope]})
    assert (answer.status_code, answer.json()["field"]) == (422, "scopes")
    # Not even from the staff.
    path = f"/fb/v1/users/{somebody.user_id}/api-keys"
    admin = api.make_key(api.world.staff("admin"), "read", "broker", "operations", "admin")
    assert api.post(path, admin, {"scopes": [scope]}).status_code in {403, 422}


def test_a_key_works_only_from_its_addresses(api: Api, somebody: Person) -> None:
    addresses = ["203.0.113.0/24", "2001:db8::/48"]
    key = made(somebody, allowed_addresses=addresses)
    tried = {
        address: api.call("GET", "/fb/v1/me", key, headers={"X-Forwarded-For": address}).status_code
        for address in ("203.0.113.9", "2001:db8::5", "203.0.114.9", "127.0.0.1", "::1")
    }
    assert tried == {
        "203.0.113.9": 200, "2001:db8::5": 200, "203.0.114.9": 401, "127.0.0.1": 401, "::1": 401,
    }  # fmt: skip
    assert somebody.get(PATH)[0]["allowed_addresses"] == addresses


@pytest.mark.parametrize("address", ["nowhere", "203.0.113.7/24", "1.2.3.4/33", "' or 1=1", ""])
def test_what_is_no_address_is_refused(somebody: Person, address: str) -> None:
    body = {"scopes": ["read"], "allowed_addresses": [address]}
    answer = somebody.call("POST", PATH, body)
    assert (answer.status_code, answer.json()["field"]) == (422, "allowed_addresses")


def test_an_expired_key_and_one_of_a_lost_account_are_refused(api: Api, somebody: Person) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert api.call("GET", "/fb/v1/me", made(somebody, expires_at=past)).status_code == 401
    stranger = api.customer()
    body = {"scopes": ["read"], "account_id": str(stranger.account_id)}
    answer = somebody.call("POST", PATH, body)
    assert (answer.status_code, answer.json()["field"]) == (404, "account_id")


def test_a_wrong_key_is_recorded(api: Api, somebody: Person) -> None:
    key = made(somebody)
    api.call("GET", "/fb/v1/me", Key(key.key_id, "wrong"), headers={"X-Request-ID": "a-wrong-key"})
    (row,) = api.world.rows(
        "select outcome, method, login from sign_in_attempts where request_id = 'a-wrong-key'"
    )
    assert row == {"outcome": "wrong_key", "method": "api_key", "login": key.key_id}


def test_keys_follow_the_role_of_their_user(api: Api) -> None:
    operator = api.world.staff("operate")
    key = api.make_key(operator, "read", "operations", "broker")
    admin = api.make_key(api.world.staff("admin"), "read", "admin")
    path = f"/fb/v1/users/{operator.user_id}/role"
    assert api.call("GET", "/fb/v1/ops/exceptions", key).status_code == 200
    for role in ("read", None):
        assert api.call("PUT", path, admin, json={"role": role}).status_code == 204
        time.sleep(1.0)
        assert api.call("GET", "/fb/v1/ops/exceptions", key).status_code == 403
    # That takes a second administrator where there is one: tests/sql/test_two_administrators.py.
    api.world.admin.execute(
        "insert into staff_roles (user_id, role, granted_at) values (%s, 'operate', now())",
        (operator.user_id,),
    )
    time.sleep(1.0)
    assert api.call("GET", "/fb/v1/ops/exceptions", key).status_code == 200


# ------------------------------------------------------------------ two processes


def test_a_key_is_ended_in_every_process_within_a_second(
    api: Api, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """Both processes know the key when it ends, and have just looked it up."""
    customer = api.customer()
    with second_process(api, tmp_path) as other:

        def end(key: Key) -> None:
            revoke = {
                **w.COMMON, "identity": api.world.broker, "key": key.key_id, "key_id": key.key_id,
            }  # fmt: skip
            api.world.accepted("revoke_api_key", revoke)

        keys = [api.make_key(customer.user, "read") for _ in range(3)]
        latest = max(last_let_in((api.url, other), key.headers, partial(end, key)) for key in keys)
    tell(
        f"{len(keys)} keys, 2 processes: the last request that got in was sent {latest:.2f} s after"
    )
    assert latest <= BAR


def test_a_session_is_ended_in_every_process_within_a_second(
    api: Api, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    def shut_out(person: Person) -> None:
        path = f"/fb/v1/users/{person.user_id}/active"
        done = api.call("PUT", path, api.staff(), json={"is_active": False})
        assert done.status_code == 204

    def leave(person: Person, path: str) -> None:
        person.post(f"/fb/v1/auth/{path}", status=204)

    ways: dict[str, Callable[[Person], None]] = {
        "signed out": lambda person: leave(person, "sign-out"),
        "signed out everywhere": lambda person: leave(person, "sign-out-everywhere"),
        "shut out": shut_out,
    }
    with second_process(api, tmp_path) as other:
        for how, end in ways.items():
            person = Person(api).sign_up().sign_in()
            headers = {"Cookie": f"{NAME}={person.cookie}"}
            latest = last_let_in((api.url, other), headers, partial(end, person))
            tell(f"2 processes, {how}: the last request that got in was sent {latest:.2f} s after")
            assert latest <= BAR
