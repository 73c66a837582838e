"""Fields that nobody asked for change nothing that decides who may do what."""

from collections.abc import Callable

from tests.attack.conftest import privileged
from tests.attack.surface import document, operations
from tests.support.api import Api, Customer
from tests.support.people import SAME_ORIGIN, Person

EXTRAS = {
    "user_id": "{victim}", "account_id": "{account}", "kind": "operator", "role": "admin",
    "scopes": ["read", "admin", "operations"], "is_active": True, "is_admin": True,
    "kyc_status": "approved", "balance": "1000000", "cash": "1000000", "held": "0",
    "status": "ACTIVE", "account_type": "joint", "owner": "{victim}", "actor": "role:fb_owner",
    "effective_at": "1999-01-01T00:00:00Z", "recorded_at": "1999-01-01T00:00:00Z",
    "filled_qty": "1", "filled_avg_price": "0.01", "command_id": "{victim}", "identity": "x",
    "request_id": "forged", "origin": "forged", "__class__": "x", "email_verified": True,
}  # fmt: skip

MINE = {"read", "trade", "funding", "self"}


def test_no_field_that_is_sent_along_has_an_effect(
    api: Api, victim: Customer, attacker: Customer, tell: Callable[[str], None]
) -> None:
    names = {"victim": str(victim.user.user_id), "account": str(victim.account_id)}
    extras = {
        name: value.format(**names) if isinstance(value, str) else value
        for name, value in EXTRAS.items()
    }
    tried = accepted = 0
    for operation in operations():
        body = operation.body
        if body is None or not MINE & set(operation.scopes or MINE):
            continue
        own = document(body)
        for name, value in extras.items():
            if name in body.get("properties", {}):
                continue
            before = privileged(api)
            answer = api.call(
                operation.method,
                operation.url({"account_id": str(attacker.account_id)}),
                attacker.key,
                json=own | {name: value},
                headers=SAME_ORIGIN,
            )
            tried += 1
            assert answer.status_code < 500, answer.text
            if answer.is_success:
                accepted += 1
            changed = {
                table: [row for row in rows if row not in before[table]]
                for table, rows in privileged(api).items()
            }
            for table, rows in changed.items():
                own_rows = [r for r in rows if r.get("account_id") == attacker.account_id]
                new_people = [
                    r
                    for r in rows
                    if table == "users" and (r["kind"], r["kyc_status"]) == ("customer", "pending")
                ]
                allowed = own_rows if table == "accounts" else new_people
                assert rows == allowed, (operation.name, name, rows)
    assert tried > 100
    tell(f"{tried} bodies with a field too many, {accepted} accepted without effect of it")


def test_signing_up_takes_no_more_than_it_says(api: Api) -> None:
    for name, value in EXTRAS.items():
        body = {"email": Person(api).email, "password": "correct horse battery", name: value}
        answer = Person(api).call("POST", "/fb/v1/auth/sign-up", body)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:financebuy:problem:not_allowed"
