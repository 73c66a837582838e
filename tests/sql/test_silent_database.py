"""A server that neither answers nor hangs up, as on a stalled disk: its processes are stopped."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pytest

from financebuy.database import batches, pools
from financebuy.database.commands import CommandWriter, Verdict
from financebuy.database.pools import Pools
from financebuy.errors import OutcomeUnknownError, TryAgainError
from tests.support import world as w
from tests.support.databases import Database
from tests.support.silence import silent
from tests.support.world import User, World

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


def test_a_read_is_given_up(world: World, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "READ_SECONDS", 0.5)

    async def act() -> None:
        async with (
            Pools({"app_user": world.database.url("app_user")}) as opened,
            opened.read(user.token) as connection,
        ):
            with silent(world, "app_user"):
                await connection.execute("select 1")

    with pytest.raises(TryAgainError):
        asyncio.run(asyncio.wait_for(act(), HANG_SECONDS))
