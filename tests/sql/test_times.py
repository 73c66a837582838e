"""The two times: what is recorded never goes back, what is effective is the market's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import MONDAY, OPEN, World


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        yield world


def test_recorded_times_never_go_back_when_the_clock_does(world: World) -> None:
    """A failover to a server whose clock is an hour behind looks like this."""
    user, stock = world.user(), world.security("AAA")
    account = world.account(user, 1_000)
    ahead = datetime.now(UTC) + timedelta(hours=1)
    world.admin.execute("update accounts set last_recorded_at = %s", (ahead,))
    order = world.accepted("place_order", w.order(user.token, account, stock))
    world.accepted("order_acknowledged", w.fact("order_acknowledged", order, "v"))
    world.accepted("execution", w.execution(order, 1, 99))
    world.accepted("deposit_received", w.deposit(account, 1))
    asked = world.accepted("request_withdrawal", w.withdrawal(user.token, account, 1))
    world.accepted("withdrawal_returned", w.fact("withdrawal_returned", asked))
    pending = world.accepted("place_order", w.order(user.token, account, stock))
    world.accepted("cancel_order", w.cancel(user.token, pending))
    world.set_status(account, "restricted")
    assert world.job("select fb.settle(%s, 10)", MONDAY + timedelta(days=9)) > 0
    since = "select min(recorded_at) from outbox where account_id = %s and event_seq > 2"
    assert world.value(since, account) == ahead
    recorded = world.rows(
        "select recorded_at from outbox where account_id = %s order by event_seq", account
    )
    assert recorded == sorted(recorded, key=lambda row: row["recorded_at"])
    assert len(recorded) == 2 + 9 + 1
    assert world.value("select last_recorded_at from accounts where account_id = %s", account) == (
        ahead
    )
    assert world.check_books() == {}


def test_what_happens_in_a_replay_is_effective_then_and_recorded_now(world: World) -> None:
    user, stock = world.user(), world.security("AAA")
    account = world.account(user, 1_000)
    order = world.accepted("place_order", w.order(user.token, account, stock))
    world.accepted("execution", w.execution(order, 1, 99))
    for table in ("transactions", "entries", "order_events", "executions", "outbox"):
        (row,) = world.rows(
            f"select max(abs(extract(epoch from now() - recorded_at))) as now,"
            f" max(abs(extract(epoch from %s - effective_at))) as then"
            f" from {table} where account_id = %s",
            OPEN, account,
        )  # fmt: skip
        assert row["now"] < 60, table
        assert row["then"] == 0, table


def test_a_trade_settles_by_the_exchange_s_calendar(world: World) -> None:
    """The day of New York decides, and a day that no calendar has settles on the next weekday."""
    user, stock = world.user(), world.security("AAA")
    account = world.account(user, 10_000)
    late_on_monday = datetime(2012, 6, 5, 1, tzinfo=UTC)  # still Monday in New York
    unknown_friday = datetime(2030, 11, 1, 15, tzinfo=UTC)
    for at, day in (
        (OPEN, "2012-06-05"),
        (late_on_monday, "2012-06-05"),
        (datetime(2012, 6, 8, 15, tzinfo=UTC), "2012-06-11"),
        (unknown_friday, "2030-11-04"),
    ):
        order = world.accepted("place_order", w.order(user.token, account, stock))
        fill = world.accepted("execution", w.execution(order, 1, 99, effective_at=at))
        settles = world.rows(
            "select distinct settle_on::text from settlements where execution_id = %s", fill
        )
        assert [row["settle_on"] for row in settles] == [day]


def test_fees_are_those_of_the_market_s_day(world: World) -> None:
    """A schedule of a day that the replay has not reached neither holds nor charges anything."""
    user, stock = world.user(), world.security("AAA")
    account = world.account(user, 1_000)
    world.fees("buy", OPEN + timedelta(days=1), flat=Decimal(7))
    order = world.accepted("place_order", w.order(user.token, account, stock, time_in_force="gtc"))
    held = world.value("select held from orders where order_id = %s", order)
    assert held == 100
    world.accepted("execution", w.execution(order, "0.5", 100))
    assert world.value("select fees from orders where order_id = %s", order) == 0
    # From the next day on what is left is worth its fee, and the hold grows by it at the next fill.
    next_day = OPEN + timedelta(days=1)
    world.accepted("execution", w.execution(order, "0.2", 100, effective_at=next_day))
    (row,) = world.rows("select fees, held from orders where order_id = %s", order)
    assert row == {"fees": 7, "held": 30}
