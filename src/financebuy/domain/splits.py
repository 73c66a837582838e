"""Share splits, as a price history implies them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

# An adjustment this close to a whole ratio is a split; real dividends never come that near.
TOLERANCE = Fraction(1, 10**9)
LARGEST_TERM = 20
# Smaller changes are dividends or stock dividends; none of the shipped series has one above 1.12.
SMALLEST_CHANGE = Fraction(6, 5)


class AdjustedClose(NamedTuple):
    """One day's close as traded, and as restated for everything paid out or split since."""

    session_date: str
    close: Decimal
    adjusted: Decimal


class Split(NamedTuple):
    """From `ex_date` on, `new_shares` stand for each `old_shares` held the evening before."""

    ex_date: str
    new_shares: int
    old_shares: int


def detect_splits(closes: Sequence[AdjustedClose]) -> Iterator[Split]:
    """The splits that a series of closes, sorted by date, implies.

    Between two days the quotient adjusted/close changes by a dividend's share of the price, or by
    a split's ratio exactly.
    """
    for before, after in pairwise(closes):
        change = _restatement(after) / _restatement(before)
        ratio = change.limit_denominator(LARGEST_TERM)
        if (
            abs(change - ratio) <= TOLERANCE
            and max(ratio, 1 / ratio) >= SMALLEST_CHANGE
            and ratio.numerator <= LARGEST_TERM
        ):
            yield Split(after.session_date, ratio.numerator, ratio.denominator)


def _restatement(day: AdjustedClose) -> Fraction:
    return Fraction(day.adjusted) / Fraction(day.close)
