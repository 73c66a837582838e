"""The paper venue's rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from financebuy.domain.matching import (
    Fill,
    Side,
    WorkingOrder,
    available_volume,
    execution_id,
    is_reached,
    match,
)

BID, ASK = Decimal("10.00"), Decimal("10.01")
START = datetime(2012, 6, 1, 13, 30, tzinfo=UTC)
PLENTY = Decimal(10**9)


def order(
    number: int,
    side: Side = "buy",
    *,
    limit: str | None = None,
    quantity: str | None = None,
    notional: str | None = None,
    scale: int = 9,
    second: int | None = None,
    all_or_none: bool = False,
) -> WorkingOrder:
    return WorkingOrder(
        order_id=UUID(int=number),
        side=side,
        limit=None if limit is None else Decimal(limit),
        quantity=None if quantity is None else Decimal(quantity),
        notional=None if notional is None else Decimal(notional),
        quantity_scale=scale,
        placed_at=START + timedelta(seconds=number if second is None else second),
        all_or_none=all_or_none,
    )


def fills(orders: Sequence[WorkingOrder], available: Decimal = PLENTY) -> list[Fill]:
    return list(match(orders, BID, ASK, available))


@st.composite
def random_orders(draw: st.DrawFn) -> list[WorkingOrder]:
    cents = st.integers(990, 1010).map(lambda value: Decimal(value) / 100)
    shares = st.decimals("0.000000001", "1000", places=9)
    dollars = st.decimals("0.01", "5000", places=2)
    found = []
    for number in range(draw(st.integers(0, 12))):
        in_shares = draw(st.booleans())
        found.append(
            WorkingOrder(
                UUID(int=number + 1),
                draw(st.sampled_from(["buy", "sell"])),
                draw(st.none() | cents),
                draw(shares) if in_shares else None,
                None if in_shares else draw(dollars),
                9,
                START + timedelta(seconds=draw(st.integers(0, 3))),
            )
        )
    return found


available_shares = st.decimals("0", "2000", places=0)


@given(orders=random_orders(), available=available_shares)
def test_fills_keep_every_limit_and_the_volume(
    orders: list[WorkingOrder], available: Decimal
) -> None:
    by_id = {each.order_id: each for each in orders}
    found = fills(orders, available)
    assert len({fill.order_id for fill in found}) == len(found)
    assert sum(fill.quantity for fill in found) <= available
    for fill in found:
        filled = by_id[fill.order_id]
        assert fill.quantity > 0
        assert fill.quantity.as_tuple().exponent == -9
        assert fill.price == (ASK if filled.side == "buy" else BID)
        if filled.limit is not None and filled.side == "buy":
            assert fill.price <= filled.limit
        if filled.limit is not None and filled.side == "sell":
            assert fill.price >= filled.limit
        if filled.quantity is not None:
            assert fill.quantity <= filled.quantity
        if filled.notional is not None:
            assert fill.quantity * fill.price <= filled.notional


@given(orders=random_orders(), available=available_shares)
def test_volume_is_left_only_when_nobody_wants_it(
    orders: list[WorkingOrder], available: Decimal
) -> None:
    found = fills(orders, available)
    filled = {fill.order_id: fill.quantity for fill in found}
    if sum(filled.values()) == available:
        return
    for each in orders:
        price = ASK if each.side == "buy" else BID
        if each.takes(price):
            assert filled.get(each.order_id, Decimal(0)) == each.wanted(price)


@given(orders=random_orders(), available=available_shares)
def test_nobody_is_passed_over_for_a_worse_price_or_a_later_order(
    orders: list[WorkingOrder], available: Decimal
) -> None:
    filled = {fill.order_id: fill.quantity for fill in fills(orders, available)}
    for first in orders:
        price = ASK if first.side == "buy" else BID
        if not first.takes(price) or filled.get(first.order_id) == first.wanted(price):
            continue
        for second in orders:
            if second.side == first.side and is_better(first, second):
                assert second.order_id not in filled


def is_better(first: WorkingOrder, second: WorkingOrder) -> bool:
    if first.limit != second.limit:
        if first.limit is None or second.limit is None:
            return first.limit is None
        higher = first.limit > second.limit
        return higher if first.side == "buy" else not higher
    return (first.placed_at, first.order_id) < (second.placed_at, second.order_id)


@given(orders=random_orders(), available=available_shares, random=st.randoms())
def test_the_order_of_arrival_in_memory_does_not_matter(
    orders: list[WorkingOrder], available: Decimal, random: Random
) -> None:
    shuffled = list(orders)
    random.shuffle(shuffled)
    assert fills(shuffled, available) == fills(orders, available)


@given(orders=random_orders(), available=available_shares, data=st.data())
def test_a_venue_killed_between_fills_never_exceeds_the_volume(
    orders: list[WorkingOrder], available: Decimal, data: st.DataObject
) -> None:
    """Some fills were booked before the kill; the rest is matched again without them."""
    booked = [fill for fill in fills(orders, available) if data.draw(st.booleans())]
    done = {fill.order_id for fill in booked}
    again = fills(
        [each for each in orders if each.order_id not in done],
        available - sum((fill.quantity for fill in booked), Decimal(0)),
    )
    assert sum(fill.quantity for fill in booked + again) <= available
    assert done.isdisjoint(fill.order_id for fill in again)


def test_a_buy_fills_at_the_ask_and_a_sell_at_the_bid() -> None:
    found = fills([order(1, "buy", limit="11", quantity="5"), order(2, "sell", quantity="3")])
    assert found == [
        Fill(UUID(int=1), Decimal(5), ASK),
        Fill(UUID(int=2), Decimal(3), BID),
    ]


def test_a_limit_at_the_price_trades_and_a_cent_off_does_not() -> None:
    orders = [
        order(1, "buy", limit="10.01", quantity="1"),
        order(2, "buy", limit="10.00", quantity="1"),
        order(3, "sell", limit="10.00", quantity="1"),
        order(4, "sell", limit="10.01", quantity="1"),
    ]
    assert [fill.order_id.int for fill in fills(orders)] == [1, 3]


def test_the_better_price_goes_first_then_the_earlier_order_and_the_last_is_partial() -> None:
    orders = [
        order(1, limit="10.01", quantity="40"),
        order(2, limit="10.02", quantity="40"),
        order(3, limit="10.02", quantity="40"),
    ]
    found = fills(orders, Decimal(100))
    assert [(fill.order_id.int, fill.quantity) for fill in found] == [(2, 40), (3, 40), (1, 20)]


def test_between_the_sides_the_earlier_order_goes_first() -> None:
    orders = [order(1, "sell", quantity="60"), order(2, "buy", limit="10.01", quantity="60")]
    assert [(f.order_id.int, f.quantity) for f in fills(orders, Decimal(100))] == [(1, 60), (2, 40)]


def test_money_buys_no_more_than_it_pays_for() -> None:
    assert fills([order(1, limit="11", notional="100")]) == [
        Fill(UUID(int=1), Decimal("9.990009990"), ASK)
    ]
    assert fills([order(1, limit="11", notional="10.00", scale=0)]) == []


def test_the_venue_fills_its_share_of_the_tick_in_whole_shares() -> None:
    assert available_volume(1239, Decimal("0.1"), Decimal(0)) == 123
    assert available_volume(1239, Decimal("0.1"), Decimal("100.5")) == Decimal("22.5")
    assert available_volume(1239, Decimal("0.1"), Decimal(500)) == 0


def test_an_execution_is_named_after_its_order_and_quote() -> None:
    first = execution_id(UUID(int=1), 7)
    assert first == execution_id(UUID(int=1), 7)
    assert len({first, execution_id(UUID(int=1), 8), execution_id(UUID(int=2), 7)}) == 3
    assert len(first) <= 128


def test_all_or_nothing_is_passed_over_where_less_is_left() -> None:
    waiting = [
        order(1, quantity="60"),
        order(2, quantity="50", all_or_none=True),
        order(3, quantity="30"),
        order(4, quantity="10", all_or_none=True),
    ]
    found = [(fill.order_id.int, fill.quantity) for fill in fills(waiting, Decimal(100))]
    assert found == [(1, 60), (3, 30), (4, 10)]


@pytest.mark.parametrize(
    ("side", "last", "reached"),
    [
        ("buy", "9.99", False),
        ("buy", "10.00", True),
        ("buy", "10.01", True),
        ("sell", "10.01", False),
        ("sell", "10.00", True),
        ("sell", "9.99", True),
    ],
)
def test_a_stop_is_reached_from_its_own_side(side: Side, last: str, *, reached: bool) -> None:
    assert is_reached(side, Decimal("10.00"), Decimal(last)) is reached
