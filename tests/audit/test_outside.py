"""The places outside: a directory and a bucket keep what they were given, in order."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from financebuy.crypto.notes import Checkpoint, NoteSigner
from financebuy.services.audit.errors import OutsideError, SealerStoppedError
from financebuy.services.audit.outside import Directory, Head, Store
from financebuy.services.audit.s3 import Bucket
from financebuy.services.audit.stores import open_stores
from financebuy.settings import InvalidSettingError, Settings
from tests.support.audit import Audited, audited
from tests.support.databases import Database
from tests.support.world import World

SIGNER = NoteSigner("test", bytes(32))
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def head(size: int, day: int = 0) -> Head:
    note = SIGNER.sign(Checkpoint("an/origin", size, bytes(32)).text)
    return Head(size, note, DAY + timedelta(days=day))


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client(
            "s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
        )
        client.create_bucket(Bucket="heads", ObjectLockEnabledForBucket=True)
        yield client


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return Directory(tmp_path / "heads")


def filled(store: Store) -> None:
    store.put_epoch(1, "a record\n")
    store.put_heads(1, [head(1), head(2)])
    store.put_heads(1, [head(3, day=1)])


def test_a_directory_keeps_every_head(directory: Directory) -> None:
    assert (directory.epochs(), directory.newest(1), list(directory.heads(1))) == ({}, None, [])
    filled(directory)
    assert directory.epochs() == {1: "a record\n"}
    assert [each.seal_seq for each in directory.heads(1)] == [1, 2, 3]
    newest = directory.newest(1)
    assert newest is not None
    assert newest.note == head(3).note
    assert sorted(each.name for each in (directory.path / "epoch-1").iterdir()) == [
        "2026-03-01.heads", "2026-03-02.heads",
    ]  # fmt: skip


def test_a_torn_head_is_passed_over(directory: Directory) -> None:
    """A machine that died while it wrote leaves half a head; the next one stands after it."""
    filled(directory)
    file = directory.path / "epoch-1" / "2026-03-02.heads"
    whole = file.read_text()
    for cut in range(1, len(whole)):
        file.write_text(whole[:-cut])
        newest = directory.newest(1)
        assert newest is not None
        assert newest.seal_seq in {2, 3}
        directory.put_heads(1, [head(4, day=1)])
        assert [each.seal_seq for each in directory.heads(1)][-1] == 4
        found = directory.newest(1)
        assert found is not None
        assert found.note == head(4).note


def test_many_heads_a_day(directory: Directory) -> None:
    directory.put_heads(1, [head(size) for size in range(1, 400)])
    newest = directory.newest(1)
    assert newest is not None
    assert newest.seal_seq == 399
    assert len(list(directory.heads(1))) == 399


def test_a_record_is_written_once(directory: Directory) -> None:
    filled(directory)
    with pytest.raises(OutsideError, match="already"):
        directory.put_epoch(1, "another record\n")


def test_a_bucket_locks_what_it_keeps(s3: Any) -> None:
    store = Bucket("heads", "fb/", 2_557, s3)
    assert (store.epochs(), store.newest(1), list(store.heads(1))) == ({}, None, [])
    filled(store)
    assert store.epochs() == {1: "a record\n"}
    # A head is over the whole log, so the last of each pass stands for the others.
    assert [each.seal_seq for each in store.heads(1)] == [2, 3]
    newest = store.newest(1)
    assert newest is not None
    assert newest.note == head(3).note
    (version, *_) = s3.list_object_versions(Bucket="heads", Prefix="fb/epoch-1/")["Versions"]
    locked = s3.head_object(Bucket="heads", Key=version["Key"], VersionId=version["VersionId"])
    assert locked["ObjectLockMode"] == "COMPLIANCE"
    assert locked["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=2_500)


def test_a_locked_version_cannot_be_deleted(s3: Any) -> None:
    store = Bucket("heads", "fb/", 2_557, s3)
    filled(store)
    (version, *_) = s3.list_object_versions(Bucket="heads", Prefix="fb/epoch-1/")["Versions"]
    with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
        s3.delete_object(Bucket="heads", Key=version["Key"], VersionId=version["VersionId"])


def test_a_bucket_that_is_not_there(s3: Any) -> None:
    with pytest.raises(OutsideError, match="NoSuchBucket"):
        Bucket("another", "", 0, s3).epochs()
    with pytest.raises(OutsideError, match="NoSuchBucket"):
        Bucket("another", "", 0, s3).put_epoch(1, "x")


def test_the_same_head_twice_and_another_in_its_place(s3: Any) -> None:
    store = Bucket("heads", "", 0, s3)
    store.put_heads(1, [head(1)])
    store.put_heads(1, [head(1)])
    other = Head(1, SIGNER.sign(Checkpoint("an/origin", 1, b"x" * 32).text))
    with pytest.raises(OutsideError, match="already"):
        store.put_heads(1, [other])


def test_a_history_with_its_heads_in_a_bucket(database: Database, tmp_path: Path, s3: Any) -> None:
    audit: Audited = audited(database, tmp_path)
    audit.outside = Bucket("heads", "fb/", 1, s3)
    with World(database) as world:
        world.account(world.user(), cash=10)
        audit.seal()
        world.account(world.user(), cash=10)
        audit.seal()
    report = audit.verify()
    assert (report.findings, report.heads_outside) == ([], 2)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="heads")["Contents"]]
    for key in keys:
        s3.delete_object(Bucket="heads", Key=key)
    with pytest.raises(SealerStoppedError, match="has lost epoch 1"):
        audit.seal()


def test_a_store_that_cannot_be_written_holds_no_seal_back(
    database: Database, tmp_path: Path
) -> None:
    audit = audited(database, tmp_path)
    with World(database) as world:
        audit.seal()
        shutil.move(tmp_path / "heads", tmp_path / "away")
        (tmp_path / "heads").write_text("not a directory")
        world.account(world.user(), cash=10)
        assert audit.seal() > 0
        waiting = world.value("select uncopied_heads from fb.audit_status()")
        assert waiting == 1
        (tmp_path / "heads").unlink()
        shutil.move(tmp_path / "away", tmp_path / "heads")
        audit.seal()
        assert world.value("select uncopied_heads from fb.audit_status()") == 0
    assert audit.verify().findings == []


@pytest.mark.parametrize("first_is_away", [True, False])
def test_a_store_that_cannot_be_read_hides_no_other(
    first_is_away: bool, database: Database, tmp_path: Path
) -> None:
    """Whoever takes one place away must not keep the sealer from looking at the next."""
    audit = audited(database, tmp_path)
    away, deviating = Directory(tmp_path / "away"), Directory(tmp_path / "deviating")
    stores = (away, deviating) if first_is_away else (deviating, away)
    audit.outside, audit.others = stores[0], stores[1:]
    with World(database) as world:
        world.user()
        audit.seal()
        shutil.rmtree(away.path)
        away.path.write_text("not a directory")
        with pytest.raises(OutsideError):
            away.epochs()
        world.user()
        before = deviating.newest(1)
        assert audit.seal() > 0, "the other one agrees, so it goes on"
        newest = deviating.newest(1)
        assert before is not None
        assert newest is not None
        assert newest.seal_seq > before.seal_seq, "and has what was sealed since"
        other, size = NoteSigner("test", b"x" * 32), newest.seal_seq
        forged = other.sign(Checkpoint("an/origin", size, b"y" * 32).text)
        shutil.rmtree(deviating.path / "epoch-1")
        deviating.put_heads(1, [Head(size, forged, DAY)])
        world.user()
        with pytest.raises(SealerStoppedError, match=f"another head {size}"):
            audit.seal()


def test_places_come_from_the_settings(tmp_path: Path) -> None:
    assert open_stores(Settings.read({}, tmp_path)) == [Directory(tmp_path / "audit")]
    given = {"FINANCEBUY_AUDIT_HEADS": f"{tmp_path}/a, {tmp_path}/b"}
    names = [each.name for each in open_stores(Settings.read(given, tmp_path))]
    assert names == [f"file:{tmp_path}/a", f"file:{tmp_path}/b"]
    for wrong in ("heads", "s3://", "http://x/y", "/a,b"):
        with pytest.raises(InvalidSettingError):
            Settings.read({"FINANCEBUY_AUDIT_HEADS": wrong}, tmp_path)
