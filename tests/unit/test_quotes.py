"""Quotes inside a real bar."""

import hashlib
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from financebuy.domain.market import CENT, FEWEST_TICKS, Bar, Quote, bridge, tick_times

DAY = date(2012, 6, 1)
PINNED = (
    "177d41e37f2cd6c3ecc278e78ebf84748186a6df731d6fafef8ac38fd623eaef"  # pragma: allowlist secret
)
APPLE = Bar(Decimal("569.16"), Decimal("572.65"), Decimal("560.52"), Decimal("560.99"), 18606700)


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    """Any bar with up to four decimals, the flat and the one-cent ones included."""
    units = st.integers(min_value=100, max_value=10_000_000)
    low = draw(units)
    high = low + draw(st.one_of(st.integers(0, 300), st.integers(0, 500_000)))
    inside = st.integers(low, high)
    prices = (Decimal(price).scaleb(-4) for price in (draw(inside), high, low, draw(inside)))
    return Bar(*prices, draw(st.integers(0, 10**9)))


def quotes(bar: Bar, ticks: int = 78, seed: int = 1) -> list[Quote]:
    return bridge(seed, "AAPL", DAY, bar, ticks)


@given(bar=bars(), ticks=st.integers(FEWEST_TICKS, 100), seed=st.integers(0, 2**31))
def test_a_path_keeps_to_its_bar(bar: Bar, ticks: int, seed: int) -> None:
    path = quotes(bar, ticks, seed)
    assert len(path) == ticks
    assert (path[0].last, path[-1].last) == (bar.open, bar.close)
    assert (max(path).last, min(path).last) == (bar.high, bar.low)
    assert all(bar.low <= q.bid <= q.last <= q.ask <= bar.high for q in path)


@given(bar=bars(), ticks=st.integers(FEWEST_TICKS, 100), seed=st.integers(0, 2**31))
def test_high_and_low_are_touched_once(bar: Bar, ticks: int, seed: int) -> None:
    if bar.high - bar.low <= 2 * CENT:
        return
    lasts = [quote.last for quote in quotes(bar, ticks, seed)]
    for extreme in (bar.high, bar.low):
        at_the_ends = (bar.open, bar.close).count(extreme)
        assert lasts.count(extreme) == max(1, at_the_ends)


@given(bar=bars(), ticks=st.integers(FEWEST_TICKS, 100))
def test_the_volume_is_the_days_to_the_share(bar: Bar, ticks: int) -> None:
    path = quotes(bar, ticks)
    assert sum(quote.volume for quote in path) == path[-1].session_volume == bar.volume
    assert all(quote.volume >= 0 for quote in path)


@given(bar=bars())
def test_the_spread_is_at_most_a_cent_and_only_a_flat_day_is_locked(bar: Bar) -> None:
    for quote in quotes(bar):
        assert quote.ask - quote.bid <= CENT
        assert (quote.ask > quote.bid) or bar.high == bar.low


def test_high_and_low_come_in_either_order() -> None:
    orders = set()
    for seed in range(40):
        lasts = [quote.last for quote in quotes(APPLE, seed=seed)]
        orders.add(lasts.index(APPLE.high) < lasts.index(APPLE.low))
    assert orders == {True, False}


def test_seed_symbol_and_date_each_make_another_path() -> None:
    paths = [
        bridge(1, "AAPL", DAY, APPLE, 78),
        bridge(2, "AAPL", DAY, APPLE, 78),
        bridge(1, "IBM", DAY, APPLE, 78),
        bridge(1, "AAPL", date(2012, 6, 4), APPLE, 78),
    ]
    assert len({tuple(path) for path in paths}) == 4


def test_a_path_never_changes() -> None:
    """The figure is the contract with every replay that was ever begun: it must not move."""
    program = (
        "from tests.unit.test_quotes import APPLE, quotes; import hashlib;"
        "print(hashlib.sha256(repr(quotes(APPLE)).encode()).hexdigest())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": "."},
    ).stdout.strip()
    here = hashlib.sha256(repr(quotes(APPLE)).encode()).hexdigest()
    assert here == elsewhere == PINNED


@pytest.mark.parametrize(("closes", "ticks"), [((20, 0), 78), ((17, 0), 42)])
def test_a_session_quotes_every_five_minutes(closes: tuple[int, int], ticks: int) -> None:
    opens_at = datetime(2012, 6, 1, 13, 30, tzinfo=UTC)
    times = tick_times(opens_at, datetime(2012, 6, 1, *closes, tzinfo=UTC))
    assert len(times) == ticks
    assert times[:2] == [opens_at, datetime(2012, 6, 1, 13, 35, tzinfo=UTC)]
    assert times[-1] == datetime(2012, 6, 1, closes[0] - 1, 55, tzinfo=UTC)


def test_too_few_ticks_are_refused() -> None:
    with pytest.raises(ValueError, match="needs 4 ticks"):
        quotes(APPLE, FEWEST_TICKS - 1)
