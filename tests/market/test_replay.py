"""The replay of history: real days, simulated quotes between, and nothing lost by a kill."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from financebuy.domain.market import Bar, bridge
from tests.support.databases import Database, clone
from tests.support.replay import Replay, replay_on

FIRST_DAY = date(2012, 6, 1)
APPLE = Bar(Decimal("569.16"), Decimal("572.65"), Decimal("560.52"), Decimal("560.99"), 18606700)


def shown(replay: Replay) -> tuple[Any, ...]:
    price = replay.price("AAPL")
    return tuple(price[name] for name in ("last", "bid", "ask", "volume"))


def drawn(tick: int) -> tuple[Any, ...]:
    quote = bridge(1, "AAPL", FIRST_DAY, APPLE, 78)[tick]
    return quote.last, quote.bid, quote.ask, quote.session_volume


def test_a_replay_begins_at_the_close_of_the_evening_before(replay: Replay) -> None:
    clock = replay.clock()
    assert clock["market_time"] == datetime(2012, 5, 31, 20, tzinfo=UTC)
    assert (clock["mode"], clock["phase"]) == ("replay", "closed")
    assert (clock["session_date"], clock["next_session_date"]) == (date(2012, 5, 31), FIRST_DAY)
    price = replay.price("AAPL")
    assert (price["last"], price["bid"], price["simulated"]) == (Decimal("577.73"), None, False)


def test_a_day_opens_quotes_and_closes_at_its_real_prices(replay: Replay) -> None:
    replay.step()
    clock = replay.clock()
    assert (clock["phase"], clock["session_date"]) == ("open", FIRST_DAY)
    assert clock["market_time"] == datetime(2012, 6, 1, 13, 30, tzinfo=UTC)
    assert shown(replay) == drawn(0)
    assert replay.price("AAPL")["previous_close"] == Decimal("577.73")
    replay.step(3)
    assert shown(replay) == drawn(3)
    price = replay.price("AAPL")
    assert (price["simulated"], price["quote_seq"]) == (True, 4)
    assert price["bid_size"] == price["ask_size"] > 0
    replay.to_evening()
    clock, price = replay.clock(), replay.price("AAPL")
    assert (clock["phase"], clock["quote_seq"]) == ("closed", 79)
    assert clock["market_time"] == datetime(2012, 6, 1, 20, tzinfo=UTC)
    assert (price["last"], price["volume"]) == (APPLE.close, APPLE.volume)
    assert (price["bid"], price["simulated"]) == (None, False)


def test_only_what_has_prices_is_traded(replay: Replay) -> None:
    tradable = replay.world.rows("select symbol from securities where tradable order by symbol")
    assert [row["symbol"] for row in tradable] == ["AAPL", "GOOGL", "IBM", "META", "MSFT"]
    assert replay.world.value("select count(*) from securities") == 503
    assert replay.world.value("select count(*) from security_prices") == 5


def test_a_killed_market_goes_on_with_the_next_quote(replay: Replay) -> None:
    random = Random(7)
    replay.step()
    for _ in range(4):
        replay.ask(random.randint(2, 9))
        replay.until(lambda: replay.clock()["quote_seq"] > random.randint(1, 4), "some quotes")
        replay.kill("market")
        seq = replay.clock()["quote_seq"]
        assert shown(replay) == drawn(seq - 1)
        replay.start("market")
        replay.until(replay.is_still, "the steps that were left")
        assert shown(replay) == drawn(replay.clock()["quote_seq"] - 1)
    replay.to_evening()
    assert replay.clock()["quote_seq"] == 79
    assert replay.price("AAPL")["last"] == APPLE.close


def test_a_second_market_waits_for_the_first_to_end(replay: Replay) -> None:
    replay.start("market-2")
    replay.until(lambda: "another market runs" in replay.log("market-2"), "the second one's word")
    replay.step(2)
    assert replay.clock()["quote_seq"] == 2
    pid = replay.world.value("select pid from process_heartbeats where process = 'market'")
    assert replay.stop("market") == 0
    replay.step(1)
    assert replay.clock()["quote_seq"] == 3
    replay.until(
        lambda: (
            pid != replay.world.value("select pid from process_heartbeats where process = 'market'")
        ),
        "the second one's heartbeat",
    )


def test_the_market_waits_for_the_day_before_to_be_settled(replay: Replay) -> None:
    replay.kill("worker")
    replay.step(79)
    replay.ask(1)
    # Long enough for the market to have gone on, were it allowed to.
    time.sleep(0.5)
    assert not replay.is_still()
    assert replay.clock()["phase"] == "closed"
    replay.start("worker")
    replay.until(replay.is_still, "the next morning")
    assert replay.clock()["session_date"] == date(2012, 6, 4)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_last_bar_finishes_the_replay(history: Database, tmp_path: Path, workers: int) -> None:
    with clone(history) as database, replay_on(database, tmp_path / "data") as replay:
        for number in range(workers):
            replay.start(f"worker-{number}")
        replay.start("market", FINANCEBUY_MARKET_START="2013-02-27")
        replay.begin()
        replay.world.admin.execute(
            "update market_control set paused = false, days_per_minute = 1000"
        )
        replay.until(lambda: replay.clock()["phase"] == "finished", "the end of history")
        assert replay.clock()["session_date"] == date(2013, 3, 1)
        settled = replay.world.rows("select session_date, settled_at from session_progress")
        assert len(settled) == 3
        assert all(row["settled_at"] for row in settled)
        # The clock is told first.
        replay.until(lambda: "import more to go on" in replay.log("market"), "what it says of it")


def test_a_split_doubles_the_shares_at_the_same_cost(history: Database, tmp_path: Path) -> None:
    with clone(history) as database, replay_on(database, tmp_path / "data") as replay:
        replay.start("worker")
        replay.start("market", FINANCEBUY_MARKET_START="2005-02-25")
        replay.begin()
        replay.step(2)
        investor = replay.investor()
        bought = replay.place(investor, "AAPL", "buy", 101)
        replay.until(lambda: replay.order(bought)["status"] == "filled", "the fill")
        waiting = replay.place(investor, "AAPL", "buy", 1, limit_price="50.00", time_in_force="gtc")
        replay.to_evening()
        (holding,) = replay.world.rows("select * from holdings")
        assert holding["quantity"] == 202
        assert holding["total_cost"] == replay.order(bought)["filled_amount"]
        adjusted = replay.order(waiting)
        assert (adjusted["status"], adjusted["quantity"], adjusted["limit_price"]) == ("new", 2, 25)
        # The evening's price is one of the new shares: nobody looks twice as rich until the open.
        assert replay.price("AAPL")["last"] == Decimal("44.495")
        replay.step()
        price = replay.price("AAPL")
        assert replay.clock()["session_date"] == date(2005, 2, 28)
        assert price["last"] < 46
        assert price["previous_close"] == Decimal("44.495")
        assert replay.world.check_books() == {}


def test_a_dividend_of_history_is_paid_to_who_held_it(history: Database, tmp_path: Path) -> None:
    """Apple paid 2.65 a share to whoever held it before 2012-08-09."""
    with clone(history) as database, replay_on(database, tmp_path / "data") as replay:
        replay.start("worker")
        replay.start("market", FINANCEBUY_MARKET_START="2012-08-08")
        replay.begin()
        replay.step(2)
        bought = replay.place(replay.investor(), "AAPL", "buy", 10)
        replay.until(lambda: replay.order(bought)["status"] == "filled", "the fill")
        replay.to_evening()
        assert replay.world.rows("select state, cash from entitlements") == [
            {"state": "pending", "cash": Decimal("26.50")}
        ]
        replay.step()
        replay.to_evening()
        (paid,) = replay.world.rows(
            "select * from transactions where transaction_type = 'dividend'"
        )
        assert (paid["amount"], paid["effective_at"]) == (
            Decimal("26.50"), datetime(2012, 8, 9, 20, tzinfo=UTC),
        )  # fmt: skip
        assert replay.world.check_books() == {}
