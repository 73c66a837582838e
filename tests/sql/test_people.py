"""The door in SQL: what each function refuses, to whom, and that nothing came of it."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from financebuy.database.migrate import CODE
from financebuy.sql import load, text
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import User, World

FILES = [path for path in CODE if path in {"people/door.sql", "people/staff.sql"}]
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
NOBODY = UUID(int=9)
KEY = b"k" * 32


class Door:
    """Calls of the door, as fb_auth or, for the staff's, as fb_broker."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.person = world.user("pending")
        self.operator = world.staff("read")

    def as_(self, user_id: UUID, *scopes: str) -> dict[str, Any]:
        token = self.world.token(user_id, *scopes)
        return {"identity": token, "request_id": "r", "origin": "test"}

    @property
    def oneself(self) -> dict[str, Any]:
        return self.as_(self.person.user_id, "self")

    def ask(self, query: str, login: str = "fb_auth", /, **parameters: Any) -> Any:
        found = self.world.as_role(login).execute(
            getattr(load("people"), query).encode(), parameters
        )
        row = found.fetchone()
        return None if row is None else next(iter(row.values()))


Ask = Callable[[Door], Any]


def set_password(door: Door, user_id: UUID, *scopes: str) -> Any:
    asked = door.as_(uuid4(), *scopes) | {"user_id": user_id, "password_hash": HASH}
    return door.ask("set_password", **asked)


def add_passkey(door: Door, credential_id: bytes) -> Any:
    return door.ask(
        "add_passkey", **door.oneself, credential_id=credential_id, public_key=b"p",
        sign_count=0, name="phone",
    )  # fmt: skip


def confirmed(door: Door) -> None:
    door.ask("begin_totp", **door.oneself, secret_ciphertext=b"s")
    assert door.ask("take_totp", user_id=door.person.user_id, step=7) is True


def set_role(door: Door, caller: UUID, user_id: UUID, *scopes: str) -> Any:
    asked = door.as_(caller, *scopes) | {"user_id": user_id, "role": "read"}
    return door.ask("set_staff_role", "fb_broker", **asked)


def set_active(door: Door, caller: UUID, user_id: UUID, *scopes: str) -> Any:
    asked = door.as_(caller, *scopes) | {"user_id": user_id, "is_active": False}
    return door.ask("set_user_active", "fb_broker", **asked)


def again(ask: Ask) -> Ask:
    def twice(door: Door) -> Any:
        assert ask(door) is None
        return ask(door)

    return twice


def duplicate_totp(door: Door) -> Any:
    confirmed(door)
    return door.ask("begin_totp", **door.oneself, secret_ciphertext=b"t")


def reset(door: Door, user_id: UUID, *scopes: str, by: UUID | None = None) -> Any:
    asked = door.as_(by or uuid4(), *scopes)
    return door.ask("remove_second_factors", **asked, user_id=user_id)


CASES: list[tuple[str, str, Ask]] = [
    ("set_password", "user_not_found", lambda d: set_password(d, NOBODY, "admin")),
    ("set_password", "not_permitted", lambda d: set_password(d, d.person.user_id, "self")),
    ("set_password", "not_permitted", again(lambda d: set_password(d, d.person.user_id, "broker"))),
    ("begin_totp", "duplicate", duplicate_totp),
    ("add_passkey", "duplicate", again(lambda d: add_passkey(d, KEY))),
    ("remove_second_factors", "not_permitted", lambda d: reset(d, d.person.user_id, "broker")),
    ("remove_second_factors", "user_not_found", lambda d: reset(d, NOBODY, "admin")),
    ("set_password", "approval_required",
     again(lambda d: set_password(d, d.operator.user_id, "admin"))),
    ("remove_second_factors", "approval_required", lambda d: reset(d, d.operator.user_id, "admin")),
    ("remove_second_factors", "second_operator_required",
     lambda d: reset(d, d.operator.user_id, "admin", by=d.operator.user_id)),
    ("set_staff_role", "not_permitted",
     lambda d: set_role(d, uuid4(), d.operator.user_id, "broker", "operations")),
    ("set_staff_role", "user_not_found", lambda d: set_role(d, uuid4(), NOBODY, "admin")),
    ("set_staff_role", "not_staff", lambda d: set_role(d, uuid4(), d.person.user_id, "admin")),
    ("set_staff_role", "second_operator_required",
     lambda d: set_role(d, d.operator.user_id, d.operator.user_id, "admin")),
    ("set_staff_role", "approval_required",
     lambda d: [d.world.staff("admin"), set_role(d, uuid4(), d.world.staff("admin").user_id,
                                                 "admin")][-1]),
    ("set_user_active", "not_permitted",
     lambda d: set_active(d, uuid4(), d.operator.user_id, "broker")),
    ("set_user_active", "user_not_found", lambda d: set_active(d, uuid4(), NOBODY, "broker")),
    ("set_user_active", "second_operator_required",
     lambda d: set_active(d, d.operator.user_id, d.operator.user_id, "admin")),
    ("step_kyc", "user_not_found:user_id",
     lambda d: d.ask("submit_kyc", **d.as_(NOBODY, "self"))),
    ("step_kyc", "kyc_transition:kyc_status",
     lambda d: [d.world.set_kyc(d.person.user_id, "approved"),
                d.ask("submit_kyc", **d.oneself)][-1]),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        yield world


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


@pytest.mark.parametrize(("function", "code", "ask"), CASES)
def test_a_refusal_names_its_reason(door: Door, function: str, code: str, ask: Ask) -> None:
    assert ask(door) == code


def test_every_reason_has_a_case() -> None:
    written = set()
    for path in FILES:
        parts = re.split(r"create or replace function (?:fb|fb_private)\.(\w+)", text(path))
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            answers = re.findall(r"(?:return|then|not found then) '([a-z_]+(?::[a-z_]+)?)'", body)
            written |= {(name, code) for code in answers if code != "duplicate" or "insert" in body}
    assert written - {("oneself", "not_permitted"), ("role_scopes", "customer")} == {
        (function, code) for function, code, _ in CASES
    }


ONESELF = (
    ("end_sessions", {}), ("begin_totp", {"secret_ciphertext": b"s"}), ("remove_totp", {}),
    ("replace_recovery_codes", {"hashes": [b"h" * 32]}), ("submit_kyc", {}),
    ("add_passkey", {"credential_id": KEY, "public_key": b"p", "sign_count": 0, "name": "n"}),
    ("remove_passkey", {"credential_id": KEY}),
    ("create_own_api_key", {
        "key_id": "A" * 20, "account_id": None, "secret_hash": b"s" * 32, "scopes": "read",
        "expires_at": None, "name": None, "allowed_addresses": None,
    }),
)  # fmt: skip


@pytest.mark.parametrize(("query", "parameters"), ONESELF)
@pytest.mark.parametrize("scopes", [("read", "trade", "funding"), ("admin", "broker"), ()])
def test_what_is_ones_own_needs_a_proven_session(
    door: Door, query: str, parameters: dict[str, Any], scopes: tuple[str, ...]
) -> None:
    """No key has the scope `self`: the table of keys does not take it."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        door.ask(query, **door.as_(door.person.user_id, *scopes), **parameters)
    forged = {"identity": door.oneself["identity"][:-1] + "x", "request_id": "r", "origin": "t"}
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
        door.ask(query, **forged, **parameters)


def test_a_key_cannot_be_given_the_scope_of_a_session(world: World) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        world.admin.execute(
            "insert into api_keys (key_id, user_id, secret_hash, scopes, created_at)"
            " select 'X' || repeat('A', 19), user_id, decode(repeat('00', 32), 'hex'),"
            " array['self'], now() from users limit 1"
        )


def test_a_lock_doubles_up_to_an_hour(door: Door) -> None:
    subject = uuid4().bytes
    waits = []
    for _ in range(13):
        door.world.admin.execute(
            "update sign_in_locks set locked_until = null where subject = %s", (subject,)
        )
        assert door.ask("begin_sign_in", subject=subject) is None
        waits.append(
            door.world.value(
                "select round(extract(epoch from locked_until - last_attempt_at)) from"
                " sign_in_locks where subject = %s",
                subject,
            )
        )
    assert waits == [None] * 4 + [60, 120, 240, 480, 960, 1920] + [3600] * 3
    # While it is closed nothing is compared and nothing is counted.
    (row,) = (
        door.world.as_role("fb_auth")
        .execute(load("people").begin_sign_in.encode(), {"subject": subject})
        .fetchall()
    )
    assert (row["retry_seconds"], row["user_id"], row["password_hash"]) == (3600, None, None)


def test_a_copied_passkey_is_seen_by_its_counter(door: Door) -> None:
    credential = uuid4().bytes
    add_passkey(door, credential)
    counts = [0, 0, 5, 5, 3, 6, 0]
    taken = [
        door.ask("take_passkey", credential_id=credential, sign_count=count) for count in counts
    ]
    assert taken == [True, True, True, False, False, True, False]


def test_nobody_but_the_door_may_knock(world: World) -> None:
    """The logins that serve requests cannot read a password's hash, nor make a session's facts."""
    for role in ("app_user", "fb_bank", "fb_venue", "fb_worker", "analytics_user", "auditor"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.as_role(role).execute(
                load("people").begin_sign_in.encode(), {"subject": b"s" * 32}
            )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        world.as_role("fb_auth").execute("select * from public.credentials")


def test_old_attempts_and_locks_go(door: Door) -> None:
    subject = uuid4().bytes
    door.ask("begin_sign_in", subject=subject)
    asked = {
        "place": "platform", "outcome": "wrong_password", "method": "password",
        "subject": None, "user_id": None, "login": None, "unknown_login": None, "network": None,
        "address_index": None, "request_id": "old",
    }  # fmt: skip
    door.ask("record_sign_in", **asked)
    door.ask("record_sign_in", **asked | {"request_id": "new"})
    door.world.admin.execute(
        "update sign_in_attempts set attempted_at = now() - interval '401 days'"
        " where request_id = 'old'"
    )
    door.world.admin.execute(
        "update sign_in_locks set last_attempt_at = now() - interval '2 days' where subject = %s",
        (subject,),
    )
    while door.world.job("select fb.prune_sign_ins(%s)", 100):
        pass
    left = door.world.rows(
        "select request_id from sign_in_attempts where request_id in ('old', 'new')"
    )
    assert left == [{"request_id": "new"}]
    assert door.world.rows("select 1 from sign_in_locks where subject = %s", subject) == []


def test_kyc_history_is_not_changed(door: Door) -> None:
    door.world.set_kyc(door.person.user_id, "approved")
    for change in (
        "update kyc_events set to_status = 'rejected'", "delete from kyc_events",
        "truncate kyc_events",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            door.world.admin.execute(change.encode())


def test_a_colleague_is_erased_by_an_administrator_and_nobody_erases_themselves(door: Door) -> None:
    """Nobody would be left whose second pair of eyes there was."""
    world, one, two = door.world, door.world.staff("admin").user_id, door.world.staff().user_id
    customer = door.person.user_id
    shred = load("privacy").shred_data_keys.encode()
    keys = "select count(*) from personal_data_keys where user_id = any (%s)"
    here = world.value(keys, [one, two, customer])

    def asked(by: UUID, *erased: UUID, scopes: tuple[str, ...]) -> int:
        broker = world.as_role("fb_broker")
        rows = broker.execute(shred, door.as_(by, *scopes) | {"user_ids": list(erased)}).fetchall()
        return int(next(iter(rows[0].values())))

    operates, rules = ("broker", "operations"), ("broker", "operations", "admin")
    for by, erased, scopes in (
        (one, [two], operates), (one, [customer, two], operates), (one, [one], rules),
        (one, [two, one], rules), (two, [two], operates),
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not_permitted"):
            asked(by, *erased, scopes=scopes)
    assert world.value(keys, [one, two, customer]) == here
    gone = "select count(*) from erasures where user_id = any (%s)"
    assert world.value(gone, [one, two, customer]) == 0
    asked(one, two, scopes=rules)
    asked(one, customer, scopes=operates)
    # The server's own hand, which repeats after a restore what was done.
    asked(UUID(int=0), one, scopes=rules)
    assert world.value(gone, [one, two, customer]) == 3


def test_an_inactive_user_is_let_in_nowhere(door: Door) -> None:
    user: User = door.person
    assert set_active(door, uuid4(), user.user_id, "broker") is None
    asked = {"user_id": user.user_id, "began_at": w.OPEN}
    assert door.ask("session_state", **asked) is None
