"""What is recorded of those who did not get in, and how often anybody may try."""

import asyncio
from collections import Counter

import argon2
import httpx

from financebuy.cache.client import Cache
from financebuy.cache.limits import Limiter
from financebuy.services.door import RECORDED_REFUSALS, SIGN_INS, WRONG_KEYS
from tests.support.api import Api, Key
from tests.support.people import PASSWORD, Person
from tests.support.valkey import ValkeyServer

WRONG = "wrong horse battery"


def recorded(api: Api, request_id: str) -> tuple[str, str, str | None, bool]:
    """Outcome, method and login of an attempt, and whether it says whose it was."""
    (row,) = api.world.rows(
        "select outcome, method, login, user_id from sign_in_attempts where request_id = %s",
        request_id,
    )
    return row["outcome"], row["method"], row["login"], row["user_id"] is not None


def named(answer: httpx.Response) -> str:
    """The request's id, of an attempt that failed."""
    assert answer.status_code in {401, 429}, answer.text
    found: str = answer.headers["X-Request-ID"]
    return found


def test_a_wrong_code_is_recorded(api: Api, somebody: Person) -> None:
    somebody.set_up_codes()
    ticket = Person(api, somebody.email).try_sign_in().json()["ticket"]
    path = "/fb/v1/auth/second-factor"
    wrong = somebody.call("POST", path, {"ticket": ticket, "code": "000000"})
    assert recorded(api, named(wrong)) == ("wrong_code", "code", None, True)
    guessed = somebody.call("POST", path, {"ticket": "x" * 43, "code": "000000"})
    assert recorded(api, named(guessed)) == ("wrong_code", "ticket", None, False)
    stepping = somebody.call("POST", "/fb/v1/auth/step-up", {"code": "000000"})
    assert recorded(api, named(stepping)) == ("wrong_code", "step_up", None, True)


def test_a_wrong_passkey_is_recorded(api: Api, somebody: Person) -> None:
    asked = somebody.post("/fb/v1/auth/passkey/options")
    answer = {
        "id": "AAAAAAAAAAAAAAAAAAAAAA", "rawId": "AAAAAAAAAAAAAAAAAAAAAA", "type": "public-key",
        "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
    }  # fmt: skip
    for ticket in (asked["ticket"], "x" * 43):
        body = {"ticket": ticket, "credential": answer}
        wrong = somebody.call("POST", "/fb/v1/auth/passkey", body)
        assert recorded(api, named(wrong)) == ("wrong_passkey", "passkey", None, False)


def test_a_locked_and_a_shut_out_person_are_recorded(api: Api) -> None:
    locked, gone = Person(api).sign_up(), Person(api).sign_up().sign_in()
    for _ in range(5):
        locked.try_sign_in(WRONG)
    assert recorded(api, named(locked.try_sign_in())) == ("locked", "password", None, False)
    path = f"/fb/v1/users/{gone.user_id}/active"
    assert api.call("PUT", path, api.staff(), json={"is_active": False}).status_code == 204
    assert recorded(api, named(gone.try_sign_in())) == ("inactive", "password", None, True)


def test_an_address_that_is_taken_is_recorded(api: Api, somebody: Person) -> None:
    body = {"email": somebody.email, "password": PASSWORD}
    answer = Person(api).call("POST", "/fb/v1/auth/sign-up", body)
    assert (answer.status_code, answer.json()) == (202, {"status": "received"})
    row = recorded(api, answer.headers["X-Request-ID"])
    assert row == ("taken", "sign_up", None, False)


def test_what_is_typed_for_a_key_is_not_kept_unless_it_is_one(api: Api) -> None:
    known = api.customer().key
    for key_id, is_known in ((known.key_id, True), ("FB" + "A" * 18, False), (WRONG, False)):
        answers = [api.call("GET", "/fb/v1/me", Key(key_id, f"wrong{n}")) for n in range(2)]
        (first, second) = (recorded(api, named(answer)) for answer in answers)
        assert first == second  # the same guess is known again
        outcome, method, login, _ = first
        assert (outcome, method) == ("wrong_key", "api_key")
        if is_known:
            assert login == key_id
        else:
            assert login is not None
            assert login.startswith("unknown:")
            assert key_id not in login


def test_an_address_may_sign_in_so_often(api: Api) -> None:
    """Passkeys and passwords count together; the address next door is not slowed down."""
    path = "/fb/v1/auth/passkey/options"
    here, there = ({"X-Forwarded-For": f"198.51.100.{n}"} for n in (1, 2))
    person = Person(api).sign_up()
    codes = Counter[int]()
    while codes[429] < 2 * RECORDED_REFUSALS.burst:
        answer = person.call("POST", path, {}, headers=here)
        codes[answer.status_code] += 1
        if answer.status_code == 429:
            assert codes[200] >= SIGN_INS.burst
            assert int(answer.headers["Retry-After"]) >= 1
        assert codes.total() < 20 * SIGN_INS.burst
    assert codes.keys() == {200, 429}
    body = {"email": person.email, "password": PASSWORD}
    refused = [
        person.call("POST", f"/fb/v1/auth/{name}", body, headers=here)
        for name in ("sign-in", "sign-up")
        for _ in range(3)
    ]
    assert 429 in {answer.status_code for answer in refused}
    assert person.call("POST", "/fb/v1/auth/sign-in", body, headers=there).status_code == 200
    told = api.world.rows(
        "select outcome, method from sign_in_attempts"
        " where outcome = 'limited' and network = '198.51.100.0/24'"
    )
    # The first ones each, then no more than one a second.
    assert RECORDED_REFUSALS.burst <= len(told) <= codes[429] + 6
    assert {"outcome": "limited", "method": "passkey"} in told


def test_an_address_may_show_so_many_wrong_keys(api: Api, valkey: ValkeyServer) -> None:
    """Most of them are counted by another process, as it were: it shares the cache."""
    here, there = ({"X-Forwarded-For": f"192.0.2.{n}"} for n in (1, 2))
    key = api.customer().key

    def show(n: int) -> int:
        wrong = Key("FB" + "A" * 18, f"wrong{n}")
        return api.call("GET", "/fb/v1/me", wrong, headers=here).status_code

    async def spend(count: int) -> list[float]:
        async with Cache(valkey.url) as cache:
            return [await Limiter(cache).take(WRONG_KEYS, "192.0.2.1") for _ in range(count)]

    assert [show(n) for n in range(5)] == [401] * 5
    assert asyncio.run(spend(WRONG_KEYS.burst - 6)) == [0.0] * (WRONG_KEYS.burst - 6)
    assert show(5) == 401
    # What is left, and what comes back until the request is there, 20 a second.
    codes = []
    for n in range(6, 100):
        asyncio.run(spend(WRONG_KEYS.burst if n == 6 else 20))
        codes.append(show(n))
        if codes[-1] == 429:
            break
    assert codes[-1] == 429
    assert api.call("GET", "/fb/v1/me", key, headers=there).status_code == 200
    told = api.world.rows(
        "select method from sign_in_attempts where outcome = 'limited' and network = '192.0.2.0/24'"
    )
    assert {row["method"] for row in told} == {"api_key"}


def test_a_password_is_hashed_anew_when_the_costs_have_changed(api: Api, somebody: Person) -> None:
    older = argon2.PasswordHasher(memory_cost=32768).hash(PASSWORD)
    api.world.admin.execute(
        "update credentials set password_hash = %s where user_id = %s", (older, somebody.user_id)
    )

    def kept() -> str:
        found: str = api.world.value(
            "select password_hash from credentials where user_id = %s", somebody.user_id
        )
        return found

    assert somebody.try_sign_in(WRONG).status_code == 401
    assert kept() == older
    assert Person(api, somebody.email).try_sign_in().status_code == 200
    renewed = kept()
    assert renewed != older
    assert argon2.PasswordHasher().verify(renewed, PASSWORD)
    assert not argon2.PasswordHasher().check_needs_rehash(renewed)
    # The same password: whoever is signed in stays so, and nothing is hashed a second time.
    assert somebody.call("GET", "/fb/v1/me").status_code == 200
    assert Person(api, somebody.email).try_sign_in().status_code == 200
    assert kept() == renewed
