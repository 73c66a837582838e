"""Clients' keys and banks' references are unique by digests; and what if two were alike."""

import hashlib
from collections.abc import Iterator

import psycopg
import pytest

from financebuy.sql import load
from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import User, World

ALIKE = """
    create or replace function fb_private.digest(p_owner text, p_name text) returns uuid
    language sql immutable parallel safe return '00000000-0000-0000-0000-000000000000'::uuid;
    drop index idempotency_keys_digest_key;
    create unique index idempotency_keys_digest_key
    on idempotency_keys (fb_private.digest(actor, key))"""
NAMES = [
    ("a", "bc"), ("ab", "c"), ("", "abc"), ("abc", ""), ("a\\000b", "c"), ("a", "b\\000c"),
    ("a\\", "\\000"), ("a\\\\", "000"), ("ä", "\U0001f511"), ("\x01", "\x7f'%"),
    ("user:" + "u" * 300, "k" * 255),
]  # fmt: skip


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as found:
        yield found


@pytest.fixture
def user(world: World) -> User:
    return world.user()


def test_a_digest_is_128_bits_of_sha256_over_owner_zero_byte_and_name(world: World) -> None:
    digests = [world.value("select fb_private.digest(%s, %s)", *each) for each in NAMES]
    assert [each.bytes for each in digests] == [
        hashlib.sha256(owner.encode() + b"\0" + name.encode()).digest()[:16]
        for owner, name in NAMES
    ]
    assert len(set(digests)) == len(NAMES)


def test_what_has_no_owner_or_no_name_has_no_digest(world: World) -> None:
    assert world.value("select fb_private.digest(null, 'a')") is None
    assert world.value("select fb_private.digest('a', null)") is None


@pytest.mark.parametrize(
    ("index", "table", "names"),
    [
        ("idempotency_keys_digest_key", "idempotency_keys", "k.actor, k.key"),
        (
            "transfers_bank_reference_key",
            "transfers",
            "k.direction || ':' || k.bank, k.bank_reference",
        ),
    ],
)
def test_names_are_looked_up_by_their_digest_alone(
    world: World, index: str, table: str, names: str
) -> None:
    """As the owner, whose functions do it: a security barrier keeps no digest from the index.

    A session knows an index as whoever planned first may see it: here one who calls no digest.
    """
    world.admin.execute("set enable_seqscan = off")
    world.admin.execute("set role fb_worker")
    world.admin.execute(f"select from {table}".encode())
    world.admin.execute("set role fb_owner")
    plan = world.rows(
        f"explain select from {table} as k where fb_private.digest({names}) ="
        " fb_private.digest('bank:' || repeat('a', 3), 'b')"
    )
    lines = [line["QUERY PLAN"].strip() for line in plan]
    assert lines[0].startswith(f"Index Scan using {index} on "), lines


def test_two_keys_that_were_alike_would_share_nothing(world: World, user: User) -> None:
    account = world.account(user)
    world.admin.execute("delete from idempotency_keys")
    world.admin.execute(ALIKE.encode())
    first = w.deposit(account, 5)
    transfer = world.accepted("deposit_received", first)

    second, again = world.call("deposit_received", [w.deposit(account, 5), first])
    assert (second.outcome, second.code, second.replayed) == (
        "conflict", "idempotency_conflict", False,
    )  # fmt: skip
    assert second.command_id != transfer
    assert (again.outcome, again.replayed, again.command_id) == ("accepted", True, transfer)
    assert world.value("select count(*) from transfers where account_id = %s", account) == 1


def test_one_reference_of_two_banks_or_directions_is_no_repeat(world: World, user: User) -> None:
    account = world.account(user)
    rows = [
        {**w.deposit(account, 5, bank_reference="r"), "bank": bank} for bank in ("one", "another")
    ]
    assert [v.outcome for v in world.call("deposit_received", rows)] == ["accepted"] * 2
    paid = "select count(*) from transfers where bank_reference = 'r'"
    assert world.value(paid) == 2
    out = (
        "insert into transfers select (jsonb_populate_record(t, jsonb_build_object("
        "'transfer_id', gen_random_uuid(), 'direction', %s::text, 'withdrawable_before', 99))).*"
        " from transfers as t where t.bank = 'one'"
    )
    world.admin.execute(out, ("outgoing",))
    with pytest.raises(psycopg.errors.UniqueViolation, match="transfers_bank_reference_key"):
        world.admin.execute(out, ("incoming",))
    assert world.value(paid) == 3


def test_a_closed_account_gets_the_answers_of_before(world: World, user: User) -> None:
    """Its own payments and those in suspense were booked before; nothing else can be booked."""
    account = world.account(user)
    world.set_status(account, "closed")
    world.accepted("deposit_received", w.deposit(account, 5, bank_reference="in suspense"))
    assert world.value("select count(*) from transfers where account_id = %s", account) == 0
    world.admin.execute("update transfers set account_id = %s", (account,))
    world.accepted("deposit_received", w.deposit(account, 5, bank_reference="waiting"))

    def booked(reference: str, status: str) -> object:
        world.admin.execute("update accounts set status = %s where house_code is null", (status,))
        asked = {"account_id": account, "bank": w.BANK, "bank_reference": reference}
        (row,) = world.as_role("fb_broker").execute(load("ledger").payee, asked).fetchall()
        return row["booked_before"]

    assert [booked(each, "closed") for each in ("in suspense", "waiting", "unknown")] == [
        True, True, False,
    ]  # fmt: skip
    assert booked("waiting", "active") is False
