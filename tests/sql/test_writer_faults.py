"""What the command writer does when something is in the way: order, truth, and who waits."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from financebuy.database.batches import BatchWriter
from financebuy.database.command import Command
from financebuy.database.commands import ROLES, CommandWriter, Verdict
from financebuy.database.failures import may_have_committed
from financebuy.database.identity import LIFETIME, Identity
from financebuy.database.lanes import GRACE_SECONDS
from financebuy.database.pools import Pools
from financebuy.database.silence import CANCEL_SECONDS
from financebuy.errors import (
    FinanceBuyError,
    OutcomeUnknownError,
    OverloadedError,
    TryAgainError,
)
from financebuy.settings import Settings
from tests.support import world as w
from tests.support.databases import Database
from tests.support.line import Line, line_to
from tests.support.world import Row, User, World

HANG_SECONDS = 90
SCOPES = ("read", "trade", "funding")
NAMES = {"writer fb_bank", "hanging up"}
Task = asyncio.Task[Verdict]


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


@pytest.fixture
def user(world: World) -> User:
    return world.user()


def run(act: Any) -> Any:
    return asyncio.run(asyncio.wait_for(act, HANG_SECONDS))


@contextmanager
def held(world: World, account: UUID) -> Iterator[None]:
    blocker = world.connect(world.database.admin_url)
    with blocker.transaction():
        blocker.execute("select 1 from accounts where account_id = %s for update", (account,))
        yield


@asynccontextmanager
async def writing(line: Line, role: str, **limits: Any) -> AsyncIterator[CommandWriter]:
    async with Pools({role: line.url(role)}) as pools, CommandWriter(pools, **limits) as writer:
        yield writer


def submitted(writer: CommandWriter, function: str, *rows: Row) -> list[Task]:
    return [asyncio.create_task(writer.submit(function, row)) for row in rows]


async def until(asked: Callable[[], Any]) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while not asked():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def written(world: World, key: str) -> bool:
    return bool(world.value("select exists (select 1 from idempotency_keys where key = %s)", key))


def waits_for_an_account(world: World, role: str) -> bool:
    query = (
        "select exists (select 1 from pg_locks join pg_stat_activity using (pid)"
        " where usename = %s and not granted)"
    )
    return bool(world.value(query, role))


def booked(world: World, account: UUID) -> list[int]:
    rows = world.rows("select amount from entries where account_id = %s order by version", account)
    return [int(row["amount"]) for row in rows]


# ---------------------------------------------------------------------- order


def test_nobody_overtakes_a_held_account_while_a_poisoned_batch_is_halved(
    world: World, user: User
) -> None:
    free, contested = world.account(user), world.account(user)
    beside = w.deposit(free, 1)
    rows = [beside, w.deposit(contested, 1), w.deposit(contested, 2)]
    poison = w.deposit(free, 1, account_id="no account", currency=1.5)

    async def act() -> None:
        roles = {"fb_bank": world.database.url("fb_bank")}
        async with Pools(roles) as pools, CommandWriter(pools, writers=1) as writer:
            with held(world, contested):
                good = submitted(writer, "deposit_received", *rows)
                (bad,) = submitted(writer, "deposit_received", poison)
                # The first half was written around the account, the second is on its way.
                await until(lambda: written(world, beside["bank_reference"]))
            assert {v.outcome for v in await asyncio.gather(*good)} == {"accepted"}
            with pytest.raises(TypeError):
                await bad

    run(act())
    assert booked(world, contested) == [1, 2]


def direct(world: World, function: str, *rows: Row) -> list[Command]:
    """Commands as a lane makes them; those of the first one's subject were held before."""
    loop = asyncio.get_running_loop()
    made = [
        Command(function, row, row["account_id"], loop.create_future(), time.monotonic() + 15)
        for row in rows
    ]
    made[0].blocked = True
    return made


def test_who_was_not_held_before_waits_as_usual(world: World, user: User) -> None:
    account, other = world.account(user), world.account(user)

    async def act() -> None:
        async with Pools({"fb_bank": world.database.url("fb_bank")}) as pools:
            writer = BatchWriter(pools, "fb_bank", 15.0)
            batch = direct(
                world, "deposit_received", w.deposit(account, 1), w.deposit(other, 1),
                w.deposit(account, 2),
            )  # fmt: skip
            with held(world, account):
                with held(world, other):
                    task = asyncio.create_task(writer.write(list(batch)))
                    await until(lambda: waits_for_an_account(world, "fb_bank"))
                    assert not task.done()
                assert await task == [batch[0], batch[2]]
            assert batch[1].answer.result().outcome == "accepted"
            assert await writer.write([batch[0], batch[2]]) == []
            await writer.release()

    run(act())
    assert booked(world, account) == [1, 2]


def test_a_transfer_does_not_overtake_one_whose_target_is_held(world: World, user: User) -> None:
    account, target, other = world.account(user, 10), world.account(user), world.account(user)
    rows = [w.transfer(user.token, account, each, 1) for each in (target, other)]

    async def act() -> None:
        async with Pools({"app_user": world.database.url("app_user")}) as pools:
            writer = BatchWriter(pools, "app_user", 15.0)
            batch = direct(world, "transfer", *rows)
            with held(world, target):
                assert await writer.write(list(batch)) == batch
            assert await writer.write(list(batch)) == []
            await writer.release()

    run(act())
    assert booked(world, account) == [10, -1, -1]
    assert [written(world, row["key"]) for row in rows] == [True, True]
    assert world.check_books() == {}


# ---------------------------------------------------------------------- identities


def test_an_identity_that_ran_out_meanwhile_denies_nothing(world: World, user: User) -> None:
    """The command was committed, its answer lost, and its identity is too old for a repeat."""
    account = world.account(user, 10)
    row = w.withdrawal(short_lived(world, user), account, 1)

    async def act() -> Verdict:
        async with (
            line_to(world.database) as line,
            writing(line, "app_user", writers=1) as writer,
        ):
            await writer.submit("request_withdrawal", w.withdrawal(user.token, account, 1))
            line.stall(answers_alone=True)
            asked = asyncio.create_task(writer.submit("request_withdrawal", row))
            await until(lambda: written(world, row["key"]))
            await until(lambda: world.do("request_withdrawal", row).code == "identity_expired")
            line.cut()
            line.flow()
            return await asked

    with pytest.raises(OutcomeUnknownError):
        run(act())
    holds = "select count(*) from transfers where account_id = %s and direction = 'outgoing'"
    assert world.value(holds, account) == 2


def test_what_waits_for_an_account_is_judged_when_it_is_free(world: World, user: User) -> None:
    account = world.account(user, 10)
    rows = [w.withdrawal(one, account, 1) for one in (short_lived(world, user), user.token)]

    async def act() -> list[Verdict]:
        roles = {"app_user": world.database.url("app_user")}
        async with Pools(roles) as pools, CommandWriter(pools, writers=1) as writer:
            with held(world, account):
                waiting = submitted(writer, "request_withdrawal", *rows)
                # A second of waiting for the lock, and more than the identity's life.
                await asyncio.sleep(3.5)
            return await asyncio.gather(*waiting)

    assert [(v.outcome, v.code) for v in run(act())] == [
        ("refused", "identity_expired"), ("accepted", None),
    ]  # fmt: skip
    assert [written(world, row["key"]) for row in rows] == [False, True]


def test_an_identity_outlives_the_longest_that_a_command_may_wait() -> None:
    """So what is sent once more needs no new signature."""
    longest = Settings.read({"FINANCEBUY_COMMAND_SECONDS": "40"}).command_seconds
    with pytest.raises(FinanceBuyError):
        Settings.read({"FINANCEBUY_COMMAND_SECONDS": "41"})
    assert longest + GRACE_SECONDS + CANCEL_SECONDS < LIFETIME.total_seconds() - 10


def short_lived(world: World, user: User) -> str:
    """An identity that has two seconds to live."""
    return world.signer.sign(Identity(user.user_id, "TESTKEY", SCOPES), timedelta(seconds=2))


# ---------------------------------------------------------------------- errors


def test_a_session_that_the_server_ended_may_have_committed(world: World) -> None:
    lost = world.connect(world.database.admin_url)
    lost.execute("begin")
    lost.execute("set local idle_in_transaction_session_timeout = 10")
    time.sleep(0.3)
    with pytest.raises(psycopg.Error) as raised:
        lost.execute("select 1")
    assert raised.value.sqlstate == "25P03"
    assert may_have_committed(raised.value)
    with pytest.raises(psycopg.Error) as divided:
        world.admin.execute("select 1 / 0")
    assert not may_have_committed(divided.value)


def test_what_a_trigger_finds_wrong_with_one_row_harms_nobody_beside_it(
    world: World, user: User
) -> None:
    """Not bad data but a broken rule of the database's own: its command meets the error alone."""
    account = world.account(user)
    world.admin.execute(
        """create function refuse() returns trigger language plpgsql as $$ begin
            raise exception 'a rule is broken';
        end $$;
        create trigger refuse before insert on idempotency_keys for each row
        when (new.key like 'bad%') execute function refuse()"""
    )
    bad = w.deposit(account, 7, bank_reference="bad one")

    async def act() -> None:
        roles = {"fb_bank": world.database.url("fb_bank")}
        async with Pools(roles) as pools, CommandWriter(pools, writers=1) as writer:
            rows = [w.deposit(account, n) for n in (1, 2, 3)]
            good = submitted(writer, "deposit_received", *rows[:2])
            (broken,) = submitted(writer, "deposit_received", bad)
            good += submitted(writer, "deposit_received", rows[2])
            assert {v.outcome for v in await asyncio.gather(*good)} == {"accepted"}
            with pytest.raises(psycopg.errors.RaiseException):
                await broken

    run(act())
    assert booked(world, account) == [1, 2, 3]


# ---------------------------------------------------------------------- silence


@pytest.mark.parametrize("lost", [False, True])
def test_a_line_that_carries_nothing_holds_nobody_for_ever(
    world: World, user: User, lost: bool, tell: Callable[[str], None]
) -> None:
    accounts = [world.account(user) for _ in range(3)]
    function = "deposit_received"

    async def act() -> list[float]:
        async with (
            line_to(world.database) as line,
            writing(line, "fb_bank", writers=2, most_waiting=4, patience=2.0) as writer,
        ):
            await asyncio.gather(
                *submitted(writer, function, *(w.deposit(each, 1) for each in accounts[:2]))
            )
            line.stall()
            began = time.monotonic()
            sent = submitted(writer, function, *(w.deposit(each, 1) for each in accounts[:2]))
            await asyncio.sleep(0.1)
            behind = submitted(writer, function, *(w.deposit(accounts[0], 1) for _ in range(4)))
            await asyncio.sleep(0)
            with pytest.raises(OverloadedError):
                await writer.submit(function, w.deposit(accounts[2], 1))
            assert time.monotonic() - began < 2.0
            waited = []
            for task, kind in [(each, OutcomeUnknownError) for each in sent] + [
                (each, TryAgainError) for each in behind
            ]:
                with pytest.raises(kind):
                    await task
                waited.append(time.monotonic() - began)
            if lost:
                line.cut()
            line.flow()
            # Room again, and a server.
            while True:
                try:
                    rows = [w.deposit(each, 1) for each in accounts]
                    await asyncio.gather(*submitted(writer, function, *rows))
                except TryAgainError:
                    continue
                return waited

    waited = run(act())
    tell(f"answered at the latest {max(waited):.1f} s after a line stalled, patience 2.0 s")
    assert max(waited) < 20
    assert world.check_books() == {}


def test_a_writer_is_closed_while_its_line_is_silent(world: World, user: User) -> None:
    account = world.account(user)

    async def act() -> None:
        async with line_to(world.database) as line:
            async with writing(line, "fb_bank", writers=1) as writer:
                await writer.submit("deposit_received", w.deposit(account, 1))
                line.stall()
                (sent,) = submitted(writer, "deposit_received", w.deposit(account, 1))
                await asyncio.sleep(0.1)
            with pytest.raises(OutcomeUnknownError):
                await sent
            assert not [each for each in asyncio.all_tasks() if each.get_name() in NAMES]

    run(act())


def test_an_idle_connection_that_is_silent_is_replaced(world: World, user: User) -> None:
    """It would be lent to the writer, and asked whether anybody is there."""

    async def act() -> None:
        role = ROLES["transfer"]
        async with line_to(world.database) as line, Pools({role: line.url(role)}) as pools:
            async with pools.connection(role):
                pass
            await asyncio.sleep(1.1)  # for so long a connection needs no check
            line.stall()
            asked = asyncio.create_task(pools.take(role))
            with pytest.raises(TryAgainError):
                await asked
            line.flow()
            await pools.give_back(role, await pools.take(role))

    run(act())
