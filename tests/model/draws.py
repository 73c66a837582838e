"""What random streams are made of. A number stands for an account, an order or a transfer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Draw = st.SearchStrategy[Any]
Row = dict[str, Any]

ACCOUNTS, SYMBOLS = 3, ("AAA", "BBB", "CCC")
OWNERS = ("ann", "ann", "bob")
KINDS = ("retirement", "joint", "individual")
"""Who owns which account; bob may look at the first, and has the second jointly."""

number = st.integers(0, 19)


def decimals(least: str, most: str, places: int) -> Draw:
    return st.decimals(Decimal(least), Decimal(most), places=places)


def rarely(value: Draw, odd: Draw, one_in: int = 12) -> Draw:
    """Mostly `value`; shrinks towards it."""
    return st.integers(0, one_in - 1).flatmap(lambda n: odd if n == one_in - 1 else value)


usually = rarely(st.just(True), st.just(False), 4)


@dataclass(frozen=True, slots=True)
class Repeat:
    """An earlier row again: word for word, or with another body under the same key."""

    number: int
    changed: bool


repeat = st.builds(Repeat, number, st.booleans())


def batch(row: Draw, most: int = 4) -> Draw:
    """One to `most` rows of one function; now and then one that was sent before."""
    return st.lists(rarely(row, repeat, 10), min_size=1, max_size=most)


def rows(**fields: Draw) -> Draw:
    return st.fixed_dictionaries(fields)


who = rarely(
    st.just("owner"), st.sampled_from(["other", "viewer", "forged", "expired", "reader", "narrow"])
)
some_account = rarely(st.integers(0, ACCOUNTS - 1), st.none(), 20)
some_symbol = st.sampled_from(SYMBOLS)
some_order = rarely(number, st.none(), 20)
quantity = st.one_of(st.integers(1, 60).map(Decimal), decimals("0.000000001", "40", 9))
price = st.one_of(st.integers(80, 120).map(Decimal), decimals("80", "120", 4))
note = st.sampled_from([None, "a note"])
DAY = 24 * 60
earlier = rarely(st.none(), st.one_of(st.integers(1, 4_000), st.integers(365 * DAY, 369 * DAY)), 5)
"""Minutes before the market's time at which a fact happened: now and then about a year."""
lot_method = st.sampled_from([None, "fifo", "lifo", "highest_cost"])
some_lots = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 8)), min_size=1, max_size=3)
"""Open lots by their place, and how many eighths of each."""
terms = st.fixed_dictionaries(
    {},
    optional={
        "flat": decimals("0", "2", 2),
        "per_share": decimals("0", "0.05", 4),
        "basis_points": decimals("0", "30", 1),
        "minimum": decimals("0", "1", 2),
        "maximum": decimals("1", "9", 2),
    },
)
