"""Restores and failovers: what stops the sealer, and how the next epoch begins."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from financebuy.cluster import accounts
from financebuy.cluster.binaries import postgres_programs, programs_at
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.database.migrate import migrate
from financebuy.errors import NotAllowedError, RequiredError
from financebuy.services.audit.epochs import Epoch, Position, new_epoch
from financebuy.services.audit.errors import SealerStoppedError
from financebuy.services.audit.recovering import Recovery, recover
from financebuy.sql import load, text
from tests.support.audit import Audited, audited
from tests.support.databases import Database, clone
from tests.support.population import populate
from tests.support.world import World

POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")


def recovered(audit: Audited, reason: str = "a restore drill", **options: Any) -> Recovery:
    return audit.run(
        "fb_sealer",
        lambda c: recover(c, audit.signer, [audit.outside], by="cli ann", reason=reason, **options),
    )


def write_something(database: Database) -> None:
    """A user, an account and a deposit."""
    with World(database) as world:
        world.account(world.user(), cash=100)


@pytest.fixture
def audit(database: Database, tmp_path: Path) -> Audited:
    """A sealed history."""
    found = audited(database, tmp_path)
    with World(database) as world:
        populate(world)
    found.seal()
    return found


def test_a_restore_to_an_earlier_moment_stops_the_sealer(audit: Audited) -> None:
    known = audit.outside.newest(1)
    assert known is not None
    here = known.seal_seq
    with clone(audit.database) as earlier:
        write_something(audit.database)
        audit.seal()
        audit.database = earlier
        write_something(earlier)
        for _ in range(2):
            with pytest.raises(SealerStoppedError, match=f"ends at {here}: it was restored"):
                audit.seal()
        assert [each.kind for each in audit.verify().findings] == ["outside"]
        with pytest.raises(RequiredError):
            recovered(audit, " ")
        done = recovered(audit)
        assert (done.epoch.epoch, done.late) == (2, 0)
        assert done.adopted > 0
        audit.seal()
        write_something(earlier)
        assert audit.seal() > 0
        report = audit.verify()
        assert report.findings == []
        assert (report.epochs, report.unsealed) == (2, 0)
        notes = "\n".join(report.notes)
        assert "by cli ann: a restore drill" in notes
        assert f"has head {here + 1} of epoch 1, which ended here at {here}" in notes
        record = audit.outside.epochs()[2]
        assert audit.signer.verifier.open(record)
        assert f"{audit.outside.name} ended at head {here + 1} of epoch 1" in record


def test_a_restore_from_before_the_first_seal_stops_the_sealer(
    database: Database, tmp_path: Path
) -> None:
    audit = audited(database, tmp_path)
    with clone(database) as earlier:
        write_something(database)
        audit.seal()
        audit.database = earlier
        write_something(earlier)
        with pytest.raises(SealerStoppedError, match="this database has no seals"):
            audit.seal()
        done = recovered(audit)
        assert done.epoch.epoch == 2
        audit.seal()
        report = audit.verify()
        assert (report.findings, report.unsealed) == ([], 0)


PLANT = (
    "select fb.open_epoch(%s, log_id, 'financebuy.audit/' || log_id || %s, system_identifier, 0,"
    " now(), 'cli ann', 'x', %s, %s) from audit_epochs where epoch = 1"
)


def test_no_number_of_an_epoch_is_so_large_that_none_follows(audit: Audited) -> None:
    """Whoever has the sealer's login would keep every `recover` from opening another one."""
    with World(audit.database) as world:
        sealer = world.as_role("fb_sealer")
        for number in (2_147_483_647, 1_002):
            with pytest.raises(psycopg.errors.InvalidParameterValue, match="does not follow"):
                sealer.execute(PLANT, (number, f"/{number}", str(audit.signer.verifier), "x"))
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="opened before"):
            sealer.execute(PLANT, (1, "/1", str(audit.signer.verifier), "x"))
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="not the name of epoch 2"):
            sealer.execute(PLANT, (2, "/3", str(audit.signer.verifier), "x"))
    assert recovered(audit).epoch.epoch == 2


@pytest.mark.parametrize("record", ["nothing", "the first one's"])
def test_an_epoch_whose_record_does_not_open_is_not_copied(audit: Audited, record: str) -> None:
    """By the sealer's login: with the right key's name, and a record that this key never signed."""
    planted = audit.outside.epochs()[1] if record == "the first one's" else "financebuy epoch 2\n"
    with World(audit.database) as world:
        sealer = world.as_role("fb_sealer")
        sealer.execute(PLANT, (2, "/2", str(audit.signer.verifier), planted))
    with pytest.raises(SealerStoppedError, match="epoch 2: its "):
        audit.seal()
    assert set(audit.outside.epochs()) == {1}
    assert "head" in {each.kind for each in audit.verify().findings}
    done = recovered(audit, accept_findings=True)
    assert done.epoch.epoch == 3
    assert set(audit.outside.epochs()) == {1, 3}
    audit.seal()
    assert set(audit.outside.epochs()) == {1, 3}


def rogue_epoch(audit: Audited) -> str:
    """What the sealer's login allows: an epoch signed by a key of the attacker's own."""
    thief = replace(audit.signer, seed=b"t" * 32)
    with World(audit.database) as world:
        (first,) = world.rows("select log_id, system_identifier from audit_epochs")
        place = Position(first["system_identifier"], 0)
        made = new_epoch(thief, 2, first["log_id"], place, "cli ann", "x")
        values = {name: getattr(made, name) for name in Epoch.__slots__}
        world.as_role("fb_sealer").execute(load("audit").open_epoch, values)
    assert made.problem is None
    return made.verifier_key


def test_an_epoch_of_an_unknown_key_is_not_copied(audit: Audited) -> None:
    key = rogue_epoch(audit)
    with pytest.raises(SealerStoppedError, match="not the one of epoch 2"):
        audit.seal()
    done = recovered(audit, accept_findings=True)
    assert [(each.epoch, each.verifier_key) for each in done.left] == [(2, key)]
    assert (done.epoch.epoch, set(audit.outside.epochs())) == (3, {1, 3})
    # Nor later, by the sealer.
    write_something(audit.database)
    audit.seal()
    assert set(audit.outside.epochs()) == {1, 3}


def test_whoever_names_the_key_has_it_copied(audit: Audited) -> None:
    key = rogue_epoch(audit)
    done = recovered(audit, accept_findings=True, keys=[key])
    assert (done.left, set(audit.outside.epochs())) == ((), {1, 2, 3})


def test_a_key_that_is_known_outside_needs_no_naming(audit: Audited) -> None:
    """It has signed the first epoch there, and another one takes its place."""
    audit.signer = replace(audit.signer, seed=bytes(32))
    assert recovered(audit, "the old key was lost").left == ()
    assert set(audit.outside.epochs()) == {1, 2}


def test_a_changed_history_is_not_signed_for_unseen(audit: Audited) -> None:
    with World(audit.database) as world:
        world.admin.execute("set session_replication_role = replica")
        world.admin.execute("update transactions set amount = amount + 1")
    with pytest.raises(NotAllowedError, match="history does not verify"):
        recovered(audit)
    assert audit.verify().epochs == 1, "nothing was opened"
    assert recovered(audit, accept_findings=True).epoch.epoch == 2
    assert not audit.verify().good, "what was changed stays changed"


def test_another_key_needs_an_epoch_of_its_own(audit: Audited) -> None:
    audit.signer = replace(audit.signer, seed=bytes(32))
    with pytest.raises(SealerStoppedError):
        audit.seal()
    recovered(audit, "the old key was lost")
    audit.seal()
    report = audit.verify(str(audit.signer.verifier))
    assert report.findings == []
    assert audit.verify("another+key").findings[0].kind == "head"


@contextmanager
def another_server() -> Iterator[ThrowawayServer]:
    """PostgreSQL 15 where it is installed, else one more of the same."""
    programs = programs_at(POSTGRES_15) if POSTGRES_15.exists() else None
    with throwaway_server(programs=programs) as running:
        yield running


def copied_by_dump(database: Database, target: ThrowawayServer) -> Database:
    """A logical restore of `database` on another server."""
    with psycopg.connect(target.url, autocommit=True) as connection:
        connection.execute(text("roles.sql").encode())
        for role, password in database.passwords.items():
            connection.execute(f"alter role {role} password '{password}'".encode())
        connection.execute("create database restored")
    tools = postgres_programs(accounts.current(), Path())
    dumped = subprocess.run(
        [tools.tool("pg_dump"), "--dbname", database.admin_url, "--no-publications"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    # What PostgreSQL 15 does not know; and a materialized view is filled as its owner, whom a
    # policy gives every row.
    script = dumped.replace("SET transaction_timeout = 0;", "")
    script = script.replace("SET row_security = off;", "")
    copy = replace(database, server=target, name="restored")
    done = subprocess.run(
        [tools.tool("psql"), "--dbname", copy.admin_url, "-v", "ON_ERROR_STOP=1", "-q"],
        input=script, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return copy


def test_a_logical_restore_stops_the_sealer_until_somebody_signs(
    audit: Audited, tell: Callable[[str], None]
) -> None:
    """Rows are written down to the same byte by another version of PostgreSQL."""
    with World(audit.database) as world:
        before = world.value("show server_version")
        world.admin.execute(
            "do $$ begin for i in 1..20000 loop"
            " perform pg_current_xact_id(); commit; end loop; end $$"
        )
        world.user()
    audit.seal()
    with another_server() as target:
        audit.database = copied_by_dump(audit.database, target)
        with World(audit.database) as world:
            tell(f"from {before} to {world.value('show server_version')}")
            # The new server counts its transactions anew, far below what was sealed.
            assert world.value("select pg_current_xact_id()::text::bigint") < world.value(
                "select max(end_xid) from seals"
            )
            write_something(audit.database)
        with pytest.raises(SealerStoppedError, match="another server"):
            audit.seal()
        report = audit.verify()
        assert {each.kind for each in report.findings} == {"inserted"}, "what was sealed is whole"
        done = recovered(audit, "moved to another server")
        assert done.adopted == done.late > 0
        assert done.report.findings == []
        write_something(audit.database)
        assert audit.seal() > 0
        report = audit.verify()
        assert (report.findings, report.unsealed) == ([], 0)


def test_a_failover_that_loses_nothing_keeps_its_epoch(template: Database, tmp_path: Path) -> None:
    """A standby is promoted: the same system, another timeline."""
    with throwaway_server() as primary:
        migrate(primary.url, passwords=template.passwords, identity_keys={1: template.identity_key})
        database = Database(primary, "postgres", template.passwords, template.identity_key)
        audit = audited(database, tmp_path)
        write_something(database)
        audit.seal()
        with promoted_copy(primary) as standby:
            primary.kill()
            audit.database = replace(database, server=standby)
            write_something(audit.database)
            assert audit.seal() > 0
            report = audit.verify()
            assert (report.findings, report.epochs) == ([], 1)
        primary.start()


@contextmanager
def promoted_copy(primary: ThrowawayServer) -> Iterator[ThrowawayServer]:
    """A server that was a standby of `primary` until now."""
    with throwaway_server() as standby:
        standby.stop()
        standby.follow(primary)
        standby.start()
        with psycopg.connect(standby.url, autocommit=True) as connection:
            assert connection.execute("select pg_promote(true)").fetchone() == (True,)
        yield standby
