"""More commands than can be written: who is turned away, and what is written."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import pytest

from financebuy.database import lanes
from financebuy.database.commands import CommandWriter, Verdict
from financebuy.database.pools import Pools
from financebuy.errors import OutcomeUnknownError, OverloadedError, TryAgainError
from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import Row, User, World

HANG_SECONDS = 60
Task = asyncio.Task[Verdict]


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


@pytest.fixture
def user(world: World) -> User:
    return world.user()


@asynccontextmanager
async def writing(world: World, **limits: Any) -> AsyncIterator[CommandWriter]:
    urls = {"fb_bank": world.database.url("fb_bank")}
    async with Pools(urls) as pools, CommandWriter(pools, **limits) as writer:
        yield writer


@contextmanager
def held(world: World, account: UUID) -> Iterator[None]:
    """Another session holds the account."""
    blocker = world.connect(world.database.admin_url)
    with blocker.transaction():
        blocker.execute("select 1 from accounts where account_id = %s for update", (account,))
        yield


def submitted(writer: CommandWriter, *rows: Row) -> list[Task]:
    return [asyncio.create_task(writer.submit("deposit_received", row)) for row in rows]


def is_sent(world: World) -> bool:
    """Whether the bank's session waits for the account."""
    return bool(world.value(
        "select exists (select 1 from pg_locks join pg_stat_activity using (pid)"
        " where usename = 'fb_bank' and not granted)"
    ))  # fmt: skip


async def sent(world: World) -> None:
    """Wait until what was submitted first is in a batch."""
    deadline = time.monotonic() + HANG_SECONDS
    while not is_sent(world):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def written(world: World, row: Row) -> bool:
    query = "select exists (select 1 from idempotency_keys where key = %s)"
    return bool(world.value(query, row["bank_reference"]))


def balance(world: World, account: UUID) -> Any:
    return world.value("select balance from accounts where account_id = %s", account)


def test_a_full_queue_turns_away_at_once_and_writes_nothing(world: World, user: User) -> None:
    account, other = world.account(user), world.account(user)
    rows = [w.deposit(account, 1) for _ in range(4)]
    one_more, of_another = w.deposit(account, 1), w.deposit(other, 1)

    async def act() -> None:
        async with writing(world, writers=1, most_waiting=3) as writer:
            with held(world, account):
                waiting = submitted(writer, rows[0])
                await sent(world)
                waiting += submitted(writer, *rows[1:])
                await asyncio.sleep(0)
                for row in (one_more, of_another):
                    began = time.monotonic()
                    with pytest.raises(OverloadedError):
                        await writer.submit("deposit_received", row)
                    assert time.monotonic() - began < 0.5
                assert not any(task.done() for task in waiting)
            await asyncio.gather(*waiting)
            assert not written(world, one_more)
            assert not written(world, of_another)
            # There is room again: the same request, with its key, is a first one.
            answers = await asyncio.gather(*submitted(writer, one_more, of_another))
            assert [(v.outcome, v.replayed) for v in answers] == [("accepted", False)] * 2

    asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert [balance(world, each) for each in (account, other)] == [5, 1]
    assert world.check_books() == {}


def test_who_gives_up_frees_the_place_and_is_never_written(world: World, user: User) -> None:
    account = world.account(user)
    first, given_up, behind, instead = (w.deposit(account, 1) for _ in range(4))

    async def act() -> None:
        async with writing(world, writers=1, most_waiting=2) as writer:
            with held(world, account):
                waiting = submitted(writer, first)
                await sent(world)
                (leaving,) = submitted(writer, given_up)
                waiting += submitted(writer, behind)
                await asyncio.sleep(0)
                with pytest.raises(OverloadedError):
                    await writer.submit("deposit_received", instead)
                leaving.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await leaving
                waiting += submitted(writer, instead)
                await asyncio.sleep(0)
            assert {v.outcome for v in await asyncio.gather(*waiting)} == {"accepted"}

    asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert [written(world, row) for row in (first, given_up, behind, instead)] == [
        True, False, True, True,
    ]  # fmt: skip
    assert balance(world, account) == 3


def test_a_deadline_frees_the_place_while_the_account_is_still_held(
    world: World, user: User
) -> None:
    account, other = world.account(user), world.account(user)
    late = [w.deposit(account, 1) for _ in range(3)]

    async def act() -> None:
        async with writing(world, writers=1, most_waiting=3, patience=1.5) as writer:
            with held(world, account):
                waiting = submitted(writer, *late)
                for task in waiting:
                    with pytest.raises(TryAgainError) as raised:
                        await task
                    assert not isinstance(raised.value, OverloadedError)
                # Everybody's place is free, and the others' commands are written.
                free = [w.deposit(other, 1) for _ in range(3)]
                answers = await asyncio.gather(*submitted(writer, *free))
                assert {v.outcome for v in answers} == {"accepted"}
            await asyncio.sleep(0.2)

    asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert [written(world, row) for row in late] == [False] * 3
    assert [balance(world, each) for each in (account, other)] == [0, 3]


def test_one_that_is_late_in_its_batch_is_unknown_and_its_repeat_a_replay(
    world: World, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "GRACE_SECONDS", 0.2)
    account, other = world.account(user), world.account(user)
    world.admin.execute(
        """create function slow() returns trigger language plpgsql as $$ begin
            perform pg_sleep(2); return new;
        end $$;
        create trigger slow before insert on idempotency_keys for each row
        when (new.key like 'slow%') execute function slow()"""
    )
    ahead = w.deposit(account, 1, bank_reference="slow 1")
    late = w.deposit(other, 1, bank_reference="slow 2")

    async def act() -> Verdict:
        async with writing(world, writers=1, patience=3.0) as writer:
            await writer.submit("deposit_received", w.deposit(account, 1))
            (first,) = submitted(writer, ahead)
            await asyncio.sleep(0.2)
            began = time.monotonic()
            # It is sent after some two seconds, and would be answered two seconds after that.
            (second,) = submitted(writer, late)
            assert (await first).outcome == "accepted"
            with pytest.raises(OutcomeUnknownError):
                await second
            assert time.monotonic() - began >= 3
            return await writer.submit("deposit_received", late)

    verdict = asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert (verdict.outcome, verdict.replayed) == ("accepted", True)
    assert balance(world, other) == 1


def test_first_come_first_served_within_each_account(world: World, user: User) -> None:
    accounts = [world.account(user) for _ in range(10)]
    rows = [w.deposit(accounts[n * 7 % 10], n + 1) for n in range(2_000)]

    async def act() -> list[Verdict]:
        async with writing(world, writers=3) as writer:
            return await asyncio.gather(*submitted(writer, *rows))

    verdicts = asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert {v.outcome for v in verdicts} == {"accepted"}
    for account in accounts:
        booked = world.rows(
            "select amount from entries where account_id = %s order by version", account
        )
        ours = [row["amount"] for row in rows if row["account_id"] == account]
        assert [each["amount"] for each in booked] == ours
    assert world.check_books() == {}


def test_what_cannot_be_sent_harms_nobody_beside_it(world: World, user: User) -> None:
    account = world.account(user)
    bad: list[tuple[Row, type[Exception]]] = [
        (w.deposit(account, 1) | {"amount": 1.5}, TypeError),
        (w.deposit(account, 1, currency="\ud800"), UnicodeEncodeError),
        (w.deposit(account, 1, currency="U\0D"), Exception),
    ]

    async def act() -> None:
        async with writing(world, writers=1) as writer:
            good = submitted(writer, *(w.deposit(account, 1) for _ in range(5)))
            poisoned = submitted(writer, *(row for row, _ in bad))
            good += submitted(writer, *(w.deposit(account, 1) for _ in range(5)))
            for task, (_, kind) in zip(poisoned, bad, strict=True):
                with pytest.raises(kind):
                    await task
            assert {v.outcome for v in await asyncio.gather(*good)} == {"accepted"}

    asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert balance(world, account) == 10
    assert [written(world, row) for row, _ in bad] == [False] * 3


def test_a_writer_that_is_closed_says_so(world: World, user: User) -> None:
    account = world.account(user)

    async def act() -> None:
        async with writing(world) as writer:
            await writer.submit("deposit_received", w.deposit(account, 1))
        with pytest.raises(TryAgainError):
            await asyncio.wait_for(writer.submit("deposit_received", w.deposit(account, 1)), 5)

    asyncio.run(act())
    assert balance(world, account) == 1


@pytest.mark.parametrize("steps", range(6))
def test_nobody_waits_for_a_writer_that_is_closed(world: World, user: User, steps: int) -> None:
    """However far the event loop has come: each has an answer, and it is true."""
    account = world.account(user)
    rows = [w.deposit(account, 1) for _ in range(5)]

    async def act() -> list[Verdict | BaseException]:
        async with writing(world) as writer:
            await writer.submit("deposit_received", w.deposit(account, 1))
            waiting = submitted(writer, *rows)
            for _ in range(steps):
                await asyncio.sleep(0)
        return await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)

    for row, answer in zip(rows, asyncio.run(act()), strict=True):
        if isinstance(answer, TryAgainError):
            assert not written(world, row)
        else:
            assert isinstance(answer, OutcomeUnknownError) or written(world, row)
