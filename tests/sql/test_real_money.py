"""Where money is real it leaves to bank accounts on record alone, and by nothing that is new."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from financebuy.database.commands import Verdict
from financebuy.database.identity import Identity
from financebuy.services.caller import PLATFORM
from financebuy.sql import load
from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import COMMON, Row, User, World

FACTORS = {
    "codes": "insert into totp_secrets (user_id, secret_ciphertext, confirmed_at, created_at)"
    " values (%s, 'sealed', now(), now() - interval '1 year')",
    "passkey": "insert into passkeys (credential_id, user_id, public_key, sign_count, name,"
    " created_at) values ('a credential of 16', %s, 'key', 0, 'a phone', now())",
    "recovery codes": "insert into recovery_codes (user_id, code_hash, created_at)"
    " values (%s, sha256('a'), now())",
}
AGE = {
    "codes": "update totp_secrets set confirmed_at = now() - %s::interval",
    "passkey": "update passkeys set created_at = now() - %s::interval",
    "recovery codes": "update recovery_codes set created_at = now() - %s::interval",
}
# The wait is a day: just before its end, and just after it.
SIDES = [("23 hours 59 minutes", "refused"), ("24 hours 1 minute", "accepted")]


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


class Customer:
    """A verified user with cash and a bank account on record since long ago."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.user: User = world.user()
        self.account = world.account(self.user, 1_000)
        self.bank = self.add_bank()
        self.age_bank("1 year")

    def add_bank(self) -> UUID:
        row = w.payment_method(self.user)
        self.world.accepted("add_payment_method", row)
        return UUID(str(row["payment_method_id"]))

    def age_bank(self, age: str) -> None:
        self.world.admin.execute(
            "update payment_methods set created_at = now() - %s::interval"
            " where payment_method_id = %s", (age, self.bank),
        )  # fmt: skip

    def withdraw(self, token: str | None = None, **changes: object) -> Verdict:
        row = w.withdrawal(token or self.user.token, self.account, 1)
        return self.world.do("request_withdrawal", row | {"payment_method_id": self.bank} | changes)

    def key_of(self, age: str) -> str:
        """The identity of an API key that is so old."""
        key_id = uuid4().hex[:20].upper()
        row: Row = {
            **COMMON, "identity": self.world.broker, "key": str(uuid4()), "key_id": key_id,
            "user_id": self.user.user_id, "account_id": None, "secret_hash": b"s" * 32,
            "scopes": "read", "expires_at": None, "name": None, "allowed_addresses": None,
        }  # fmt: skip
        self.world.accepted("create_api_key", row)
        self.world.admin.execute(
            "update api_keys set created_at = now() - %s::interval where key_id = %s",
            (age, key_id),
        )
        return self.world.signer.sign(Identity(self.user.user_id, key_id, ("read", "funding")))


@pytest.fixture
def customer(world: World) -> Customer:
    return Customer(world)


def told(verdict: Verdict) -> tuple[str, str | None, str | None]:
    return verdict.outcome, verdict.code, verdict.field


def test_a_withdrawal_names_a_bank_account(customer: Customer) -> None:
    with customer.world.real_money():
        assert told(customer.withdraw(payment_method_id=None)) == (
            "refused", "required", "payment_method_id",
        )  # fmt: skip
        assert told(customer.withdraw()) == ("accepted", None, None)
    assert customer.withdraw(payment_method_id=None).outcome == "accepted"
    assert customer.world.check_books() == {}


@pytest.mark.parametrize(("age", "outcome"), SIDES)
def test_a_new_bank_account_waits(customer: Customer, age: str, outcome: str) -> None:
    customer.bank = customer.add_bank()
    with customer.world.real_money():
        assert told(customer.withdraw()) == (
            "refused", "payment_method_new", "payment_method_id",
        )  # fmt: skip
        customer.age_bank(age)
        assert customer.withdraw().outcome == outcome
        # Nor does it help to remove the one that waits: it is another one then.
        customer.bank = customer.add_bank()
        assert customer.withdraw().code == "payment_method_new"
    assert customer.withdraw().outcome == "accepted"


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize(("age", "outcome"), SIDES)
def test_a_new_second_factor_waits(customer: Customer, factor: str, age: str, outcome: str) -> None:
    world = customer.world
    older, newer = customer.key_of("1 minute"), customer.key_of("-1 minute")
    world.admin.execute(FACTORS[factor].encode(), (customer.user.user_id,))
    with world.real_money():
        for token in (None, newer):
            assert told(customer.withdraw(token)) == ("refused", "second_factor_new", None)
        # Whoever set the factor up has nothing to do with a key of before.
        assert customer.withdraw(older).outcome == "accepted"
        world.admin.execute(AGE[factor].encode(), (age,))
        assert customer.withdraw().outcome == outcome
    assert customer.withdraw().outcome == "accepted"


def test_codes_that_were_never_confirmed_are_no_factor(customer: Customer) -> None:
    customer.world.admin.execute(
        "insert into totp_secrets (user_id, secret_ciphertext, created_at)"
        " values (%s, 'sealed', now())", (customer.user.user_id,),
    )  # fmt: skip
    with customer.world.real_money():
        assert customer.withdraw().outcome == "accepted"


def test_a_new_factor_sends_nothing_to_others_either(customer: Customer) -> None:
    world, user = customer.world, customer.user
    own, others = world.account(user), world.account(world.user())
    world.admin.execute(FACTORS["passkey"].encode(), (user.user_id,))

    def send(target: UUID) -> tuple[str, str | None, str | None]:
        return told(world.do("transfer", w.transfer(user.token, customer.account, target, 1)))

    with world.real_money():
        assert send(others) == ("refused", "second_factor_new", None)
        assert send(own) == ("accepted", None, None)
        world.admin.execute(AGE["passkey"].encode(), ("25 hours",))
        assert send(others) == ("accepted", None, None)
    world.admin.execute(AGE["passkey"].encode(), ("0 hours",))
    assert send(others) == ("accepted", None, None)


@pytest.mark.parametrize(("age", "outcome"), SIDES)
def test_a_factor_that_is_removed_takes_no_wait_with_it(
    customer: Customer, age: str, outcome: str
) -> None:
    """Whoever set one up to be let in, and removed it, has what its session still may."""
    world, user_id = customer.world, customer.user.user_id
    own = {"identity": world.token(user_id, "self"), **COMMON}
    passkey = {"credential_id": b"a credential of 24 bytes"}
    door = world.as_role("fb_auth")
    added = {**passkey, "public_key": b"k" * 32, "sign_count": 0, "name": "phone"}
    door.execute(load("people").add_passkey.encode(), own | added)
    door.execute(load("people").remove_passkey.encode(), own | passkey)
    assert world.value("select count(*) from passkeys where user_id = %s", user_id) == 0
    with world.real_money():
        assert told(customer.withdraw()) == ("refused", "second_factor_new", None)
        world.admin.execute(
            "update users set factor_removed_at = now() - %s::interval where user_id = %s",
            (age, user_id),
        )
        assert customer.withdraw().outcome == outcome


def test_the_wait_is_a_setting(customer: Customer) -> None:
    customer.bank = customer.add_bank()
    customer.world.admin.execute(FACTORS["codes"].encode(), (customer.user.user_id,))
    with customer.world.real_money(wait="0 hours"):
        assert customer.withdraw(payment_method_id=None).code == "required"
        assert customer.withdraw().outcome == "accepted"
    with customer.world.real_money(wait="720 hours"):
        customer.age_bank("719 hours")
        assert customer.withdraw().code == "payment_method_new"


def test_when_it_may_is_told_to_its_user_alone(customer: Customer) -> None:
    bank = customer.add_bank()
    stranger = customer.world.user()

    def may(user: User, method: UUID) -> object:
        row = customer.world.as_role("app_user").execute(
            load("identity").money_leaves_from,
            {"identity": user.token, "payment_method_id": method},
        )
        (found,) = row.fetchall()
        return found["at"]

    with customer.world.real_money():
        made = customer.world.value(
            "select created_at + interval '1 day' from payment_methods"
            " where payment_method_id = %s", bank,
        )  # fmt: skip
        assert may(customer.user, bank) == made
        assert may(stranger, bank) is None


def test_a_new_account_gets_its_owners_and_an_old_one_viewers(world: World) -> None:
    ann, bob, eve = (world.user() for _ in range(3))
    account = world.account(ann, account_type="joint")

    def by(command: str, user: User, identity: str, **role: str) -> Verdict:
        row = {**COMMON, "identity": identity, "key": str(uuid4()), "account_id": account}
        return world.do(command, row | {"user_id": user.user_id} | role)

    with world.real_money():
        # Nothing was ever booked on it: they open it together, and think again.
        for command, role in (("add_owner", {"role": "joint"}), ("remove_owner", {})):
            assert by(command, bob, world.broker, **role).outcome == "accepted"
        # Shares are as much to take as cash is.
        held = w.shares(account, world.security("ACME"), 1)
        world.accepted("shares_received", held)
        own = ("refused", "customers_own", "account_id")
        assert told(by("add_owner", bob, world.broker, role="joint")) == own
        assert by("add_owner", bob, world.broker, role="viewer").outcome == "accepted"
        assert by("remove_owner", bob, world.broker).outcome == "accepted"
        # The platform's own hand may, at the server.
        hand = world.token(PLATFORM.user_id, "broker")
        assert by("add_owner", eve, hand, role="owner").outcome == "accepted"
        assert told(by("remove_owner", ann, world.broker)) == own
        assert by("remove_owner", ann, hand).outcome == "accepted"
    assert world.check_books() == {}
