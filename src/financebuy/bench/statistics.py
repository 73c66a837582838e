"""Figures of rounds: the median, and the quartiles as its spread."""

from collections.abc import Iterable, Sequence
from statistics import median, quantiles

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """The median of the rounds; a quarter of them lies below `low`, a quarter above `high`."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        """Raises `ValueError` for none."""
        if not values:
            raise ValueError("a figure needs a round")
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        low, _, high = quantiles(values, n=4, method="inclusive")
        return cls(median(values), low, high)


def ratio(ours: Iterable[float], theirs: Iterable[float]) -> Figure:
    """Round by round, so that what a round met weighs on both sides.

    Raises `ValueError` when they are not of the same rounds, or the rival did nothing in one.
    """
    pairs = list(zip(ours, theirs, strict=True))
    if any(their == 0 for _, their in pairs):
        raise ValueError("nothing to compare with: the rival did nothing in a round")
    return Figure.of([our / their for our, their in pairs])
