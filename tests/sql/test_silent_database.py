"""A server that neither answers nor hangs up, as on a stalled disk: its processes are stopped."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from decimal import Decimal

import psycopg
import pytest

from financebuy.database import batches, pools
from financebuy.database.commands import CommandWriter, Verdict
from financebuy.database.failures import may_have_committed
from financebuy.database.pools import Connection, Pools
from financebuy.database.silence import hanging_up
from financebuy.errors import OutcomeUnknownError, TryAgainError
from financebuy.services.key_checks import ANSWER_SECONDS
from financebuy.sql import load
from tests.support import world as w
from tests.support.databases import Database
from tests.support.line import line_to
from tests.support.silence import silent, waiting_for_a_standby
from tests.support.world import User, World

Lend = Callable[[Pools, User], AbstractAsyncContextManager[Connection]]

HANG_SECONDS = 100


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        yield world


@pytest.fixture
def user(world: World) -> User:
    return world.user()


def test_a_command_is_answered_and_its_repeat_has_one_effect(world: World, user: User) -> None:
    account = world.account(user, 100)

    async def act() -> Verdict:
        roles = {"fb_bank": world.database.url("fb_bank")}
        async with (
            Pools(roles) as opened,
            CommandWriter(opened, writers=1, patience=0.5) as impatient,
            CommandWriter(opened, writers=1) as writer,
        ):
            await impatient.submit("deposit_received", w.deposit(account, 1))
            row = w.deposit(account, 5)
            with silent(world, "fb_bank"):
                first = asyncio.ensure_future(impatient.submit("deposit_received", row))
                await asyncio.sleep(0.1)
                behind = asyncio.ensure_future(
                    impatient.submit("deposit_received", w.deposit(account, 7))
                )
                with pytest.raises(OutcomeUnknownError):
                    await asyncio.wait_for(asyncio.shield(first), HANG_SECONDS)
                with pytest.raises(TryAgainError):  # it never left: nothing was written
                    await asyncio.wait_for(asyncio.shield(behind), HANG_SECONDS)
            return await writer.submit("deposit_received", row)

    assert asyncio.run(act()).outcome == "accepted"
    assert world.value("select balance from accounts where account_id = %s", account) == Decimal(
        106
    )
    assert world.check_books() == {}


def test_a_server_that_fails_again_and_again_is_asked_until_patience_ends(
    world: World, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "PAUSE_SECONDS", 0.0)
    account = world.account(user, 100)
    world.admin.execute(
        """create sequence tries; grant usage on tries to public;
        create function fail() returns trigger language plpgsql as $$ begin
            perform nextval('public.tries');
            raise exception 'no' using errcode = '40001';
        end $$;
        create trigger fail before insert on idempotency_keys execute function fail()"""
    )

    async def act() -> None:
        roles = {"fb_bank": world.database.url("fb_bank")}
        async with Pools(roles) as opened, CommandWriter(opened, patience=5.0) as writer:
            await writer.submit("deposit_received", w.deposit(account, 1))

    with pytest.raises(TryAgainError):
        asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert world.value("select last_value from tries") > 100
    assert world.value("select balance from accounts where account_id = %s", account) == 100


@pytest.mark.parametrize(
    ("lend", "error"),
    [
        (lambda opened, user: opened.read(user.token), TryAgainError),
        (lambda opened, _: opened.statement("app_user"), TryAgainError),
        # What it was lent for may have been written.
        (lambda opened, _: opened.connection("app_user"), psycopg.OperationalError),
    ],
    ids=["read", "statement", "connection"],
)
def test_what_is_asked_is_given_up_and_its_connection_replaced(
    world: World, user: User, monkeypatch: pytest.MonkeyPatch, lend: Lend, error: type[Exception]
) -> None:
    monkeypatch.setattr(pools, "READ_SECONDS", 0.5)

    async def ask(opened: Pools) -> None:
        async with lend(opened, user) as connection:
            with silent(world, "app_user"):
                await connection.execute("select 1")

    async def act() -> float:
        async with Pools({"app_user": world.database.url("app_user")}) as opened:
            began = time.monotonic()
            with pytest.raises(error) as met:
                await ask(opened)
            waited = time.monotonic() - began
            assert not isinstance(met.value, psycopg.Error) or may_have_committed(met.value)
            async with opened.connection("app_user") as connection:
                await connection.execute("select 1")
            return waited

    # With psycopg's own way of cancelling it takes ten seconds more.
    assert asyncio.run(asyncio.wait_for(act(), HANG_SECONDS)) < 8


def test_a_cancel_that_was_sent_meets_nothing_that_is_asked_later(world: World) -> None:
    """The line is slow to carry the cancel; the query that it was meant for has ended by itself."""

    async def act() -> None:
        async with (
            line_to(world.database) as line,
            Pools({"app_user": line.url("app_user")}, size=1) as opened,
        ):
            async with opened.connection("app_user") as first:
                with hanging_up(first, 0.2):
                    await first.execute("select 1")
                    line.hold_next()
                    await first.execute("select pg_sleep(0.5)")
                assert first.closed
            async with opened.connection("app_user") as second:
                assert second is not first
                asked = asyncio.create_task(second.execute("select pg_sleep(1)"))
                await asyncio.sleep(0.2)
                line.flow()
                await asked

    asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))


def test_a_writer_goes_on_after_a_cancel_that_came_too_late(world: World, user: User) -> None:
    account = world.account(user, 100)

    async def act() -> list[Verdict]:
        roles = {"fb_bank": world.database.url("fb_bank")}
        async with Pools(roles) as opened, CommandWriter(opened, writers=1) as writer:
            rows = [w.deposit(account, amount) for amount in (1, 2)]
            first = await writer.submit("deposit_received", rows[0])
            (lane,) = writer._lanes.values()
            (batches,) = lane._writers
            assert batches._connection is not None
            batches._connection.pgconn.finish()  # as `hanging_up` leaves it
            return [first, await writer.submit("deposit_received", rows[1])]

    verdicts = asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
    assert [(v.outcome, v.replayed) for v in verdicts] == [("accepted", False)] * 2


def test_idle_connections_that_are_silent_are_replaced_while_who_asks_still_waits(
    world: World,
) -> None:
    async def act() -> float:
        async with (
            line_to(world.database) as line,
            Pools({"app_user": line.url("app_user")}) as opened,
        ):
            async with opened.connection("app_user"):
                pass
            await asyncio.sleep(1.1)  # for so long a connection needs no check
            line.stall_those_there()
            began = time.monotonic()
            async with opened.connection("app_user") as connection:
                await connection.execute("select 1")
            return time.monotonic() - began

    assert asyncio.run(asyncio.wait_for(act(), HANG_SECONDS)) < ANSWER_SECONDS


def test_what_is_committed_here_and_on_no_standby_is_told_to_whoever_asked(
    world: World, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "READ_SECONDS", 0.5)

    async def act() -> None:
        async with Pools({"app_user": world.database.url("app_user")}) as opened:
            with waiting_for_a_standby(world), pytest.raises(OutcomeUnknownError):
                async with opened.connection("app_user") as connection:
                    await connection.execute(load("platform").wait_for_standbys)
            async with opened.connection("app_user") as connection:
                await connection.execute(load("platform").wait_for_standbys)

    asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
