"""The paper venue on a real database: what fills, what does not, and that no kill fills twice."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from financebuy.domain.matching import execution_id
from tests.support.databases import Database, clone
from tests.support.replay import Investor, Replay, replay_on
from tests.support.world import cancel

FILLS = """
    select o.client_order_id, o.side, e.quantity, e.price, e.amount, e.effective_at
    from executions as e
    inner join orders as o using (order_id)
    order by e.effective_at, o.client_order_id
"""
FILLED_AT_A_QUOTE = """
    select security_id, effective_at, sum(quantity) as quantity
    from executions
    group by security_id, effective_at
"""


def status(replay: Replay, order_id: UUID) -> str:
    return str(replay.order(order_id)["status"])


def cancel_order(replay: Replay, who: Investor, order_id: UUID) -> None:
    replay.world.accepted("cancel_order", cancel(who.user.token, order_id))


def test_a_market_order_is_acknowledged_and_fills_at_the_ask(replay: Replay) -> None:
    replay.step()
    order_id = replay.place(replay.investor(), "AAPL", "buy", 100)
    replay.until(lambda: status(replay, order_id) == "filled", "the fill")
    (fill,) = replay.fills(order_id)
    quote = replay.price("AAPL")
    assert (fill["quantity"], fill["price"]) == (100, quote["ask"])
    assert (fill["venue"], fill["effective_at"]) == ("paper", quote["quoted_at"])
    assert fill["venue_execution_id"] == execution_id(order_id, 1)
    order = replay.order(order_id)
    assert (order["venue"], order["venue_order_id"]) == ("paper", f"paper-{order_id}")
    events = "select event from order_events where order_id = %s order by event_seq"
    told = [row["event"] for row in replay.world.rows(events, order_id)]
    assert told == ["placed", "acknowledged", "fill"]


def test_a_large_order_takes_its_share_of_each_quotes_volume(replay: Replay) -> None:
    replay.step()
    order_id = replay.place(replay.investor(100_000_000), "IBM", "buy", 60_000)
    sizes = []
    for _ in range(3):
        sizes.append(replay.price("IBM")["ask_size"])
        replay.until(lambda: len(replay.fills(order_id)) == len(sizes), "a fill a quote")
        replay.step()
    assert [fill["quantity"] for fill in replay.fills(order_id)][:3] == sizes
    replay.to_evening()
    order = replay.order(order_id)
    assert order["filled_quantity"] == 60_000
    assert order["status"] == "filled"
    assert sum(fill["quantity"] for fill in replay.fills(order_id)) == 60_000


def test_a_limit_waits_for_its_price(replay: Replay) -> None:
    replay.step()
    # The day's real low is 560.52, its real high 572.65.
    who = replay.investor()
    below = replay.place(who, "AAPL", "buy", 1, limit_price="560.51", time_in_force="gtc")
    within = replay.place(who, "AAPL", "buy", 1, limit_price="565.00")
    replay.to_evening()
    assert (status(replay, below), status(replay, within)) == ("new", "filled")
    (fill,) = replay.fills(within)
    assert fill["price"] <= 565


def test_money_buys_as_much_as_it_pays_for(replay: Replay) -> None:
    replay.step()
    order_id = replay.place(replay.investor(), "MSFT", "buy", None, notional=Decimal("1000.00"))
    replay.until(lambda: status(replay, order_id) == "filled", "the fill")
    order = replay.order(order_id)
    assert Decimal("999.99") <= order["filled_amount"] <= 1000


def test_what_was_bought_can_be_sold_at_the_bid(replay: Replay) -> None:
    replay.step()
    who = replay.investor()
    bought = replay.place(who, "META", "buy", "10.5")
    replay.until(lambda: status(replay, bought) == "filled", "the buy")
    sold = replay.place(who, "META", "sell", "4.25")
    replay.until(lambda: status(replay, sold) == "filled", "the sell")
    assert replay.fills(sold)[0]["price"] == replay.price("META")["bid"]
    money = replay.place(who, "META", "sell", None, notional=Decimal("50.00"))
    replay.until(lambda: status(replay, money) == "filled", "the sell for money")
    assert replay.world.check_books() == {}


def test_a_cancel_is_answered_by_day_and_by_night(replay: Replay) -> None:
    who = replay.investor()
    by_night = replay.place(who, "IBM", "buy", 1, limit_price="100.00", time_in_force="gtc")
    replay.until(lambda: status(replay, by_night) == "new", "the acknowledgement")
    cancel_order(replay, who, by_night)
    replay.until(lambda: status(replay, by_night) == "canceled", "the answer by night")
    replay.step()
    by_day = replay.place(who, "IBM", "buy", 1, limit_price="100.00")
    cancel_order(replay, who, by_day)
    replay.until(lambda: status(replay, by_day) == "canceled", "the answer by day")
    assert replay.order(by_day)["held"] == 0


def test_a_day_order_ends_with_its_day_and_a_standing_one_stays(replay: Replay) -> None:
    who = replay.investor()
    low = {"limit_price": "100.00"}
    day = replay.place(who, "IBM", "buy", 1, **low)
    standing = replay.place(who, "IBM", "buy", 1, time_in_force="gtc", **low)
    replay.to_evening()
    assert (status(replay, day), status(replay, standing)) == ("expired", "new")
    assert replay.world.value("select count(*) from exceptions") == 0


def test_an_order_of_the_night_fills_at_the_open(replay: Replay) -> None:
    order_id = replay.place(replay.investor(), "AAPL", "buy", 5, limit_price="580.00")
    replay.until(lambda: status(replay, order_id) == "new", "the acknowledgement")
    assert replay.fills(order_id) == []
    replay.step()
    replay.until(lambda: status(replay, order_id) == "filled", "the fill")
    assert replay.fills(order_id)[0]["price"] == replay.price("AAPL")["ask"]


def test_trades_settle_on_the_next_day(replay: Replay) -> None:
    replay.step()
    order_id = replay.place(replay.investor(), "AAPL", "buy", 5)
    replay.until(lambda: status(replay, order_id) == "filled", "the fill")
    states = "select distinct state from settlements where execution_id is not null"
    replay.to_evening()
    assert replay.world.value(states) == "open"
    replay.to_evening()
    assert replay.world.value(states) == "settled"


# --------------------------------------------------------------------------- orders by the hundred


def crowd(replay: Replay, random: Random, orders: int) -> None:
    """Investors with orders that want more than the quotes offer."""
    people = [replay.investor(50_000_000) for _ in range(8)]
    for number in range(orders):
        symbol = random.choice(["AAPL", "IBM", "MSFT", "META", "GOOGL"])
        close = replay.price(symbol)["last"]
        limit = (close * random.randint(97, 103) / 100).quantize(Decimal("0.01"))
        replay.place(
            random.choice(people),
            symbol,
            "buy",
            random.randint(1, 20_000),
            limit_price=str(limit),
            time_in_force=random.choice(["day", "gtc"]),
            client_order_id=f"order-{number:03}",
        )


def assert_venue_was_honest(replay: Replay) -> None:
    """No fill beyond its order, its quote's volume or once a quote; nothing left to explain."""
    for order in replay.world.rows("select * from orders"):
        fills = replay.fills(order["order_id"])
        assert sum(fill["quantity"] for fill in fills) == order["filled_quantity"]
        assert len({fill["effective_at"] for fill in fills}) == len(fills)
        assert all(fill["price"] <= order["limit_price"] for fill in fills)
    assert replay.world.value("select count(*) from exceptions") == 0
    assert replay.world.check_books() == {}


def assert_within_volume(replay: Replay, sizes: dict[Any, Decimal]) -> None:
    for filled in replay.world.rows(FILLED_AT_A_QUOTE):
        assert filled["quantity"] <= sizes[filled["security_id"], filled["effective_at"]]


def step_by_step(replay: Replay, steps: int) -> dict[Any, Decimal]:
    """Sizes shown, by security and time."""
    sizes = {}
    for _ in range(steps):
        replay.step()
        for price in replay.world.rows("select * from security_prices"):
            sizes[price["security_id"], price["quoted_at"]] = Decimal(price["ask_size"])
    return sizes


def test_a_venue_killed_while_it_fills_never_fills_twice(replay: Replay) -> None:
    random = Random(11)
    crowd(replay, random, 80)
    sizes: dict[Any, Decimal] = {}
    for _ in range(6):
        replay.ask(1)
        # Anywhere between the quote and its last fill.
        replay.until(lambda: not replay.is_still() or random.random() < 0.7, "the quote")
        replay.kill("market")
        replay.start("market")
        replay.until(replay.is_still, "the step")
        sizes |= step_by_step(replay, 1)
    sizes |= step_by_step(replay, 2)
    seen = {time for _, time in sizes}
    filled = [row for row in replay.world.rows(FILLED_AT_A_QUOTE) if row["effective_at"] in seen]
    assert filled
    for row in filled:
        assert row["quantity"] <= sizes[row["security_id"], row["effective_at"]]
    replay.to_evening()
    assert_venue_was_honest(replay)


def test_a_database_killed_while_the_venue_fills_loses_nothing(replay: Replay) -> None:
    random = Random(12)
    crowd(replay, random, 40)
    for _ in range(3):
        replay.ask(3)
        replay.world.admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and usename in ('fb_venue', 'fb_worker') and application_name like 'financebuy%'"
        )
        replay.until(replay.is_still, "the steps")
    replay.to_evening()
    assert_venue_was_honest(replay)


@pytest.mark.parametrize("workers", [8])
def test_the_same_orders_give_the_same_replay(
    history: Database, tmp_path: Path, workers: int
) -> None:
    """Also with other speeds, more workers, and a market that is killed on the way."""
    results = []
    for run in range(2):
        with clone(history) as database, replay_on(database, tmp_path / str(run)) as replay:
            for number in range(1 + run * (workers - 1)):
                replay.start(f"worker-{number}")
            replay.start("market")
            replay.begin()
            crowd(replay, Random(13), 60)
            replay.until(
                lambda: (
                    not replay.world.value("select count(*) from orders where status = 'accepted'")
                ),
                "the acknowledgements",
            )
            if run == 1:
                replay.step(20)
                replay.kill("market")
                replay.start("market")
            replay.to_evening()
            replay.to_evening()
            results.append(replay.world.rows(FILLS))
            assert_venue_was_honest(replay)
    by_order: dict[str, int] = defaultdict(int)
    for fill in results[0]:
        by_order[fill["client_order_id"]] += 1
    assert max(by_order.values()) > 1
    assert results[0] == results[1]
