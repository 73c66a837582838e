"""What random streams are made of. A number stands for an account, an order or a transfer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Draw = st.SearchStrategy[Any]
Row = dict[str, Any]

ACCOUNTS, SYMBOLS = 3, ("AAA", "BBB", "CCC")
OWNERS = ("ann", "ann", "bob")
"""Who owns which account; bob may look at the first."""

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
earlier = rarely(st.none(), st.integers(1, 4_000), 6)
"""Minutes before the market's time at which a fact happened."""

deposits = rows(
    account=some_account,
    amount=rarely(decimals("0.01", "20000", 2), st.just(Decimal("0.001")), 30),
    settle_in=rarely(st.none(), st.integers(1, 3), 4),
)
withdrawals = rows(
    who=who, account=some_account,
    amount=rarely(decimals("0.01", "3000", 2), st.just(Decimal("1.005")), 30),
)  # fmt: skip
orders = rows(
    who=who,
    account=some_account,
    security=rarely(some_symbol, st.none(), 40),
    side=st.sampled_from(["buy", "buy", "sell"]),
    time_in_force=st.sampled_from(["day", "gtc"]),
    size=st.one_of(
        st.tuples(st.just("limit"), quantity, st.none(), price),
        st.tuples(st.just("market"), quantity, st.none(), st.none()),
        st.tuples(st.just("market"), st.none(), decimals("1", "3000", 2), st.none()),
        st.tuples(st.just("all"), st.none(), st.none(), price),
    ),
    same_client_order_id=rarely(st.just(False), st.just(True), 20),
)
cancels = rows(who=who, order=some_order)
order_facts = rows(order=some_order, note=note)
executions = rows(
    order=some_order,
    # A share of the rest, so that orders are filled exactly, in part, and beyond.
    part=st.sampled_from(["whole", "whole", "part", "much"]),
    quantity=quantity,
    price=st.one_of(price, decimals("80", "120", 9)),
    earlier=earlier,
)
bank_facts = rows(transfer=some_order, note=note)
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
