"""Staff are apart from customers, and do no more than their role."""

import time
from uuid import UUID, uuid4

import pytest

from financebuy.crypto.passwords import Passwords
from financebuy.services.caller import PLATFORM
from financebuy.sql import load
from tests.support import world as w
from tests.support.api import Api, Key
from tests.support.people import PASSWORD, Person
from tests.support.world import User


def key_of(api: Api, role: str) -> Key:
    scopes = {
        "read": ("read", "inspect"),
        "operate": ("read", "inspect", "broker", "operations"),
        "admin": ("read", "inspect", "broker", "operations", "admin"),
    }[role]
    return api.make_key(api.world.staff(role), *scopes)


@pytest.mark.parametrize(
    ("role", "reads", "acts", "makes_staff"),
    [("read", 200, 403, 403), ("operate", 200, 204, 403), ("admin", 200, 204, 204)],
)
def test_a_role_does_no_more(api: Api, role: str, reads: int, acts: int, makes_staff: int) -> None:
    key = key_of(api, role)
    customer, other = api.customer(), api.world.staff("read")
    person = f"/fb/v1/users/{customer.user.user_id}"
    for path in (person, f"{person}/api-keys", f"{person}/kyc", "/fb/v1/ops/sign-ins",
                 "/fb/v1/ops/exceptions", f"/v1/accounts/{customer.account_id}"):  # fmt: skip
        assert api.call("GET", path, key).status_code == reads, path
    done = api.call("PUT", f"{person}/active", key, json={"is_active": True})
    assert done.status_code == acts
    path = f"/fb/v1/users/{other.user_id}/role"
    assert api.call("PUT", path, key, json={"role": "read"}).status_code == makes_staff


def test_no_role_trades_or_moves_a_customers_money(api: Api) -> None:
    customer = api.customer()
    for role in ("read", "operate", "admin"):
        operator = api.world.staff(role)
        for scope in ("trade", "funding"):
            row = {
                **w.COMMON, "identity": api.world.broker, "key": str(uuid4()),
                "key_id": uuid4().hex[:20].upper(), "user_id": operator.user_id,
                "account_id": None, "secret_hash": b"s" * 32, "scopes": scope,
                "expires_at": None, "name": None, "allowed_addresses": None,
            }  # fmt: skip
            verdict = api.world.do("create_api_key", row)
            assert (verdict.outcome, verdict.code) == ("refused", "not_allowed")
        order = {
            "symbol": "AAPL", "qty": 1, "side": "buy", "type": "market", "time_in_force": "day",
            "account_id": str(customer.account_id),
        }  # fmt: skip
        answer = api.post("/fb/v1/orders", key_of(api, role), order)
        assert answer.status_code == 403


def test_nobody_confirms_what_they_asked_for_by_a_colleagues_key(api: Api) -> None:
    customer, colleague = api.customer(), api.world.staff()
    one = api.make_key(api.world.staff(), "read", "broker", "operations")
    paid = w.deposit(customer.account_id, 5, bank_reference="a colleague's")
    api.world.accepted("deposit_received", paid)
    wrong = api.world.value(
        "select transaction_id from transactions where reference_number = %s", "a colleague's"
    )
    body = {"action": "reverse", "payload": {"transaction_id": str(wrong)}, "reason": "a mistake"}
    asked = api.post("/fb/v1/ops/approvals", one, body)
    assert asked.status_code == 201, asked.text
    keys = "select count(*) from api_keys where user_id = %s"
    for scopes in (["read"], ["read", "operations"], ["read", "broker", "operations"]):
        path = f"/fb/v1/users/{colleague.user_id}/api-keys"
        given = api.post(path, one, {"scopes": scopes})
        assert (given.status_code, given.json()["field"]) == (403, "scopes")
        assert given.json()["type"] == "urn:financebuy:problem:not_permitted"
    assert api.world.value(keys, colleague.user_id) == 0
    path = f"/fb/v1/ops/approvals/{asked.json()['approval_id']}"
    alone = api.post(f"{path}/confirm", one, {})
    assert alone.json()["type"] == "urn:financebuy:problem:second_operator_required"
    # Their own key does it: there was nothing wrong with what was asked for.
    second = api.make_key(colleague, "read", "operations")
    assert api.post(f"{path}/confirm", second, {}).json()["state"] == "confirmed"


def test_a_customer_becomes_no_staff_and_nobody_changes_their_own_role(api: Api) -> None:
    admin = api.world.staff("admin")
    key = api.make_key(admin, "read", "admin")
    customer = api.customer()
    path = f"/fb/v1/users/{customer.user.user_id}/role"
    refused = api.call("PUT", path, key, json={"role": "read"})
    assert refused.json()["type"] == "urn:financebuy:problem:not_staff"
    own = api.call("PUT", f"/fb/v1/users/{admin.user_id}/role", key, json={"role": None})
    assert own.json()["type"] == "urn:financebuy:problem:second_operator_required"


def test_staff_show_a_second_factor_before_they_may_do_anything(api: Api) -> None:
    person = Person(api).sign_up()
    person.sign_in()
    api.world.admin.execute(
        "update users set kind = 'operator' where user_id = %s", (person.user_id,)
    )
    one, two = (
        api.make_key(api.world.staff("admin"), "read", "operations", "admin") for _ in range(2)
    )
    path = f"/fb/v1/users/{person.user_id}/role"
    refused = api.call("PUT", path, one, json={"role": "operate"})
    assert refused.json()["type"] == "urn:financebuy:problem:approval_required"
    payload = {"user_id": str(person.user_id), "role": "operate"}
    body = {"action": "staff_role", "payload": payload, "reason": "begins on Monday"}
    asked = api.post("/fb/v1/ops/approvals", one, body).json()["approval_id"]
    assert api.post(f"/fb/v1/ops/approvals/{asked}/confirm", two, {}).status_code == 200
    person.sign_in()
    assert person.get("/fb/v1/auth/session")["scopes"] == ["read", "self"]
    assert person.call("GET", "/fb/v1/ops/exceptions").status_code == 403
    # Nor by a key that they make themselves.
    for scope in ("broker", "operations", "inspect"):
        refused = person.call("POST", "/fb/v1/me/api-keys", {"scopes": ["read", scope]})
        assert refused.json()["type"] == "urn:financebuy:problem:step_up_required"
    person.set_up_codes()
    person.step_up()
    person.post("/fb/v1/me/api-keys", {"scopes": ["read", "broker"]}, 201)
    session = person.get("/fb/v1/auth/session")
    assert session["scopes"] == ["broker", "inspect", "operations", "read", "self"]
    assert person.call("GET", "/fb/v1/ops/exceptions").status_code == 200


def test_two_administrators_reset_a_colleagues_access(api: Api) -> None:
    """Whoever resets how a colleague signs in could be them next; a customer they cannot become."""
    (one, first), (two, second) = (
        (person.user_id, api.make_key(person, "read", "operations", "admin"))
        for person in (api.world.staff("admin"), api.world.staff("admin"))
    )
    colleague = Person(api).sign_up().sign_in()
    colleague_id = colleague.user_id
    colleague.set_up_codes()
    api.world.admin.execute(
        "update users set kind = 'operator' where user_id = %s", (colleague_id,)
    )
    api.world.admin.execute(
        "insert into staff_roles (user_id, role, granted_at) values (%s, 'admin', now())",
        (colleague_id,),
    )
    path = f"/fb/v1/users/{colleague_id}/second-factors"
    factors = "select count(*) from totp_secrets where user_id = %s"
    refused = api.call("DELETE", path, first)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:financebuy:problem:approval_required"
    assert api.world.value(factors, colleague_id) == 1

    def asked(key: Key) -> str:
        body = {"action": "reset_access", "payload": {"user_id": str(colleague_id)}}
        answer = api.post("/fb/v1/ops/approvals", key, body | {"reason": "lost the telephone"})
        assert answer.status_code == 201, answer.text
        return f"/fb/v1/ops/approvals/{answer.json()['approval_id']}"

    waiting = asked(first)
    operator = api.make_key(api.world.staff(), "read", "operations")
    own = api.make_key(User(colleague_id, ""), "read", "operations", "admin")
    for key, kind in (
        (first, "second_operator_required"), (operator, "not_permitted"),
        (own, "second_operator_required"),
    ):  # fmt: skip
        answer = api.post(f"{waiting}/confirm", key, {})
        assert answer.json()["type"] == f"urn:financebuy:problem:{kind}"
    assert api.world.value(factors, colleague_id) == 1
    keys = "select count(*) from api_keys where user_id = %s and revoked_at is null"
    assert api.world.value(keys, colleague_id) == 1
    assert api.post(f"{waiting}/confirm", second, {}).json()["state"] == "confirmed"
    assert api.world.value(keys, colleague_id) == 0
    for table in ("totp_secrets", "credentials"):
        count = f"select count(*) from {table} where user_id = %s"
        assert api.world.value(count, colleague_id) == 0
    deadline = time.monotonic() + 10
    while colleague.call("GET", "/fb/v1/auth/session").status_code != 401:
        assert time.monotonic() < deadline, "the session goes on"
    (told,) = api.world.rows(
        "select actor, new_values from audit_log where action = 'reset_access' and subject_id = %s",
        colleague_id,
    )  # fmt: skip
    assert (told["actor"], told["new_values"]["requested_by"]) == (f"user:{two}", str(one))
    assert api.world.check_books() == {}


def test_an_administrators_key_changes_nothing_of_how_they_sign_in(api: Api) -> None:
    """Whoever has stolen it would be them, without their password or their telephone."""
    person = Person(api).sign_up().sign_in()
    person.set_up_codes()
    api.world.admin.execute(
        "update users set kind = 'operator' where user_id = %s", (person.user_id,)
    )
    api.world.admin.execute(
        "insert into staff_roles (user_id, role, granted_at) values (%s, 'admin', now())",
        (person.user_id,),
    )
    key = api.make_key(User(person.user_id, ""), "read", "broker", "operations", "admin")
    refused = api.call("DELETE", f"/fb/v1/users/{person.user_id}/second-factors", key)
    assert refused.json()["type"] == "urn:financebuy:problem:second_operator_required"
    count = "select count(*) from totp_secrets where user_id = %s"
    assert api.world.value(count, person.user_id) == 1
    door = api.world.as_role("fb_auth")

    def asked(*scopes: str) -> object:
        row = {
            "identity": api.world.token(person.user_id, *scopes), "user_id": person.user_id,
            "password_hash": Passwords().hash(PASSWORD), "request_id": "r", "origin": "test",
        }  # fmt: skip
        return door.execute(load("people").set_password, row).fetchall()[0]["problem"]

    assert asked("broker", "operations", "admin") == "not_permitted"
    api.world.admin.execute("delete from credentials where user_id = %s", (person.user_id,))
    assert asked("broker", "operations", "admin") == "not_permitted"
    assert asked("broker", "operations", "admin", "self") is None


def test_the_console_resets_a_colleague_alone(api: Api) -> None:
    """With one administrator there is no second: whoever has the server has everything anyway."""
    colleague = api.world.staff("admin").user_id
    door = api.world.as_role("fb_auth")

    def asked(query: str, by: UUID, **more: str) -> object:
        row = {"identity": api.world.token(by, "admin"), "request_id": "r", "origin": "test"}
        statement = getattr(load("people"), query)
        found = door.execute(statement, row | {"user_id": colleague} | more).fetchall()
        return found[0]["problem"]

    hashed = {"password_hash": Passwords().hash(PASSWORD)}
    assert asked("set_password", uuid4(), **hashed) is None
    for by, problem in ((uuid4(), "approval_required"), (PLATFORM.user_id, None)):
        assert asked("set_password", by, **hashed) == problem
        assert asked("remove_second_factors", by) == problem


def test_kyc_goes_through_its_states(api: Api) -> None:
    person = Person(api).sign_up().sign_in()
    staff = api.staff()
    path = f"/fb/v1/users/{person.user_id}/kyc"

    def step(status: str) -> int:
        return api.call("PUT", path, staff, json={"kyc_status": status}).status_code

    assert step("expired") == 422
    person.post("/fb/v1/me/kyc/submit", status=204)
    assert person.call("POST", "/fb/v1/me/kyc/submit", {}).status_code in {204, 422}
    assert [step(each) for each in ("in_review", "action_required")] == [200, 200]
    assert step("approved") == 422
    person.post("/fb/v1/me/kyc/submit", status=204)
    assert [step(each) for each in ("approved", "expired", "in_review", "approved")] == [200] * 4
    steps = [(each["from_status"], each["to_status"]) for each in person.get("/fb/v1/me/kyc")]
    assert steps == [
        ("pending", "submitted"), ("submitted", "in_review"), ("in_review", "action_required"),
        ("action_required", "submitted"), ("submitted", "approved"), ("approved", "expired"),
        ("expired", "in_review"), ("in_review", "approved"),
    ]  # fmt: skip
    actors = {each["actor"] for each in api.get(path, staff)}
    assert f"user:{person.user_id}" in actors
    assert len(actors) == 2


def test_a_brokers_key_sets_the_first_password_and_no_second(api: Api) -> None:
    user_id = api.world.user().user_id
    hashed = Passwords().hash(PASSWORD)
    door = api.world.as_role("fb_auth")
    operator = api.world.staff().user_id

    def asked(*scopes: str, by: UUID = PLATFORM.user_id) -> object:
        row = {
            "identity": api.world.token(by, *scopes), "user_id": user_id,
            "password_hash": hashed, "request_id": "r", "origin": "test",
        }  # fmt: skip
        return door.execute(load("people").set_password, row).fetchall()[0]["problem"]

    with api.world.real_money():
        # They would sign in as the customer with it.
        assert asked("broker", "operations", by=operator) == "not_permitted"
    assert asked("broker") is None
    assert asked("broker") == "not_permitted"
    assert asked("read", "trade", "operations") == "not_permitted"
    assert asked("admin") is None
