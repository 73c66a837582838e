"""Cash dividends, as a price history implies them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from financebuy.domain.splits import TOLERANCE, AdjustedClose, detect_splits

# Digits after the point of an amount a share. What the series has beyond them is its rounding, so
# that these are the declared amounts: 0.13, 2.65.
DIGITS = 9


class Dividend(NamedTuple):
    """Whoever held a share the evening before `ex_date` gets `cash_per_share`.

    `reinvest_price` is that day's close. Shares bought at it multiply the holding by
    1 + `cash_per_share` / `reinvest_price`, which is what the adjusted closes say.
    """

    ex_date: str
    cash_per_share: Decimal
    reinvest_price: Decimal


def detect_dividends(closes: Sequence[AdjustedClose]) -> Iterator[Dividend]:
    """The dividends that a series of closes, sorted by date, implies.

    Between two days the quotient adjusted/close changes by a split's ratio, or by one plus the
    dividend's share of the close; smaller changes are the source's rounding.
    """
    splits = {split.ex_date for split in detect_splits(closes)}
    for before, after in pairwise(closes):
        change = _restatement(after) / _restatement(before) - 1
        if after.session_date not in splits and change > TOLERANCE:
            yield Dividend(
                after.session_date, _decimal(change * Fraction(after.close)), after.close
            )


def _restatement(day: AdjustedClose) -> Fraction:
    return Fraction(day.adjusted) / Fraction(day.close)


def _decimal(amount: Fraction) -> Decimal:
    return Decimal(round(amount * 10**DIGITS)).scaleb(-DIGITS).normalize()
