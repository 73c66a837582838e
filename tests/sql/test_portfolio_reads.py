"""What a portfolio shows: cash and shares of one moment, to whoever may see them."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from financebuy.bootstrap import Platform
from financebuy.errors import AccountNotFoundError
from financebuy.services import portfolio
from financebuy.services.caller import PLATFORM, Caller
from financebuy.services.portfolio import Summary
from tests.sql.investors import CASH, SHARES, ask, investor
from tests.support.databases import Database
from tests.support.world import COMMON, World, execution

Read = Callable[[Platform, Caller, UUID], Awaitable[object]]
OF_CUSTOMERS = (
    "= 'app_user'::regrole"
    " and %s = (select d.oid from pg_database as d where d.datname = current_database())"
)
SENT = (
    "select s.calls, s.query from pg_stat_statements as s"
    f" where s.toplevel and s.userid {OF_CUSTOMERS % 's.dbid'}"
)
# It waits until they are gone.
END_OF_CUSTOMERS = (
    "select pg_terminate_backend(a.pid, 10000) from pg_stat_activity as a"
    f" where a.usesysid {OF_CUSTOMERS % 'a.datid'}"
)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        yield world


async def _listed(platform: Platform, caller: Caller, account_id: UUID) -> Summary:
    """As one of a list of accounts."""
    return (await portfolio.summaries(platform, caller, [account_id]))[account_id]


@pytest.mark.parametrize("is_staff", [False, True], ids=["owner", "staff"])
@pytest.mark.parametrize("read", [portfolio.summary, _listed])
def test_a_fill_is_in_cash_and_in_shares_or_in_neither(
    world: World, read: Callable[[Platform, Caller, UUID], Awaitable[Summary]], *, is_staff: bool
) -> None:
    user, account, placed = investor(world)
    filled = threading.Event()

    def fill() -> None:
        for _ in range(SHARES):
            world.accepted("execution", execution(placed, 1, 100))
        filled.set()

    async def watch(platform: Platform) -> list[Summary]:
        caller, seen = PLATFORM if is_staff else Caller(user.user_id), []
        filling = asyncio.create_task(asyncio.to_thread(fill))
        while not filled.is_set():
            seen.append(await read(platform, caller, account))
        await filling
        return [*seen, await read(platform, caller, account)]

    seen = ask(world, watch)
    # Bought at the last price, without a fee: nobody is richer or poorer for it.
    assert {(each.equity, each.buying_power + each.market_value) for each in seen} == {
        (CASH, CASH - SHARES * 100 + each.market_value) for each in seen
    }
    assert len({each.market_value for each in seen}) > 3
    assert (seen[-1].cash, seen[-1].market_value) == (Decimal("6000.00"), Decimal("4000.00"))


def test_a_fill_is_there_when_the_venue_is_told_that_it_is(world: World) -> None:
    user, account, placed = investor(world)

    async def each(platform: Platform) -> list[Decimal]:
        caller, worth = Caller(user.user_id), []
        for _ in range(5):
            await asyncio.to_thread(
                world.accepted, "execution", execution(placed, 2, Decimal("99.50"))
            )
            worth.append((await portfolio.summary(platform, caller, account)).total_cost)
        return worth

    assert ask(world, each) == [Decimal(199 * n) for n in range(1, 6)]


def test_the_staff_and_the_owner_are_shown_the_same(world: World) -> None:
    user, account, placed = investor(world)
    world.accepted("execution", execution(placed, 3, Decimal("99.95")))
    world.security("NEVER")
    nothing_yet = world.account(user, "12.30")

    async def both(platform: Platform) -> None:
        for account_id in (account, nothing_yet):
            own = await portfolio.summary(platform, Caller(user.user_id), account_id)
            assert own == await portfolio.summary(platform, PLATFORM, account_id)
        held = await portfolio.positions(platform, Caller(user.user_id), account)
        assert held == await portfolio.positions(platform, PLATFORM, account)
        assert [each.quantity for each in held] == [3]
        assert await portfolio.positions(platform, Caller(user.user_id), nothing_yet) == []

    ask(world, both)


@pytest.mark.parametrize("read", [portfolio.summary, portfolio.positions])
def test_a_stranger_learns_nothing(world: World, read: Read) -> None:
    user, account, placed = investor(world)
    world.accepted("execution", execution(placed, 3, 100))
    other = world.account(user)
    strangers = [
        (Caller(world.user().user_id), account),
        # By a key of another account of theirs, and an account that there is not.
        (Caller(user.user_id, account_id=other), account),
        (Caller(user.user_id), uuid4()),
    ]

    async def refused(platform: Platform) -> None:
        for caller, account_id in strangers:
            with pytest.raises(AccountNotFoundError):
                await read(platform, caller, account_id)

    ask(world, refused)


def test_who_was_let_out_of_an_account_sees_it_no_more(world: World) -> None:
    _, account, _ = investor(world)
    friend = world.user()
    world.share(account, friend, "viewer")

    async def look(platform: Platform) -> None:
        caller = Caller(friend.user_id)
        assert (await portfolio.summary(platform, caller, account)).cash == CASH
        out = {**COMMON, "identity": world.broker, "key": "out", "account_id": account}
        await asyncio.to_thread(world.accepted, "remove_owner", out | {"user_id": friend.user_id})
        with pytest.raises(AccountNotFoundError):
            await portfolio.summary(platform, caller, account)

    ask(world, look)


def test_a_portfolio_is_one_statement(world: World) -> None:
    user, account, _ = investor(world)
    world.rows("select pg_stat_statements_reset()")

    async def twice(platform: Platform) -> None:
        for _ in range(2):
            await portfolio.summary(platform, Caller(user.user_id), account)

    ask(world, twice)
    (sent,) = world.rows(SENT)
    assert (sent["calls"], "fb.portfolio_of" in sent["query"]) == (2, True)


def test_portfolios_of_many_accounts_are_one_statement(world: World) -> None:
    """By the staff, so that cash and shares of all of them are of one moment."""
    accounts = [investor(world)[1], world.account(world.user(), "12.30")]
    world.rows("select pg_stat_statements_reset()")

    async def listed(platform: Platform) -> None:
        found = await portfolio.summaries(platform, PLATFORM, [*accounts, uuid4()])
        assert [found[each].cash for each in accounts] == [CASH, Decimal("12.30")]
        assert len(found) == 2

    ask(world, listed)
    (sent,) = world.rows(SENT.replace("app_user", "fb_broker"))
    assert sent["calls"] == 1


def test_a_connection_that_the_server_closed_a_moment_ago_is_not_lent(world: World) -> None:
    user, account, _ = investor(world)

    async def closed_in_between(platform: Platform) -> None:
        for _ in range(2):
            assert (await portfolio.summary(platform, Caller(user.user_id), account)).cash == CASH
            await asyncio.to_thread(world.rows, END_OF_CUSTOMERS)

    ask(world, closed_in_between)
