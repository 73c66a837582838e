"""A superuser with the triggers off changes history. Each change is found, and named."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from financebuy.services.audit.errors import SealerStoppedError
from financebuy.services.audit.findings import Finding
from tests.audit.forgery import rewrite_from
from tests.support import world as w
from tests.support.audit import Audited, audited
from tests.support.databases import Database, clone
from tests.support.population import populate
from tests.support.world import World


@pytest.fixture(scope="module")
def sealed(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    """A history of some seals, to be cloned; the first is of the keys that migrating made."""
    with clone(template) as database:
        audit = audited(database, tmp_path_factory.mktemp("sealed"))
        with World(database) as world:
            populate(world)
            audit.seal()
            user = world.user()
            account = world.account(user, cash=500)
            audit.seal()
            for amount in (1, 2, 3):
                world.accepted("deposit_received", w.deposit(account, amount))
            audit.seal()
        yield audit


@pytest.fixture
def audit(sealed: Audited, tmp_path: Path) -> Iterator[Audited]:
    """A copy of it, heads too."""
    with clone(sealed.database) as database:
        shutil.copytree(sealed.outside.path, tmp_path / "heads")
        copy = audited(database, tmp_path)
        # The heads stand in another place now, which the next pass takes note of.
        assert copy.seal() == 0
        assert copy.verify().findings == []
        yield copy


@pytest.fixture
def world(audit: Audited) -> Iterator[World]:
    """The superuser's hands, past every trigger."""
    with World(audit.database) as world:
        world.admin.execute("set session_replication_role = replica")
        yield world


def found(audit: Audited) -> list[Finding]:
    return audit.verify().findings


def where(findings: list[Finding], kind: str) -> set[str]:
    return {each.where for each in findings if each.kind == kind}


ANY = {
    "transactions": ("transaction_id", "0"), "entries": ("transaction_id", "leg"),
    "executions": ("execution_id", "0"), "order_events": ("order_id", "event_seq"),
    "audit_log": ("log_id", "0"),
}  # fmt: skip
CHANGES = {
    "transactions": "amount = amount + 1", "entries": "amount = amount + 1",
    "executions": "price = price + 1", "order_events": "actor = 'user:somebody else'",
    "audit_log": "new_values = '{\"kyc_status\": \"approved\"}'",
}  # fmt: skip


def some_row(world: World, table: str) -> tuple[UUID, int, str]:
    """A row's id, its number and how the audit names it."""
    key, number = ANY[table]
    (row,) = world.rows(
        f"select {key} as id, {number} as n from {table} order by recorded_at, {key}, n limit 1"
    )
    word = {"entries": " leg {}", "order_events": " event {}"}.get(table, "").format(row["n"])
    return row["id"], row["n"], f"{table} {row['id']}{word}"


@pytest.mark.parametrize("table", ANY)
def test_a_changed_row_is_named(table: str, world: World, audit: Audited) -> None:
    row_id, number, name = some_row(world, table)
    key, column = ANY[table]
    world.admin.execute(
        f"update {table} set {CHANGES[table]} where {key} = %s and {column} = %s",
        (row_id, number),
    )
    (finding,) = found(audit)
    assert (finding.kind, finding.where) == ("changed", name)
    assert re.search(r"seal \d+ of epoch 1", finding.what)


@pytest.mark.parametrize("table", ANY)
def test_a_removed_row_is_named(table: str, world: World, audit: Audited) -> None:
    row_id, number, name = some_row(world, table)
    key, column = ANY[table]
    world.admin.execute(f"delete from {table} where {key} = %s and {column} = %s", (row_id, number))
    findings = found(audit)
    assert name in where(findings, "removed")
    # Without their transaction, entries belong to nothing.
    rest = [each for each in findings if each.where != name]
    assert all(each.where.startswith(f"entries {row_id} leg") for each in rest)
    assert bool(rest) == (table == "transactions")


@pytest.mark.parametrize("table", ANY)
def test_an_inserted_row_is_named(table: str, world: World, audit: Audited) -> None:
    """A copy under a new id, as if it had been there all along."""
    row_id, number, _ = some_row(world, table)
    key, column = ANY[table]
    columns = [
        row["name"]
        for row in world.rows(
            "select attname as name from pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped", table,
        )
    ]  # fmt: skip
    changed = {"transaction_id": "gen_random_uuid()", "execution_id": "gen_random_uuid()",
               "order_id": "gen_random_uuid()", "log_id": "gen_random_uuid()",
               "version": "version + 1000", "event_seq": "event_seq + 1000",
               "venue_execution_id": "'forged'"}  # fmt: skip
    if table == "entries":
        changed |= {"transaction_id": "transaction_id", "leg": "90"}
    if table == "executions":
        changed |= {"order_id": "order_id"}
    values = ", ".join(changed.get(name, name) for name in columns)
    world.admin.execute(
        f"insert into {table} ({', '.join(columns)}) select {values} from {table}"
        f" where {key} = %s and {column} = %s",
        (row_id, number),
    )
    (finding,) = found(audit)
    assert finding.kind == "inserted"
    assert finding.where.startswith(table)


def test_an_entry_of_no_transaction_is_named(world: World, audit: Audited) -> None:
    row_id, number, _ = some_row(world, "entries")
    world.admin.execute(
        "insert into entries select gen_random_uuid(), leg, account_id, asset_id, amount, null,"
        " recorded_at, effective_at from entries where transaction_id = %s and leg = %s",
        (row_id, number),
    )
    (finding,) = found(audit)
    assert (finding.kind, finding.where.partition(" ")[0]) == ("inserted", "entries")


def test_a_row_of_an_epoch_that_never_was_is_named(world: World, audit: Audited) -> None:
    row_id, _, name = some_row(world, "transactions")
    world.admin.execute("update transactions set epoch = 7 where transaction_id = %s", (row_id,))
    assert name in where(found(audit), "changed")


def test_a_swapped_pair_is_named(world: World, audit: Audited) -> None:
    """Two deposits trade their amounts: the books still balance, per account even."""
    first, second = (
        row["transaction_id"]
        for row in world.rows(
            "select transaction_id from transactions where transaction_type = 'deposit'"
            " order by recorded_at desc limit 2"
        )
    )
    world.admin.execute(
        "update entries e set amount = sign(e.amount) * abs(o.amount) from entries o"
        " where e.leg = o.leg and (e.transaction_id, o.transaction_id) in ((%s, %s), (%s, %s))",
        (first, second, second, first),
    )
    world.admin.execute(
        "update transactions t set amount = o.amount from transactions o"
        " where (t.transaction_id, o.transaction_id) in ((%s, %s), (%s, %s))",
        (first, second, second, first),
    )
    assert world.check_books() == {}
    expected = {
        f"{table} {each}{leg}"
        for each in (first, second)
        for table, leg in (("transactions", ""), ("entries", " leg 1"), ("entries", " leg 2"))
    }
    assert where(found(audit), "changed") == expected


def test_swapped_leaves_do_not_give_the_root(world: World, audit: Audited) -> None:
    seal = world.value("select min(seal_seq) from seals where row_count > 1")
    world.admin.execute(
        "update seals set leaves = substr(leaves, 33, 32) || substr(leaves, 1, 32)"
        " || substr(leaves, 65) where seal_seq = %s", (seal,),
    )  # fmt: skip
    findings = found(audit)
    assert where(findings, "seal") == {f"seal {seal} of epoch 1"}
    assert len(where(findings, "changed")) == 2


def test_a_balanced_forgery_is_named(world: World, audit: Audited) -> None:
    """Two entries of one deposit and the balance: every invariant of the books holds."""
    (row,) = world.rows(
        "select t.transaction_id, t.account_id from transactions t"
        " where t.transaction_type = 'deposit' order by t.recorded_at desc limit 1"
    )
    world.admin.execute(
        "update entries set amount = amount + sign(amount) * 1000000 where transaction_id = %s",
        (row["transaction_id"],),
    )
    world.admin.execute(
        "update transactions set amount = amount + 1000000 where transaction_id = %s",
        (row["transaction_id"],),
    )
    world.admin.execute(
        "update accounts set balance = balance + 1000000 where account_id = %s",
        (row["account_id"],),
    )
    assert world.check_books() == {}
    name = row["transaction_id"]
    assert where(found(audit), "changed") == {
        f"transactions {name}", f"entries {name} leg 1", f"entries {name} leg 2"
    }  # fmt: skip


def test_a_truncated_tail_is_seen_outside(world: World, audit: Audited) -> None:
    """The newest seals and all that they hold are gone: by itself the database looks well."""
    (seal,) = world.rows("select seal_seq, first_xid from seals order by seal_seq desc limit 1")
    last = seal["seal_seq"]
    world.admin.execute("delete from seal_copies where seal_seq = %s", (last,))
    world.admin.execute("delete from seals where seal_seq = %s", (last,))
    world.admin.execute(
        "delete from entries where transaction_id in"
        " (select transaction_id from transactions where xid >= %s)",
        (seal["first_xid"],),
    )
    for table in ("transactions", "executions", "order_events", "audit_log"):
        world.admin.execute(f"delete from {table} where xid >= %s", (seal["first_xid"],))
    (finding,) = found(audit)
    assert finding.kind == "outside"
    assert f"has head {last} of epoch 1; the seals here end at {last - 1}" in finding.what
    with pytest.raises(SealerStoppedError, match=f"ends at {last - 1}"):
        audit.seal()


def test_a_seal_from_the_middle_is_missed(world: World, audit: Audited) -> None:
    world.admin.execute("delete from seals where seal_seq = 2")
    findings = found(audit)
    assert "seal 2 of epoch 1" in where(findings, "seal")


def test_a_chain_rewritten_with_the_key_is_seen_outside(world: World, audit: Audited) -> None:
    """An insider with every right on the database and the signing key."""
    (row,) = world.rows(
        "select transaction_id from transactions where transaction_type = 'deposit'"
        " order by recorded_at limit 1"
    )
    world.admin.execute(
        "update transactions set amount = amount + 1 where transaction_id = %s",
        (row["transaction_id"],),
    )
    audit.run("fb_sealer", lambda c: rewrite_from(c, audit.signer, world))
    (finding,) = found(audit)
    assert finding.kind == "outside"
    assert re.search(r"another head of seal \d+ of epoch 1", finding.what)
    audit.outside = type(audit.outside)(audit.outside.path / "nowhere")
    alone = audit.verify()
    assert all(each.kind == "outside" for each in alone.findings), "nothing inside shows it"


def test_heads_that_were_taken_away_stop_the_sealer(audit: Audited) -> None:
    shutil.rmtree(audit.outside.path)
    with pytest.raises(SealerStoppedError, match="has lost epoch 1"):
        audit.seal()
    assert where(found(audit), "outside") == {audit.outside.name}


def test_another_key_stops_the_sealer(audit: Audited) -> None:
    audit.signer = type(audit.signer)("test", bytes(32))
    with pytest.raises(SealerStoppedError, match="key of this sealer"):
        audit.seal()
