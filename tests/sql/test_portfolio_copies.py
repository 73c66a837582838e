"""Copies of portfolios in Valkey: current or not shown, the reader's alone, and never needed."""

import asyncio
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from valkey import Valkey

from financebuy.bootstrap import Platform
from financebuy.errors import AccountNotFoundError
from financebuy.services import portfolio, portfolio_copies
from financebuy.services.caller import Caller
from financebuy.services.portfolio_copies import form_of
from financebuy.services.portfolio_worth import Share, Standing
from tests.sql.investors import CASH, ask, investor
from tests.support.databases import Database
from tests.support.silence import silent
from tests.support.valkey import ValkeyServer, valkey_server
from tests.support.world import COMMON, World, execution

STATEMENTS = """
    select coalesce(sum(s.calls) filter (where s.query like '%portfolio_of%'), 0)::integer as read,
        coalesce(sum(s.calls) filter (where s.query like '%event_seq%any%'), 0)::integer as compared
    from pg_stat_statements as s
    where s.toplevel and s.dbid = (
        select d.oid from pg_database as d where d.datname = current_database()
    )"""


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    with valkey_server(Path(tmp_path_factory.mktemp("copies"))) as server:
        yield server


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        world.rows("select pg_stat_statements_reset()")
        yield world


def test_whoever_reads_after_a_command_sees_it(world: World, valkey: ValkeyServer) -> None:
    """By another program than the one that reads, which has nothing to tell it."""
    user, account, placed = investor(world)

    async def each(platform: Platform) -> None:
        caller = Caller(user.user_id)
        for n in range(1, 11):
            world.accepted("execution", execution(placed, 1, 100))
            for _ in range(3):
                shown = await portfolio.shared_summary(platform, caller, account)
                assert (shown.cash, shown.market_value) == (CASH - 100 * n, 100 * n)
            assert shown == await portfolio.summary(platform, caller, account)

    ask(world, each, valkey.url)
    # Of the three reads after a fill, one found its copy outdated; one more is `summary` itself.
    assert world.rows(STATEMENTS) == [{"read": 20, "compared": 30}]


def test_reads_of_one_moment_are_compared_together(world: World, valkey: ValkeyServer) -> None:
    user, account, _ = investor(world)

    async def many(platform: Platform) -> None:
        caller = Caller(user.user_id)
        first = await portfolio.shared_summary(platform, caller, account)
        reads = (portfolio.shared_summary(platform, caller, account) for _ in range(100))
        assert set(map(str, await asyncio.gather(*reads))) == {str(first)}

    ask(world, many, valkey.url)
    (sent,) = world.rows(STATEMENTS)
    assert sent["read"] == 1
    # The first went alone; the hundred in one, or in two when the first of them did not wait.
    assert sent["compared"] <= 3


def test_a_copy_is_its_readers_alone(world: World, valkey: ValkeyServer) -> None:
    user, account, _ = investor(world)
    friend, stranger, other = world.user(), world.user(), world.account(user)
    world.share(account, friend, "viewer")

    async def look(platform: Platform) -> None:
        for reader in (user, friend):
            for _ in range(2):
                shown = await portfolio.shared_summary(platform, Caller(reader.user_id), account)
                assert shown.cash == CASH
        for caller in (Caller(stranger.user_id), Caller(user.user_id, account_id=other)):
            with pytest.raises(AccountNotFoundError):
                await portfolio.shared_summary(platform, caller, account)
        out = {**COMMON, "identity": world.broker, "key": "out", "account_id": account}
        world.accepted("remove_owner", out | {"user_id": friend.user_id})
        with pytest.raises(AccountNotFoundError):
            await portfolio.shared_summary(platform, Caller(friend.user_id), account)

    ask(world, look, valkey.url)


def test_prices_are_those_of_the_moment(world: World, valkey: ValkeyServer) -> None:
    user, account, placed = investor(world)
    world.accepted("execution", execution(placed, 10, 100))
    security = world.value("select security_id from securities")

    async def rise(platform: Platform) -> list[Decimal]:
        shown = []
        for price in (100, 101, 102):
            world.quote(security, Decimal(price), Decimal(price), Decimal(price))
            # As old as a price may be.
            await asyncio.sleep(0.26)
            seen = await portfolio.shared_summary(platform, Caller(user.user_id), account)
            shown.append(seen.market_value)
        return shown

    assert ask(world, rise, valkey.url) == [Decimal(1000), Decimal(1010), Decimal(1020)]


def test_without_the_cache_postgresql_answers(world: World, tmp_path: Path) -> None:
    user, account, placed = investor(world)

    async def lose_it(platform: Platform) -> None:
        caller = Caller(user.user_id)
        await portfolio.shared_summary(platform, caller, account)
        server.kill()
        world.accepted("execution", execution(placed, 5, 100))
        for _ in range(3):
            shown = await portfolio.shared_summary(platform, caller, account)
            assert shown.market_value == Decimal(500)

    with valkey_server(tmp_path) as server:
        ask(world, lose_it, server.url)


@pytest.mark.parametrize("rest", [b"", b"\x93\x01\x02\x03", b"no MessagePack"])
def test_a_copy_that_cannot_be_read_is_none(
    world: World, valkey: ValkeyServer, rest: bytes
) -> None:
    """As if another version of FinanceBuy had written it, of what stands there now."""
    user, account, _ = investor(world)
    copies = Valkey.from_url(valkey.url)
    others = set(copies.scan_iter("portfolio:*"))

    async def read(platform: Platform) -> None:
        caller = Caller(user.user_id)
        first = await portfolio.shared_summary(platform, caller, account)
        (key,) = set(copies.scan_iter("portfolio:*")) - others
        written = copies.get(key)
        assert isinstance(written, bytes)
        copies.set(key, written[:16] + rest)
        assert await portfolio.shared_summary(platform, caller, account) == first
        assert copies.get(key) == written, "and it is written anew"

    ask(world, read, valkey.url)


def test_a_copy_of_another_form_is_not_found_at_all() -> None:
    renamed = msgspec.defstruct("Share", [("security", bytes), ("ticker", str)])
    retyped = msgspec.defstruct("Share", [("security", bytes), ("ticker", int)])
    forms = {form_of(renamed), form_of(retyped), form_of(Share), form_of(Standing, Share)}
    assert len(forms) == 4
    assert form_of(Standing, Share) == form_of(Standing, Share)


def test_nobody_waits_behind_a_connection_that_is_silent(
    world: World, valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio_copies, "ANSWER_SECONDS", 1.0)
    user, account, _ = investor(world)

    async def read(platform: Platform) -> float:
        caller = Caller(user.user_id)
        first = await portfolio.shared_summary(platform, caller, account)
        with silent(world, "fb_broker"):
            began = time.monotonic()
            reads = (portfolio.shared_summary(platform, caller, account) for _ in range(5))
            assert await asyncio.gather(*reads) == [first] * 5
            return time.monotonic() - began

    # Whoever waits for the silent one itself waits until it is given up, after twenty seconds.
    assert 1.0 <= ask(world, read, valkey.url) < 10.0
