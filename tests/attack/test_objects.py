"""Every route of the document, replayed by others: with a key, with a session, with nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.attack.conftest import privileged
from tests.attack.surface import OPEN, Operation, document, operations
from tests.support.api import Api, Customer
from tests.support.people import SAME_ORIGIN, Person
from tests.support.world import bust

EVERYBODYS = {"symbol", "symbol_or_asset_id", "action_id", "rate_id", "base", "quote"}
"""Parameters that name nobody's own."""
PROTECTED = [each for each in operations() if each.scopes is not None]


@pytest.fixture(scope="module")
def belongings(api: Api, victim: Customer) -> dict[str, str]:
    """What each parameter has to be to reach something of the victim's."""
    order = {
        "symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "time_in_force": "gtc",
        "limit_price": "90", "client_order_id": "the-victims",
    }  # fmt: skip
    placed = api.post("/v2/orders", victim.key, order)
    assert placed.status_code == 200, placed.text
    api.world.accepted("execution_busted", bust("nobody's trade"))
    return {
        "account_id": str(victim.account_id),
        "order_id": placed.json()["id"],
        "client_order_id": "the-victims",
        "user_id": str(victim.user.user_id),
        "key_id": victim.key.key_id,
        "exception_id": str(api.world.value("select max(exception_id::text) from exceptions")),
    }


@pytest.fixture(scope="module")
def session(api: Api) -> Person:
    """A stranger who is signed in, freshly and with a second factor."""
    person = Person(api).sign_up().sign_in().set_up_codes()
    person.step_up()
    return person


def asked(operation: Operation, belongings: dict[str, str]) -> dict[str, Any]:
    """The request that would reach the victim's."""
    options: dict[str, Any] = {}
    names = set(operation.parameters("query")) & set(belongings)
    if names:
        options["params"] = {name: belongings[name] for name in names}
    if operation.body is not None:
        options["json"] = document(operation.body) | {
            name: belongings[name]
            for name in operation.body.get("properties", {})
            if name in belongings
        }
    return options


def names_somebody(operation: Operation, belongings: dict[str, str]) -> bool:
    named = {*operation.parameters("path"), *operation.parameters("query")}
    named |= set((operation.body or {}).get("properties", {}))
    return bool(named & set(belongings))


def test_every_route_replayed_by_strangers_reaches_nothing(
    api: Api,
    victim: Customer,
    attacker: Customer,
    session: Person,
    belongings: dict[str, str],
    tell: Callable[[str], None],
) -> None:
    before = privileged(api)
    seen_before = api.get("/v2/orders?status=all", victim.key)
    secrets = {belongings["order_id"], str(victim.account_id), "the-victims", victim.key.key_id}
    tried = 0
    for operation in PROTECTED:
        path = operation.url(belongings)
        options = asked(operation, belongings)
        answers = [
            api.call(operation.method, path, attacker.key, headers=SAME_ORIGIN, **options),
            session.call(operation.method, path, options.get("json"), params=options.get("params")),
        ]
        if names_somebody(operation, belongings):
            for answer in answers:
                tried += 1
                mine = [value for value in secrets if value in answer.text.replace(path, "")]
                # An answer may repeat what was asked for, in an error, and nothing else.
                assert answer.status_code >= 400 or not mine, (operation.name, answer.text)
        if session.call("GET", "/fb/v1/auth/session").status_code != 200:
            session.sign_in()
    assert tried > 60
    after = privileged(api)
    own = {str(attacker.account_id), str(attacker.user.user_id), str(session.sign_in().user_id)}
    for table, rows in before.items():
        gone = [
            row for row in rows if row not in after[table] and not own & set(map(str, row.values()))
        ]
        assert gone == [], table
    assert api.get("/v2/orders?status=all", victim.key) == seen_before
    tell(f"{tried} replays of {len(PROTECTED)} protected routes")


def test_no_protected_route_answers_a_stranger_without_anything(
    api: Api, belongings: dict[str, str], tell: Callable[[str], None]
) -> None:
    for operation in PROTECTED:
        options = asked(operation, belongings)
        path = operation.url(belongings)
        for headers in (
            {},
            {"Cookie": "__Host-session=" + "x" * 43},
            {"Authorization": "Bearer a:b"},
        ):
            answer = api.call(operation.method, path, headers=headers, **options)
            assert answer.status_code == 401, (operation.name, headers)
    tell(f"{3 * len(PROTECTED)} requests, all 401")


def test_every_route_is_in_the_document() -> None:
    assert {each.path for each in operations()} > OPEN
    assert len(PROTECTED) > 60
