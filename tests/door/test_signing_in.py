"""Signing up, in and out, and what a stranger learns of it: nothing."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import msgspec
import pytest
import valkey as client

from financebuy.api.cookies import NAME
from financebuy.services.sign_in import IDLE_SECONDS, LONGEST_SECONDS, Session
from tests.support.api import Api
from tests.support.people import PASSWORD, Person
from tests.support.valkey import ValkeyServer

WRONG = "wrong horse battery"


def outcomes(api: Api) -> list[tuple[str, str]]:
    rows = api.world.rows("select outcome, method from sign_in_attempts order by attempt_id")
    return [(row["outcome"], row["method"]) for row in rows]


def test_a_person_signs_up_and_in(api: Api) -> None:
    person = Person(api).sign_up()
    answer = person.try_sign_in()
    assert answer.json()["status"] == "signed_in"
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(f"{NAME}=")
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert flags == {"httponly", "secure", "path=/", "samesite=strict"}
    assert person.get("/fb/v1/auth/session") == {
        "user_id": answer.json()["user_id"],
        "kind": "customer",
        "scopes": ["funding", "read", "self", "trade"],
        "fresh": True,
        "strong": False,
    }
    assert person.get("/fb/v1/me")["kyc_status"] == "pending"


def test_no_answer_tells_who_is_a_customer(api: Api, register: Callable[[], Person]) -> None:
    known, stranger = register(), Person(api)
    again = Person(api, known.email, "another long password")
    again.sign_up()  # answered like a first time, and without effect
    assert again.try_sign_in().status_code == 401
    assert known.try_sign_in().status_code == 200
    refused = [known.try_sign_in(WRONG), stranger.try_sign_in(WRONG)]
    first, second = (answer.json() | {"request_id": ""} for answer in refused)
    assert first == second
    assert first["type"] == "urn:financebuy:problem:wrong_credentials"
    assert outcomes(api)[-2:] == [("wrong_password", "password"), ("unknown_user", "password")]


def test_every_attempt_is_recorded_with_a_network_and_no_address(api: Api) -> None:
    Person(api).call(
        "POST",
        "/fb/v1/auth/sign-in",
        {"email": "nobody@example.com", "password": WRONG},
        headers={"X-Forwarded-For": "203.0.113.77", "X-Request-ID": "an-attempt"},
    )
    (row,) = api.world.rows(
        "select outcome, place, network::text, user_id, login, octet_length(address_index) as bytes"
        " from sign_in_attempts where request_id = 'an-attempt'"
    )
    assert row == {
        "outcome": "unknown_user", "place": "platform", "network": "203.0.113.0/24",
        "user_id": None, "login": None, "bytes": 32,
    }  # fmt: skip


def test_the_fifth_failure_in_a_row_locks_for_known_and_unknown_alike(api: Api) -> None:
    for person in (Person(api).sign_up(), Person(api)):
        codes = [person.try_sign_in(WRONG).status_code for _ in range(6)]
        assert codes == [401] * 5 + [429]
        # The right password does not open it either.
        locked = person.try_sign_in()
        assert locked.status_code == 429
        assert locked.json()["type"] == "urn:financebuy:problem:locked"
        assert 1 <= int(locked.headers["Retry-After"]) <= 120


def test_a_success_begins_the_count_anew(somebody: Person) -> None:
    for _ in range(2):
        assert [somebody.try_sign_in(WRONG).status_code for _ in range(4)] == [401] * 4
        assert somebody.try_sign_in().status_code == 200


def test_many_guesses_at_once_are_no_more_than_five(api: Api) -> None:
    person = Person(api).sign_up()
    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(lambda _: person.try_sign_in(WRONG).status_code, range(20)))
    assert (codes.count(401), codes.count(429)) == (5, 15)


@pytest.mark.parametrize(
    ("password", "rule"),
    [("short", "12 to 256"), ("a" * 12, "different characters"), ("x" * 257, "at most 256")],
)
def test_a_weak_password_is_refused(api: Api, password: str, rule: str) -> None:
    body = {"email": Person(api).email, "password": password}
    answer = Person(api).call("POST", "/fb/v1/auth/sign-up", body)
    assert answer.status_code == 422
    assert (answer.json()["field"], rule in answer.json()["message"]) == ("password", True)
    assert password not in answer.text


def test_the_password_is_kept_as_argon2id(api: Api, somebody: Person) -> None:
    kept = api.world.value(
        "select password_hash from credentials where user_id = %s", somebody.user_id
    )
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORD not in kept


def test_a_session_ends(somebody: Person) -> None:
    token = somebody.cookie
    somebody.post("/fb/v1/auth/sign-out", status=204)
    assert somebody.cookie is None
    somebody.cookie = token
    answer = somebody.call("GET", "/fb/v1/me")
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:financebuy:problem:signed_out"


def test_a_session_ends_by_itself(api: Api, somebody: Person, valkey: ValkeyServer) -> None:
    """After 30 minutes without a request, and after 12 hours in all, however busy it was."""
    assert (IDLE_SECONDS, LONGEST_SECONDS) == (30 * 60, 12 * 3600)
    assert somebody.cookie
    api.world.admin.execute(
        "update users set sessions_valid_from = null where user_id = %s", (somebody.user_id,)
    )
    with client.Valkey.from_url(valkey.url) as connection:
        name = f"session:{sha256(somebody.cookie.encode()).hexdigest()}"
        connection.expire(name, 60)
        assert somebody.call("GET", "/fb/v1/me").status_code == 200
        assert IDLE_SECONDS - 60 < connection.ttl(name) <= IDLE_SECONDS
        session = msgspec.json.decode(connection.get(name), type=Session)
        for hours, expected in ((11.5, 200), (12.1, 401)):
            older = msgspec.structs.replace(
                session, began_at=session.began_at - timedelta(hours=hours)
            )
            connection.set(name, msgspec.json.encode(older), keepttl=True)
            assert somebody.call("GET", "/fb/v1/me").status_code == expected


@pytest.mark.parametrize("how", ["everywhere", "password", "shut out"])
def test_every_session_ends_within_a_second(api: Api, how: str) -> None:
    person = Person(api).sign_up().sign_in()
    others = [Person(api, person.email).sign_in() for _ in range(2)]
    user_id = person.user_id
    assert [other.call("GET", "/fb/v1/me").status_code for other in others] == [200, 200]
    if how == "everywhere":
        person.post("/fb/v1/auth/sign-out-everywhere", status=204)
    elif how == "password":
        body = {"password": "a quite different one"}
        assert person.call("PUT", "/fb/v1/auth/password", body).status_code == 204
        assert person.try_sign_in().status_code == 401
    else:
        path = f"/fb/v1/users/{user_id}/active"
        done = api.call("PUT", path, api.staff(), json={"is_active": False})
        assert done.status_code == 204
        assert person.try_sign_in().status_code == 401
    time.sleep(1.0)
    assert [other.call("GET", "/fb/v1/me").status_code for other in others] == [401, 401]


def test_nobody_who_reads_the_cache_can_use_a_session(
    somebody: Person, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert somebody.cookie
    written = b"".join(
        path.read_bytes()
        for path in valkey.socket.parent.rglob("*")
        if path.is_file() and "appendonly" in str(path)
    )
    assert b"session:" in written
    assert somebody.cookie.encode() not in written
    assert PASSWORD.encode() not in written


def test_nothing_secret_is_logged(api: Api, somebody: Person) -> None:
    somebody.try_sign_in(WRONG)
    told = api.log.read_text()
    for secret in (PASSWORD, WRONG, somebody.cookie or "?", somebody.email):
        assert secret not in told
