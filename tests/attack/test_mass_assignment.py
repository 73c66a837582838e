"""Fields that nobody asked for change nothing that decides who may do what."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.attack.bodies import REFUSED, request
from tests.attack.conftest import privileged
from tests.attack.honest import Owner
from tests.attack.surface import Operation, operations
from tests.support.api import Api
from tests.support.people import Person
from tests.support.world import Row

EXTRAS = {
    "user_id": "{victim}", "account_id": "{account}", "kind": "operator", "role": "admin",
    "scopes": ["read", "admin", "operations"], "is_active": True, "is_admin": True,
    "kyc_status": "approved", "balance": "1000000", "cash": "1000000", "held": "0",
    "status": "ACTIVE", "account_type": "joint", "owner": "{victim}", "actor": "role:fb_owner",
    "effective_at": "1999-01-01T00:00:00Z", "recorded_at": "1999-01-01T00:00:00Z",
    "filled_qty": "1", "filled_avg_price": "0.01", "command_id": "{victim}", "identity": "x",
    "request_id": "forged", "origin": "forged", "__class__": "x", "email_verified": True,
}  # fmt: skip
REACHED = len([each for each in operations() if each.body is not None])


def test_no_field_that_is_sent_along_has_an_effect(
    api: Api, victim: Owner, attacker: Owner, tell: Callable[[str], None]
) -> None:
    """Each body is accepted as it is, in `test_honest.py`; with a field too many, it is not.

    Where it is (bodies in Alpaca's shapes take fields that we do not have), what came of it is
    what comes of it without the field.
    """
    names = {"victim": str(victim.user.user_id), "account": str(victim.account_id)}
    extras = {
        name: value.format(**names) if isinstance(value, str) else value
        for name, value in EXTRAS.items()
    }
    tried, accepted, reached = 0, 0, 0
    for operation in operations():
        if operation.body is None:
            continue
        reached += 1
        honest = request(attacker, operation)
        before = privileged(api)
        for name, value in extras.items():
            if name in operation.body.get("properties", {}):
                continue
            answer = attacker.call(operation, **with_field(honest, name, value))
            tried += 1
            if answer.is_success:
                accepted += 1
                assert without_effect(before, privileged(api), attacker), (operation.name, name)
                honest, before = request(attacker, operation), privileged(api)
            else:
                assert says_so(answer, operation, name), (operation.name, name, answer.text)
        assert privileged(api) == before, operation.name
    assert reached == REACHED
    tell(
        f"{tried} bodies of {reached} operations with a field too many, each honest without it;"
        f" {accepted} accepted without effect of it, the others refused because of it"
    )


def with_field(honest: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    return honest | {"json": honest["json"] | {name: value}}


def says_so(answer: httpx.Response, operation: Operation, name: str) -> bool:
    """Whether an answer names the field; or, of Alpaca's shapes, is as without it."""
    problem = answer.json()
    if problem["type"].endswith(":not_allowed"):
        return bool(problem["field"] == name)
    expected = REFUSED.get(operation.name, "?")
    return bool(problem["type"].endswith(f":{expected}"))


def without_effect(
    before: dict[str, list[Row]], after: dict[str, list[Row]], attacker: Owner
) -> bool:
    """Whether nothing came of it but the attacker's own hold, or a customer like any other."""
    new = {
        table: [row for row in rows if row not in before[table]] for table, rows in after.items()
    }
    people = {row["user_id"] for row in new["users"]}
    plain = [
        (row["kind"], row["kyc_status"], row["is_active"]) == ("customer", "pending", True)
        for row in new.pop("users")
    ]
    plain += [
        row["user_id"] in people and row["role"] == "owner" for row in new.pop("account_owners")
    ]
    plain += [
        str(row["account_id"]) == attacker.account_id
        or (row["balance"], row["held"], row["account_type"]) == (0, 0, "individual")
        for row in new["accounts"]
    ]
    plain += [row["balance"] < 100_001 for row in new.pop("accounts")]
    return all(plain) and not any(new.values())


def test_signing_up_takes_no_more_than_it_says(api: Api) -> None:
    for name, value in EXTRAS.items():
        body = {"email": Person(api).email, "password": "correct horse battery", name: value}
        answer = Person(api).call("POST", "/fb/v1/auth/sign-up", body)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:financebuy:problem:not_allowed"
