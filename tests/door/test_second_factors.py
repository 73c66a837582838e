"""One-time codes, recovery codes, and what needs them: money that leaves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import valkey as client

from financebuy.database.identity import Identity
from financebuy.services.sign_in import FRESH_SECONDS, Session
from tests.support import world as w
from tests.support.api import Api
from tests.support.people import Person
from tests.support.valkey import ValkeyServer


def rich(api: Api, person: Person) -> str:
    """Verify the person and open an account with cash; its id."""
    user = w.User(person.user_id, "")
    api.world.set_kyc(user.user_id, "approved")
    return str(api.world.account(user, 1000))


def withdraw(person: Person, account: str) -> Any:
    body = {"amount": "10", "direction": "OUTGOING"}
    return person.call("POST", f"/v1/accounts/{account}/transfers", body)


def test_a_code_is_asked_for_once_it_is_set_up(api: Api, somebody: Person) -> None:
    somebody.set_up_codes()
    assert len(set(somebody.recovery_codes)) == 10
    other = Person(api, somebody.email)
    answer = other.try_sign_in()
    assert answer.json()["status"] == "second_factor"
    assert other.cookie is None
    body = {"ticket": answer.json()["ticket"], "code": somebody.code()}
    assert other.post("/fb/v1/auth/second-factor", body)["status"] == "signed_in"
    assert other.get("/fb/v1/auth/session")["strong"] is True


def test_a_code_works_once(somebody: Person, api: Api) -> None:
    somebody.set_up_codes()
    code = somebody.code()
    ticket = Person(api, somebody.email).try_sign_in().json()["ticket"]
    somebody.post("/fb/v1/auth/second-factor", {"ticket": ticket, "code": code})
    ticket = Person(api, somebody.email).try_sign_in().json()["ticket"]
    again = somebody.call("POST", "/fb/v1/auth/second-factor", {"ticket": ticket, "code": code})
    assert again.status_code == 401


def test_a_wrong_code_counts_as_a_failure(somebody: Person, api: Api) -> None:
    somebody.set_up_codes()
    ticket = Person(api, somebody.email).try_sign_in().json()["ticket"]
    body = {"ticket": ticket, "code": "000000"}
    path = "/fb/v1/auth/second-factor"
    codes = [somebody.call("POST", path, body).status_code for _ in range(6)]
    # The password before was the first of five.
    assert codes == [401] * 4 + [429] * 2


def test_a_ticket_alone_is_no_session_and_a_guessed_one_no_ticket(api: Api) -> None:
    answer = Person(api).call(
        "POST", "/fb/v1/auth/second-factor", {"ticket": "x" * 43, "code": "123456"}
    )
    assert answer.status_code == 401


def test_a_recovery_code_works_once_however_it_is_typed(somebody: Person, api: Api) -> None:
    somebody.set_up_codes()
    spelled = somebody.recovery_codes[0].upper().replace("-", " ")
    for expected in (200, 401):
        ticket = Person(api, somebody.email).try_sign_in().json()["ticket"]
        body = {"ticket": ticket, "code": spelled}
        answer = somebody.call("POST", "/fb/v1/auth/second-factor", body)
        assert answer.status_code == expected


def test_new_recovery_codes_end_the_old(somebody: Person, api: Api) -> None:
    somebody.set_up_codes()
    somebody.step_up()
    new = somebody.post("/fb/v1/me/recovery-codes")["recovery_codes"]
    assert not set(new) & set(somebody.recovery_codes)
    ticket = Person(api, somebody.email).try_sign_in().json()["ticket"]
    body = {"ticket": ticket, "code": somebody.recovery_codes[0]}
    assert somebody.call("POST", "/fb/v1/auth/second-factor", body).status_code == 401


def test_the_secret_is_sealed_and_no_code_is_kept(api: Api, somebody: Person) -> None:
    somebody.set_up_codes()
    (row,) = api.world.rows(
        "select secret_ciphertext from totp_secrets where user_id = %s", somebody.user_id
    )
    assert somebody.totp
    assert somebody.totp.secret.encode() not in bytes(row["secret_ciphertext"])
    told = "\n".join(map(str, api.world.rows("select * from recovery_codes")))
    assert somebody.recovery_codes[0] not in told
    audited = api.world.rows(
        "select table_name from audit_log where subject_id = %s", somebody.user_id
    )
    assert {"totp_secrets", "recovery_codes", "credentials"} <= {r["table_name"] for r in audited}


def test_money_leaves_only_after_a_second_factor(
    api: Api, somebody: Person, valkey: ValkeyServer
) -> None:
    account = rich(api, somebody)
    refused = withdraw(somebody, account)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:financebuy:problem:step_up_required"
    # A password is no second factor, however fresh.
    body = {"password": somebody.password}
    somebody.post("/fb/v1/auth/step-up", body)
    assert withdraw(somebody, account).status_code == 403
    somebody.set_up_codes()
    assert withdraw(somebody, account).status_code == 403
    somebody.step_up()
    assert withdraw(somebody, account).status_code == 200
    age(valkey, FRESH_SECONDS + 1)
    assert withdraw(somebody, account).json()["type"].endswith("step_up_required")
    # What comes in needs no proof.
    deposit = {"amount": "10", "direction": "INCOMING"}
    somebody.post(f"/v1/accounts/{account}/transfers", deposit)


@dataclass(frozen=True)
class Moves:
    """A person's ways to let money leave, or to say where to: a path and a body each."""

    person: Person
    bodies: dict[str, tuple[str, dict[str, str]]]

    def by(self, way: str) -> Any:
        """Ask in one of the ways, in a request of its own."""
        path, body = self.bodies[way]
        headers = {"Idempotency-Key": str(uuid4())}
        return self.person.call("POST", path, body, headers=headers)


WAYS = ("withdrawal", "transfer", "conversion", "payment method")


def moves_of(api: Api, person: Person) -> Moves:
    account = rich(api, person)
    user = w.User(person.user_id, "")
    euros, target = api.world.account(user, 0, "EUR"), api.world.account(api.world.user())
    rate = api.world.rate("USD", "EUR", "0.9")
    amount = {"account_id": account, "amount": "10"}
    return Moves(person, {
        "withdrawal": (
            f"/v1/accounts/{account}/transfers", {"amount": "10", "direction": "OUTGOING"}
        ),
        "transfer": ("/fb/v1/transfers", amount | {"target": str(target)}),
        "conversion": (
            "/fb/v1/conversions", amount | {"target": str(euros), "rate_id": str(rate)}
        ),
        "payment method": (
            f"/fb/v1/users/{person.user_id}/payment-methods",
            {"kind": "iban", "number": "GB33BUKB20201555555555"},
        ),
    })  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_each_way_out_takes_a_fresh_second_factor(
    api: Api, somebody: Person, valkey: ValkeyServer, way: str
) -> None:
    moves = moves_of(api, somebody)

    def refused() -> None:
        answer = moves.by(way)
        assert (answer.status_code, answer.json()["code"]) == (403, 40320000), answer.text
        assert answer.json()["type"] == "urn:financebuy:problem:step_up_required"

    before = left(api, somebody)
    refused()
    somebody.post("/fb/v1/auth/step-up", {"password": somebody.password})
    refused()
    somebody.set_up_codes()
    refused()
    somebody.step_up()
    age(valkey, FRESH_SECONDS + 1)
    refused()
    assert left(api, somebody) == before
    somebody.step_up()
    assert moves.by(way).status_code in (200, 201)
    assert left(api, somebody) != before


def test_what_is_new_lets_no_real_money_leave_for_a_day(api: Api, somebody: Person) -> None:
    """A stolen password is enough to set up a factor and a bank account where there were none."""
    account = rich(api, somebody)
    somebody.set_up_codes()
    somebody.step_up()
    number = {"kind": "iban", "number": "GB33BUKB20201555555555"}
    path = f"/fb/v1/users/{somebody.user_id}/payment-methods"
    bank = somebody.post(path, number, 201)["payment_method_id"]
    body = {"amount": "10", "direction": "OUTGOING", "payment_method_id": bank}

    def ask(body: dict[str, str]) -> Any:
        return somebody.call("POST", f"/v1/accounts/{account}/transfers", body)

    def refused(code: str, field: str | None) -> None:
        answer = ask(body)
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (403, f"urn:financebuy:problem:{code}")
        assert problem.get("field") == field
        first = datetime.fromisoformat(problem["may_leave_from"])
        assert timedelta(hours=23) < first - datetime.now(UTC) <= timedelta(hours=24)
        assert problem["may_leave_from"] in problem["message"]

    def age(table: str, column: str) -> None:
        api.world.admin.execute(
            f"update {table} set {column} = now() - interval '24 hours'"
            " where user_id = %s".encode(), (somebody.user_id,),
        )  # fmt: skip

    with api.world.real_money():
        nowhere = ask({"amount": "10", "direction": "OUTGOING"})
        assert nowhere.json()["type"] == "urn:financebuy:problem:required"
        assert nowhere.json()["field"] == "payment_method_id"
        refused("payment_method_new", "payment_method_id")
        age("payment_methods", "created_at")
        refused("second_factor_new", None)
        age("totp_secrets", "confirmed_at")
        refused("second_factor_new", None)
        age("recovery_codes", "created_at")
        assert ask(body).status_code == 200


def left(api: Api, person: Person) -> object:
    """What a person has, and where it may go."""
    return api.world.rows(
        "select a.balance, a.held, (select count(*) from payment_methods m where m.user_id ="
        " o.user_id) as banks from accounts a join account_owners o using (account_id)"
        " where o.user_id = %s order by a.account_id", person.user_id,
    )  # fmt: skip


def age(valkey: ValkeyServer, seconds: float) -> None:
    """Let every session's last proof be so many seconds older."""
    with client.Valkey.from_url(valkey.url) as connection:
        for name in list(connection.scan_iter("session:*")):
            session = msgspec.json.decode(connection.get(name), type=Session)
            older = msgspec.structs.replace(session, proven_at=session.proven_at - seconds)
            connection.set(name, msgspec.json.encode(older), keepttl=True)


@pytest.mark.parametrize(
    "command", ["request_withdrawal", "transfer", "convert_currency", "add_payment_method"]
)
def test_the_database_refuses_as_well(api: Api, somebody: Person, command: str) -> None:
    """A session's identity lacks the scope: a forgotten check in Python would not matter."""
    account = rich(api, somebody)
    identity = api.world.signer.sign(Identity(somebody.user_id, None, {"read", "trade", "self"}))
    row = {
        **w.COMMON, "identity": identity, "key": "a" * 20, "account_id": account, "amount": 1,
        "payment_method_id": None,
    }  # fmt: skip
    if command in ("transfer", "convert_currency"):
        row |= {"target": str(api.world.account(w.User(somebody.user_id, ""), 0, "EUR"))}
    if command == "convert_currency":
        row |= {"rate_id": api.world.rate("USD", "EUR", "0.9")}
    if command == "add_payment_method":
        row = w.payment_method(w.User(somebody.user_id, identity))
    verdict = api.world.do(command, row)
    assert (verdict.outcome, verdict.code) == ("refused", "not_permitted")


def test_a_stale_session_changes_no_means_of_signing_in(
    somebody: Person, valkey: ValkeyServer
) -> None:
    age(valkey, FRESH_SECONDS + 1)
    for method, path, body in (
        ("POST", "/fb/v1/me/totp", {}),
        ("DELETE", "/fb/v1/me/totp", None),
        ("POST", "/fb/v1/me/recovery-codes", {}),
        ("PUT", "/fb/v1/auth/password", {"password": "a quite different one"}),
        ("POST", "/fb/v1/me/api-keys", {"scopes": ["read"]}),
        ("POST", "/fb/v1/auth/sign-out-everywhere", {}),
    ):
        answer = somebody.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, 40320000), path
    somebody.post("/fb/v1/auth/step-up", {"password": somebody.password})
    somebody.set_up_codes()


def test_stepping_up_changes_the_token(somebody: Person) -> None:
    before = somebody.cookie
    somebody.post("/fb/v1/auth/step-up", {"password": somebody.password})
    assert somebody.cookie != before
    now, somebody.cookie = somebody.cookie, before
    assert somebody.call("GET", "/fb/v1/me").status_code == 401
    somebody.cookie = now
    assert somebody.call("GET", "/fb/v1/me").status_code == 200


def test_a_password_does_not_step_up_whoever_has_a_code(somebody: Person) -> None:
    somebody.set_up_codes()
    answer = somebody.call("POST", "/fb/v1/auth/step-up", {"password": somebody.password})
    assert (answer.status_code, answer.json()["field"]) == (403, "code")


def test_an_administrator_helps_whoever_lost_everything(api: Api, somebody: Person) -> None:
    somebody.set_up_codes()
    path = f"/fb/v1/users/{somebody.user_id}/second-factors"
    assert api.call("DELETE", path, api.staff()).status_code == 403
    admin = api.make_key(api.world.staff("admin"), "read", "admin")
    assert api.call("DELETE", path, admin).status_code == 204
    assert Person(api, somebody.email).try_sign_in().json()["status"] == "signed_in"
