"""Key-encryption keys are replaced while requests go on, and die when nothing needs them."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from financebuy import errors
from financebuy.bootstrap import Platform
from financebuy.crypto import key_file
from financebuy.crypto.epochs import Epoch, KeyUnavailableError, UnknownEpochError
from financebuy.services import keys
from financebuy.services.identity import personal_data
from tests.privacy.conftest import STAFF, Place, customer, name_of, person


class _StoppedError(Exception):
    """The rotating process dies here."""


async def rotate(place: Place, platform: Platform, **options: Any) -> keys.Rotation:
    return await keys.rotate(platform, STAFF, place.keepers("file"), **options)


async def destroy(place: Place, platform: Platform, epoch: int, **options: Any) -> None:
    await keys.destroy(platform, STAFF, place.keepers, "personal", epoch, **options)


def test_requests_go_on_while_keys_are_replaced(
    place: Place, monkeypatch: pytest.MonkeyPatch, tell: Callable[[str], None]
) -> None:
    """One process reads and writes all the time; another rotates three times."""
    monkeypatch.setattr(keys, "STEP", 5)

    async def work(serving: Platform) -> tuple[list[UUID], int, int]:
        people = [await person(serving) for _ in range(40)]
        reads = 0
        done = asyncio.Event()

        async def write() -> None:
            while not done.is_set():
                people.append(await person(serving))

        async def read() -> None:
            nonlocal reads
            while not done.is_set():
                for user_id in people[-20:]:
                    assert await name_of(serving, user_id) == "Grace"
                    reads += 1

        async def turn() -> int:
            try:
                async with place.open() as rotating:
                    return sum([(await rotate(place, rotating)).rewrapped for _ in range(3)])
            finally:
                done.set()

        rewrapped, *_ = await asyncio.gather(turn(), write(), write(), read(), read())
        return people, reads, rewrapped

    people, reads, rewrapped = place.run(work)
    assert rewrapped >= 3 * 40
    assert reads >= 20
    assert len(people) > 40
    epochs = place.world.rows(
        "select key_epoch, count(*) as keys from personal_data_keys group by 1"
    )
    assert [(row["key_epoch"], row["keys"]) for row in epochs] == [(4, len(people))]

    async def read_all(platform: Platform) -> None:
        for epoch in (1, 2, 3):
            await destroy(place, platform, epoch, lose_backups=True)
        assert {await name_of(platform, user_id) for user_id in people} == {"Grace"}

    place.run(read_all)
    assert list(key_file.parse(place.secrets.read("kek"))) == [("personal", 4)]
    tell(f"3 rotations, {rewrapped} keys rewrapped beside {len(people)} users and {reads} reads")


def test_an_interrupted_rotation_is_taken_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "STEP", 3)
    heard: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        heard.append((done, total))
        if done >= 6:
            raise _StoppedError

    async def begin(platform: Platform) -> list[UUID]:
        people = [await person(platform) for _ in range(10)]
        with pytest.raises(_StoppedError):
            await rotate(place, platform, progress=stop)
        return people

    people = place.run(begin)
    assert heard == [(3, 10), (6, 10)]

    async def go_on(platform: Platform) -> keys.Rotation:
        with pytest.raises(errors.EpochInUseError):
            await destroy(place, platform, 1, lose_backups=True)
        assert {await name_of(platform, user_id) for user_id in people} == {"Grace"}
        done = await rotate(place, platform)
        assert {await name_of(platform, user_id) for user_id in people} == {"Grace"}
        return done

    done = place.run(go_on)
    assert (done.epoch, done.resumed, done.rewrapped, done.unreadable) == (2, True, 4, [])


def test_one_rotation_at_a_time(place: Place) -> None:
    async def work(first: Platform) -> None:
        await person(first)
        async with place.open() as second:

            def meanwhile(_done: int, _all: int) -> None:
                started.set()

            started = asyncio.Event()
            await rotate(place, first, progress=meanwhile)
            assert started.is_set()
            async with first.pools.connection("fb_broker") as holder:
                await keys._lock(holder)
                with pytest.raises(keys.RotationRunningError):
                    await rotate(place, second)

    place.run(work)


def test_a_retired_key_is_kept_for_the_backups(place: Place) -> None:
    async def work(platform: Platform) -> None:
        with pytest.raises(errors.EpochActiveError):
            await destroy(place, platform, 1)
        await rotate(place, platform)
        with pytest.raises(errors.EpochKeptError):
            await destroy(place, platform, 1)
        place.world.admin.execute(
            "update key_epochs set retired_at = retired_at - interval '91 days' where epoch = 1"
        )
        await destroy(place, platform, 1)
        await destroy(place, platform, 1)
        with pytest.raises(errors.EpochNotFoundError):
            await destroy(place, platform, 9)
        states = await keys.status(platform, STAFF)
        assert [(s.epoch, s.state) for s in states] == [(1, "destroyed"), (2, "active")]

    place.run(work)
    assert [
        row["epoch"] for row in place.world.rows("select epoch from key_epochs order by epoch")
    ] == [1, 2]


def test_a_destroyed_key_opens_nothing_that_was_copied_before(place: Place) -> None:
    """An archive of the database, read with what is left of the keys."""
    user_id = place.run(person)
    copy = place.world.rows("select * from personal_data_keys where user_id = %s", user_id)[0]

    async def work(platform: Platform) -> None:
        await rotate(place, platform)
        await destroy(place, platform, 1, lose_backups=True)

    place.run(work)
    place.world.admin.execute("alter table personal_data_keys disable trigger check_key_epoch")
    place.world.admin.execute(
        "update personal_data_keys set wrapped_key = %s, key_epoch = 1 where user_id = %s",
        (copy["wrapped_key"], user_id),
    )
    with pytest.raises(UnknownEpochError):
        place.run(lambda platform: personal_data(platform, STAFF, user_id))


def test_the_tree_of_backups_is_apart(place: Place) -> None:
    async def work(platform: Platform) -> None:
        done = await rotate(place, platform, tree="backup")
        assert (done.epoch, done.rewrapped) == (1, 0)
        assert platform.vault.keyring.active == 1
        await rotate(place, platform, tree="backup")
        await rotate(place, platform)
        with pytest.raises(errors.EpochKeptError):
            await keys.destroy(platform, STAFF, place.keepers, "backup", 1)

    place.run(work)
    found = key_file.parse(place.secrets.read("kek"))
    assert sorted(found) == [("backup", 1), ("backup", 2), ("personal", 1), ("personal", 2)]
    assert len(set(found.values())) == 4
    key = place.keepers("file").fetch(Epoch("backup", 1, "file", "retired"))
    assert key == found["backup", 1]


def test_a_key_that_is_nowhere_is_named(place: Place) -> None:
    user_id = place.run(person)
    place.run(lambda platform: rotate(place, platform))
    found = key_file.parse(place.secrets.read("kek"))
    del found["personal", 2]
    place.secrets.path("kek").write_text(key_file.text_of(found))
    with pytest.raises(KeyUnavailableError, match="no personal key of epoch 2"):
        place.run(lambda platform: personal_data(platform, STAFF, user_id))


def test_customers_do_not_touch_keys(place: Place) -> None:
    async def work(platform: Platform) -> None:
        caller = customer(await person(platform))
        for attempt in (
            keys.status(platform, caller),
            keys.rotate(platform, caller, place.keepers("file")),
            keys.destroy(platform, caller, place.keepers, "personal", 1),
        ):
            with pytest.raises(errors.NotPermittedError):
                await attempt

    place.run(work)


def test_rotations_and_ends_of_keys_are_recorded(place: Place) -> None:
    async def work(platform: Platform) -> None:
        await rotate(place, platform)
        await destroy(place, platform, 1, lose_backups=True)

    place.run(work)
    lines = place.world.rows(
        "select action, record_id, actor from audit_log where table_name = 'key_epochs'"
        " order by log_id"
    )
    actor = f"user:{STAFF.user_id}"
    assert [tuple(line.values()) for line in lines] == [
        ("rotate", "personal 2", actor), ("destroy", "personal 1", actor),
    ]  # fmt: skip
