"""Quotes inside a day of which only open, high, low, close and volume are known.

The bar is real, the path through it is made up. The same (seed, symbol, date) gives the same path
on every machine and for ever: it is drawn in whole cents from SHA-256, never from floats.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import accumulate, pairwise
from math import isqrt
from typing import NamedTuple

CENT = Decimal("0.01")
TICK_INTERVAL = timedelta(minutes=5)
# Open, high, low and close want a tick of their own.
FEWEST_TICKS = 4


class Bar(NamedTuple):
    """A day's real prices (currency units a share) and volume (shares)."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int


class Quote(NamedTuple):
    """A simulated quote: `low <= bid <= last <= ask <= high` of its day.

    `volume` is the part of the day's volume that trades at this tick, `session_volume` the part
    that has traded up to and including it.
    """

    last: Decimal
    bid: Decimal
    ask: Decimal
    volume: int
    session_volume: int


def tick_times(
    opens_at: datetime, closes_at: datetime, interval: timedelta = TICK_INTERVAL
) -> list[datetime]:
    """When a session quotes: at its open and at each `interval` until before its close."""
    count = max(FEWEST_TICKS, (closes_at - opens_at) // interval)
    step = (closes_at - opens_at) / count
    return [opens_at + step * index for index in range(count)]


def bridge(seed: int, symbol: str, session: date, bar: Bar, ticks: int) -> list[Quote]:
    """`ticks` quotes that begin at the open, end at the close and keep within low and high.

    High and low are touched once each, in drawn order, unless open or close already are the high
    or the low, or no whole cent lies between them.
    """
    if ticks < FEWEST_TICKS:
        raise ValueError(f"a session needs {FEWEST_TICKS} ticks, got {ticks}")
    dice = _Dice(f"{seed}/{symbol}/{session.isoformat()}")
    lasts = _path(dice, bar, ticks)
    volumes = _split_volume(dice, bar.volume, ticks)
    return [
        Quote(last, *_spread(dice, last, bar), volume, session_volume)
        for last, volume, session_volume in zip(lasts, volumes, accumulate(volumes), strict=True)
    ]


class _Dice:
    """Whole numbers drawn from a name."""

    def __init__(self, name: str) -> None:
        self._numbers = self._draw(name)

    @staticmethod
    def _draw(name: str) -> Iterator[int]:
        block = 0
        while True:
            digest = hashlib.sha256(f"{name}/{block}".encode()).digest()
            yield from (int.from_bytes(digest[at : at + 8], "big") for at in range(0, 32, 8))
            block += 1

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1."""
        return next(self._numbers) * bound >> 64

    def around_zero(self, width: int) -> int:
        """A number from -`width` to `width`."""
        return self.below(2 * width + 1) - width


def _path(dice: _Dice, bar: Bar, ticks: int) -> list[Decimal]:
    touches = _touches(dice, bar, ticks)
    # Between the touches the path stays strictly inside, so that none of them happens twice.
    lowest = int(bar.low.quantize(CENT, ROUND_FLOOR) / CENT) + 1
    highest = int(bar.high.quantize(CENT, ROUND_CEILING) / CENT) - 1
    if lowest > highest:
        return _steps(touches, ticks)
    inside = _Inside(dice, lowest, highest, ticks)
    for at, price in touches.items():
        inside.cents[at] = inside.clamp(round(price / CENT))
    marks = sorted(touches)
    for left, right in pairwise(marks):
        inside.fill(left, right)
    return [touches.get(at, cents * CENT) for at, cents in enumerate(inside.cents)]


def _touches(dice: _Dice, bar: Bar, ticks: int) -> dict[int, Decimal]:
    """Tick → the real price that it shows."""
    first = 1 + dice.below(ticks - 2)
    second = 1 + dice.below(ticks - 3)
    second += second >= first
    ends = {0: bar.open, ticks - 1: bar.close}
    extremes = {first: bar.high, second: bar.low}
    return ends | {at: price for at, price in extremes.items() if price not in ends.values()}


def _steps(touches: dict[int, Decimal], ticks: int) -> list[Decimal]:
    """The path of a day so narrow that no cent lies inside: the last touch stands."""
    prices: list[Decimal] = []
    for at in range(ticks):
        prices.append(touches[at] if at in touches else prices[-1])
    return prices


class _Inside:
    """A random bridge in cents by midpoint displacement, folded back at its bounds."""

    def __init__(self, dice: _Dice, lowest: int, highest: int, ticks: int) -> None:
        self.cents = [0] * ticks
        self._dice = dice
        self._lowest = lowest
        self._highest = highest

    def clamp(self, cents: int) -> int:
        return min(max(cents, self._lowest), self._highest)

    def fold(self, cents: int) -> int:
        """Thrown back by the bound it crossed, so that paths do not stick to it."""
        if cents < self._lowest:
            cents = 2 * self._lowest - cents
        elif cents > self._highest:
            cents = 2 * self._highest - cents
        return self.clamp(cents)

    def fill(self, left: int, right: int) -> None:
        """Set what lies between two ticks that are set."""
        middle = (left + right) // 2
        if middle == left:
            return
        room = self._highest - self._lowest
        # Half a random walk's deviation over this stretch, were the day's range its whole one.
        width = isqrt(room * room * (right - left) // len(self.cents)) // 2
        between = (self.cents[left] + self.cents[right]) // 2
        self.cents[middle] = self.fold(between + self._dice.around_zero(width))
        self.fill(left, middle)
        self.fill(middle, right)


def _split_volume(dice: _Dice, volume: int, ticks: int) -> list[int]:
    """The day's volume over its ticks, to the share: about three times more at both ends."""
    last = ticks - 1
    shape = (last * last + 2 * (2 * at - last) ** 2 for at in range(ticks))
    weights = [weight * (50 + dice.below(101)) for weight in shape]
    total = sum(weights)
    bounds = [0, *(volume * so_far // total for so_far in accumulate(weights))]
    return [upper - lower for lower, upper in pairwise(bounds)]


def _spread(dice: _Dice, last: Decimal, bar: Bar) -> tuple[Decimal, Decimal]:
    """Bid and ask a cent apart; the last trade was at one of them, or between when off the cent."""
    bid = last.quantize(CENT, ROUND_FLOOR)
    if bid == last and last != bar.low and (last == bar.high or dice.below(2)):
        bid -= CENT
    return max(bid, bar.low), min(bid + CENT, bar.high)
