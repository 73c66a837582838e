"""What the paper venue does with each type and time in force, and with replacements."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from tests.support.databases import Database, clone
from tests.support.replay import Investor, Replay, replay_on
from tests.support.world import Row, replacement


def status(replay: Replay, order_id: UUID) -> str:
    return str(replay.order(order_id)["status"])


def ends(replay: Replay, order_id: UUID, expected: str) -> Row:
    replay.until(lambda: replay.order(order_id)["terminal_at"], "the order's end")
    order = replay.order(order_id)
    assert order["status"] == expected
    return order


def replace(replay: Replay, who: Investor, order_id: UUID, **changes: Any) -> UUID:
    row = replacement(who.user.token, order_id, **changes)
    return replay.world.accepted("replace_order", row)


def reason(replay: Replay, order_id: UUID) -> object:
    return replay.world.value(
        "select reason from order_events where order_id = %s order by event_seq desc limit 1",
        order_id,
    )


# The real day: AAPL opens at 569.16, moves between 560.52 and 572.65 and closes at 560.99.


def test_a_stop_waits_for_the_last_price_and_then_trades(replay: Replay) -> None:
    replay.step()
    who = replay.investor()
    bought = replay.place(who, "AAPL", "buy", 10)
    ends(replay, bought, "filled")
    sale = replay.place(who, "AAPL", "sell", 5, stop_price="565.00")
    limited = replay.place(who, "AAPL", "sell", 5, stop_price="565.00", limit_price="560.00")
    never = replay.place(who, "AAPL", "buy", 5, stop_price="600.00")
    replay.to_evening()
    for order_id in (sale, limited):
        order = ends(replay, order_id, "filled")
        (fill,) = replay.fills(order_id)
        assert fill["price"] <= 565
        assert fill["effective_at"] == order["triggered_at"]
    assert replay.order(never)["triggered_at"] is None
    assert status(replay, never) == "expired"
    assert replay.world.check_books() == {}


def test_at_once_or_not_at_all(replay: Replay) -> None:
    replay.step()
    who = replay.investor(100_000_000)
    size = replay.price("IBM")["ask_size"]
    partly = replay.place(who, "IBM", "buy", 60_000, time_in_force="ioc")
    assert ends(replay, partly, "canceled")["filled_quantity"] == size
    assert reason(replay, partly) == "not filled at once"
    too_many = replay.price("MSFT")["ask_size"] + 1
    killed = replay.place(who, "MSFT", "buy", too_many, time_in_force="fok")
    whole = replay.place(who, "MSFT", "buy", 10, time_in_force="fok")
    cheap = replay.place(who, "MSFT", "buy", 10, limit_price="1.00", time_in_force="ioc")
    assert ends(replay, killed, "canceled")["filled_quantity"] == 0
    ends(replay, whole, "filled")
    ends(replay, cheap, "canceled")
    assert replay.world.check_books() == {}


def test_the_open_has_its_own_orders(replay: Replay) -> None:
    who = replay.investor()
    filled = replay.place(who, "AAPL", "buy", 5, limit_price="580.00", time_in_force="opg")
    missed = replay.place(who, "AAPL", "buy", 5, limit_price="100.00", time_in_force="opg")
    replay.step()
    ends(replay, filled, "filled")
    ends(replay, missed, "canceled")
    assert replay.fills(filled)[0]["price"] == replay.price("AAPL")["ask"]
    assert reason(replay, missed) == "not filled at the open"
    tomorrow = replay.place(who, "AAPL", "buy", 5, time_in_force="opg")
    replay.to_evening()
    assert status(replay, tomorrow) == "new"
    replay.step()
    ends(replay, tomorrow, "filled")


def test_the_close_has_one_price(replay: Replay) -> None:
    replay.step()
    who = replay.investor()
    filled = replay.place(who, "AAPL", "buy", 5, time_in_force="cls")
    missed = replay.place(who, "AAPL", "buy", 5, limit_price="560.98", time_in_force="cls")
    replay.step(20)
    assert [status(replay, each) for each in (filled, missed)] == ["new", "new"]
    replay.to_evening()
    ends(replay, filled, "filled")
    ends(replay, missed, "canceled")
    (fill,) = replay.fills(filled)
    assert fill["price"] == replay.price("AAPL")["last"] == Decimal("560.99")
    assert fill["effective_at"] == replay.clock()["market_time"]
    assert replay.world.check_books() == {}


@pytest.fixture
def half_day(history: Database, tmp_path: Path) -> Iterator[Replay]:
    """The evening before the third of July, on which the exchange closes at one."""
    with clone(history) as database, replay_on(database, tmp_path / "data") as running:
        running.start("worker")
        running.start("market", FINANCEBUY_MARKET_START="2012-07-03")
        running.begin()
        yield running


def test_a_half_day_ends_at_its_real_close(half_day: Replay) -> None:
    who = half_day.investor()
    at_close = half_day.place(who, "AAPL", "buy", 5, time_in_force="cls")
    for_the_day = half_day.place(who, "AAPL", "buy", 5, limit_price="100.00")
    half_day.to_evening()
    closes_at = datetime(2012, 7, 3, 17, tzinfo=UTC)
    assert half_day.fills(at_close)[0]["effective_at"] == closes_at
    assert status(half_day, for_the_day) == "expired"
    assert half_day.clock()["market_time"] == closes_at


def test_the_venue_replaces_what_is_left(replay: Replay) -> None:
    who = replay.investor(100_000_000)
    order = replay.place(who, "IBM", "buy", 60_000, limit_price="100.00", time_in_force="gtc")
    replay.until(lambda: status(replay, order) == "new", "the acknowledgement")
    dearer = replace(replay, who, order, limit_price=Decimal(300))
    replay.until(lambda: status(replay, dearer) == "new", "the answer")
    assert status(replay, order) == "replaced"
    replay.step()
    replay.until(lambda: status(replay, dearer) == "partially_filled", "a fill")
    filled = replay.order(dearer)["filled_quantity"]
    less = replace(replay, who, dearer, quantity=filled + 10)
    # It had not had its chance at this quote; the volume is used up.
    replay.until(lambda: status(replay, less) == "new", "the answer")
    assert replay.order(less)["carried_quantity"] == filled
    replay.step()
    ends(replay, less, "filled")
    assert replay.order(less)["filled_quantity"] == 10
    assert replay.world.check_books() == {}


MIXED = """
    select o.client_order_id, o.status, o.triggered_at, o.filled_quantity, o.filled_amount,
        e.quantity, e.price, e.effective_at
    from orders as o left join executions as e using (order_id)
    order by o.client_order_id, e.effective_at"""


def mixed_crowd(replay: Replay, random: Random) -> None:
    """Every type and time in force that can be asked for by night, more than there is volume."""
    people = [replay.investor(50_000_000) for _ in range(4)]
    for number in range(60):
        symbol = random.choice(["AAPL", "IBM", "MSFT"])
        close = replay.price(symbol)["last"]
        price, stop = (
            str((close * random.randint(97, 103) / 100).quantize(Decimal("0.01"))) for _ in "ab"
        )
        prices = random.choice(
            [{}, {"limit_price": price}, {"stop_price": stop},
             {"limit_price": price, "stop_price": stop}]
        )  # fmt: skip
        kinds = ["day", "gtc"] if "stop_price" in prices else ["day", "gtc", "opg", "cls"]
        replay.place(
            random.choice(people),
            symbol,
            "buy",
            random.randint(1, 6_000),
            time_in_force=random.choice(kinds),
            client_order_id=f"order-{number:03}",
            **prices,
        )


def nothing_is_new(replay: Replay) -> bool:
    return not replay.world.value("select count(*) from orders where status = 'accepted'")


def kill_while_it_works(replay: Replay, steps: int) -> None:
    """Ask for steps, kill the market after a moment, and let it end them."""
    dice = Random(steps)
    replay.ask(steps)
    replay.until(lambda: not replay.is_still() or dice.random() < 0.7, "a step")
    replay.kill("market")
    replay.start("market")
    replay.until(replay.is_still, "the steps")


def test_a_venue_that_is_killed_again_and_again_does_the_same(
    history: Database, tmp_path: Path
) -> None:
    results = []
    for run in range(2):
        with clone(history) as database, replay_on(database, tmp_path / str(run)) as replay:
            replay.start("worker")
            replay.start("market")
            replay.begin()
            mixed_crowd(replay, Random(17))
            replay.until(partial(nothing_is_new, replay), "the acknowledgements")
            for steps in (1, 1, 30, 46) if run else ():
                kill_while_it_works(replay, steps)
            replay.to_evening()
            assert replay.world.check_books() == {}
            assert replay.world.value("select count(*) from exceptions") == 0
            results.append(replay.world.rows(MIXED))
    assert {row["status"] for row in results[0]} >= {"filled", "canceled", "expired"}
    assert any(row["triggered_at"] for row in results[0])
    assert results[0] == results[1]
