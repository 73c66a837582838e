"""Who was erased stays erased: also when a backup from before is restored."""

import io
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import psycopg
import pytest
from moto import mock_aws

from financebuy import cli
from financebuy.bootstrap import SEALER_ROLE, Platform
from financebuy.cluster import accounts
from financebuy.cluster.binaries import postgres_programs
from financebuy.crypto.notes import NoteSigner
from financebuy.errors import UserNotFoundError
from financebuy.services.audit.erasures import Erasure, Kept, kept_outside, keys_outside
from financebuy.services.audit.errors import OutsideError
from financebuy.services.audit.outside import Directory, Store
from financebuy.services.audit.s3 import Bucket
from financebuy.services.audit.sealer import Sealer
from financebuy.services.audit.stores import open_stores
from tests.privacy.conftest import Place, name_of, person
from tests.support.databases import Database, execute

Typed = Callable[..., Any]


@pytest.fixture
def terminal(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Typed:
    def run(*words: str, code: int = 0) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
        capsys.readouterr()
        found = cli.run([*words, "--data", str(place.root)])
        printed = capsys.readouterr()
        assert found == code, printed.err
        return json.loads(printed.out) if printed.out.startswith(("{", "[")) else printed.err

    return run


@pytest.fixture(params=["directory", "bucket"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """Where the platform keeps what is outside."""
    if request.param == "directory":
        monkeypatch.setenv("FINANCEBUY_AUDIT_HEADS", str(tmp_path / "outside"))
        yield Directory(tmp_path / "outside")
        return
    with mock_aws():
        for name, value in (
            ("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "x"),
            ("AWS_SECRET_ACCESS_KEY", "y"), ("FINANCEBUY_AUDIT_HEADS", "s3://heads/fb"),
        ):  # fmt: skip
            monkeypatch.setenv(name, value)
        client = boto3.client("s3")
        client.create_bucket(Bucket="heads", ObjectLockEnabledForBucket=True)
        yield Bucket("heads", "fb/", 2_557, client)


@pytest.fixture
def backup(place: Place, database: Database) -> Iterator["Backup"]:
    name = f"restored_{uuid4().hex[:8]}"
    yield Backup(place, database, name)
    execute(database.server, "drop database if exists {name} with (force)", name=name)


class Backup:
    """A dump of the place's database, and what its restore brings back."""

    def __init__(self, place: Place, database: Database, name: str) -> None:
        self._place, self._database, self._name = place, database, name
        self._script = ""

    def take(self) -> None:
        dumped = self._run("pg_dump", "--dbname", self._database.admin_url)
        # A materialized view is filled as its owner, whom a policy gives every row.
        # What PostgreSQL 15 does not know is left out, as `db load` does.
        unknown = ("SET row_security = off;", "SET transaction_timeout = 0;")
        self._script = dumped.replace(unknown[0], "").replace(unknown[1], "")

    def restore(self) -> None:
        """Into a new database, which the place uses from now on."""
        execute(self._database.server, "create database {name}", name=self._name)
        server = self._database.server
        url = server.url_for("postgres", server.password, self._name)
        self._run("psql", "--dbname", url, "-q", "-v", "ON_ERROR_STOP=1", typed=self._script)
        self._place.secrets.write("database_url", url, accounts.current())

    def _run(self, program: str, *words: str, typed: str = "") -> str:
        tools = postgres_programs(accounts.current(), Path())
        return subprocess.run(
            [tools.tool(program), *words], check=True, capture_output=True, text=True, input=typed
        ).stdout


def seal(place: Place) -> None:
    """One pass of a sealer that has just started, as the worker has it."""

    async def work(platform: Platform) -> None:
        async with platform.pools.connection(SEALER_ROLE) as connection:
            stores = open_stores(platform.settings)
            await Sealer(connection, platform.audit_signer, stores).seal()

    place.run_as(work, SEALER_ROLE)


def test_a_restore_brings_nobody_back(
    place: Place, store: Store, terminal: Typed, backup: Backup
) -> None:
    grace, ada = place.run(person), place.run(lambda platform: person(platform, "Ada"))
    seal(place)
    backup.take()
    terminal("keys", "shred", str(grace), "--yes")
    assert store.erased() == {grace}
    assert f"user {grace}\n" in store.erasure(grace)
    backup.restore()
    assert place.run(lambda platform: name_of(platform, grace)) == "Grace", "the backup has the key"
    done = terminal("audit", "recover", "--reason", "the disk failed", "-o", "json")
    assert (done["epoch"], done["erased_again"]) == (2, 1)
    with pytest.raises(UserNotFoundError):
        place.run(lambda platform: name_of(platform, grace))
    assert place.run(lambda platform: name_of(platform, ada)) == "Ada"
    again = terminal("audit", "recover", "--reason", "once more", "-o", "json")
    assert again["erased_again"] == 0


def test_a_place_that_missed_an_epoch_brings_nobody_back(
    place: Place, terminal: Typed, backup: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two places, one was away from an epoch's beginning to its end."""
    one, two = (Directory(tmp_path / name) for name in ("one", "two"))
    grace, ada = place.run(person), place.run(lambda platform: person(platform, "Ada"))
    monkeypatch.setenv("FINANCEBUY_AUDIT_HEADS", f"{one.path},{two.path}")
    seal(place)
    backup.take()
    monkeypatch.setenv("FINANCEBUY_AUDIT_HEADS", str(one.path))
    terminal("audit", "recover", "--reason", "a test", "-o", "json")
    seal(place)
    terminal("keys", "shred", str(grace), "--yes")
    assert (set(one.epochs()), set(two.epochs())) == ({1, 2}, {1})
    monkeypatch.setenv("FINANCEBUY_AUDIT_HEADS", f"{one.path},{two.path}")
    backup.restore()
    # Nobody erases a person by what they write to both places.
    forged = NoteSigner("financebuy-audit", b"x" * 32)
    for each in (one, two):
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        each.put_erasure(ada, forged.sign(f"financebuy erasure\nuser {ada}\nat {at}\nby y\n"))
    done = terminal("audit", "recover", "--reason", "restored", "-o", "json", code=2)
    assert done["erased_again"] == 1
    with pytest.raises(UserNotFoundError):
        place.run(lambda platform: name_of(platform, grace))
    assert place.run(lambda platform: name_of(platform, ada)) == "Ada"


def test_what_could_not_be_kept_is_kept_later(
    place: Place, terminal: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    monkeypatch.setenv("FINANCEBUY_AUDIT_HEADS", str(outside))
    grace = place.run(person)
    outside.write_text("not a directory")
    said = terminal("keys", "shred", str(grace), "--yes", code=2)
    assert "could not be kept outside" in said
    outside.unlink()
    seal(place)
    assert Directory(outside).erased() == {grace}


def test_a_note_that_nobody_signed_erases_nobody(
    place: Place, store: Store, terminal: Typed
) -> None:
    """Whoever can write outside must not be able to make people unreadable."""
    grace = place.run(person)
    forged = NoteSigner("financebuy-audit", b"x" * 32)
    store.put_erasure(grace, forged.sign(f"financebuy erasure\nuser {grace}\nat x\nby y\n"))
    said = terminal("audit", "recover", "--reason", "a test", code=2)
    assert str(grace) in said or said == ""
    assert place.run(lambda platform: name_of(platform, grace)) == "Grace"
    ada = place.run(lambda platform: person(platform, "Ada"))
    terminal("keys", "shred", str(ada), "--yes")
    moved = store.erasure(ada)
    bob = place.run(lambda platform: person(platform, "Bob"))
    store.put_erasure(bob, moved)
    terminal("audit", "recover", "--reason", "another test", code=2)
    assert place.run(lambda platform: name_of(platform, bob)) == "Bob", "a note is about one person"


def test_a_key_that_the_database_alone_names_erases_nobody(
    place: Place, store: Store, database: Database
) -> None:
    """Whoever can write to the database and outside adds an epoch of their own, and a note."""
    grace, ada = place.run(person), place.run(lambda platform: person(platform, "Ada"))
    seal(place)
    rogue = NoteSigner("financebuy-audit", b"x" * 32)
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    store.put_erasure(grace, rogue.sign(f"financebuy erasure\nuser {grace}\nat {at}\nby y\n"))
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(
            "insert into audit_epochs select 2, log_id, 'rogue', system_identifier, first_xid,"
            " now(), 'rogue', 'none', %s, %s from audit_epochs",
            (str(rogue.verifier), rogue.sign("financebuy epoch 2 of log x\n")),
        )

    async def kept(platform: Platform) -> Kept:
        assert platform.audit_signer is not None
        signed = Erasure(ada, datetime.now(UTC), "user:x").text
        store.put_erasure(ada, platform.audit_signer.sign(signed))
        async with platform.pools.connection(SEALER_ROLE) as connection:
            return await kept_outside(connection, platform.audit_signer, [store])

    found = place.run_as(kept, SEALER_ROLE)
    assert (found.erased, found.unsigned) == ([ada], [grace])


OLD, NEW, ROGUE = (NoteSigner("test", bytes([n]) * 32) for n in (1, 2, 3))
KNOWN = [each.verifier for each in (OLD, NEW, ROGUE)]


def opened(signer: NoteSigner, epoch: int, day: int) -> str:
    log = "0190b7a0-0000-7000-8000-000000000000"
    at = datetime(2026, 1, day, tzinfo=UTC).isoformat()
    return signer.sign(f"financebuy epoch {epoch} of log {log}\norigin x\nopened {at}\n")


RECORDS = {1: opened(OLD, 1, 1), 2: opened(NEW, 2, 10)}


@pytest.mark.parametrize(
    ("signer", "day", "outside", "counts"),
    [
        (OLD, 5, [RECORDS, RECORDS], True),
        (NEW, 20, [RECORDS, RECORDS], True),
        (NEW, 5, [RECORDS], True),  # copied later than it happened, to a place that is new
        (OLD, 20, [RECORDS], False),  # its epoch was over
        (ROGUE, 5, [RECORDS], False),
        (NEW, 20, [RECORDS, {1: RECORDS[1]}], False),  # one place does not know that epoch
        (ROGUE, 20, [{**RECORDS, 3: opened(ROGUE, 3, 15)}, RECORDS], False),
        (OLD, 20, [RECORDS, {1: RECORDS[1]}], False),
        (ROGUE, 20, [{**RECORDS, 3: "financebuy epoch 3 of log x\n"}], False),
        # What no key has signed ends no key's time.
        (
            NEW,
            20,
            [{**RECORDS, 3: f"opened {datetime(2026, 1, 11, tzinfo=UTC).isoformat()}\n"}, RECORDS],
            True,
        ),
        (ROGUE, 20, [{**RECORDS, 3: opened(ROGUE, 1, 15)}], False),  # the record of another
        (OLD, 5, [], False),
    ],
)
def test_which_keys_count(
    signer: NoteSigner, day: int, outside: list[dict[int, str]], counts: bool
) -> None:
    user = uuid4()
    note = signer.sign(Erasure(user, datetime(2026, 1, day, tzinfo=UTC), "user:x").text)
    found = keys_outside(outside, KNOWN)
    assert any(key.says(note, user) for key in found) == counts
    assert not any(key.says(note, uuid4()) for key in found)


def test_places_keep_the_first_note(store: Store) -> None:
    grace, ada = uuid4(), uuid4()
    assert store.erased() == set()
    store.put_erasure(grace, "one\n")
    store.put_erasure(ada, "another\n")
    assert store.erased() == {grace, ada}
    assert store.erasure(grace) == "one\n"
    with pytest.raises(OutsideError):
        store.erasure(uuid4())
