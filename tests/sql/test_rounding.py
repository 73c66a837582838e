"""Rounding in the database is exact at every size, for ties and their neighbours too."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model import rules
from tests.support.databases import Database, clone
from tests.support.world import World

Exact = Callable[[Fraction, int], Fraction]
amounts = st.decimals(Decimal("-1e9"), Decimal("1e9"), places=4)
positive = st.decimals(Decimal("0.000000001"), Decimal("1e9"), places=9)
scales = st.sampled_from([0, 2, 9])


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        yield world


def exact(value: Decimal) -> str:
    return f"{value:f}"


def in_sql(world: World, function: str, *rows: tuple[Decimal, ...]) -> list[Decimal]:
    """Ask for many values at once: the last number of each row is the scale."""
    marks = ", ".join(f"r{n}" for n in range(len(rows[0]) - 1))
    arrays = ", ".join("%s::numeric[]" for _ in rows[0])
    found = world.rows(
        f"select fb_private.{function}({marks}, s::integer) as value"
        f" from unnest({arrays}) with ordinality as i ({marks}, s, n) order by n",
        *([exact(value) for value in column] for column in zip(*rows, strict=True)),
    )
    return [row["value"] for row in found]


@st.composite
def near_ties(draw: st.DrawFn) -> tuple[Decimal, Decimal, Decimal]:
    """A cost's share of a large lot, at a tie or one billionth of a share beside it."""
    quantity = draw(st.integers(1, 10**9)) * Decimal(200)
    part = quantity * draw(st.integers(0, 400)) / 200
    step = draw(st.sampled_from([Decimal(0), Decimal("0.000000001"), Decimal("-0.000000001")]))
    return part + step, quantity, Decimal(2)


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(amounts, positive, scales.map(Decimal)), min_size=1, max_size=20))
def test_a_ratio_is_rounded_half_to_even(
    rows: list[tuple[Decimal, Decimal, Decimal]], world: World
) -> None:
    compare(world, "round_ratio", rules.half_even, rows)


@settings(max_examples=60)
@given(rows=st.lists(near_ties(), min_size=1, max_size=20))
def test_the_neighbours_of_a_tie_are_told_from_it(
    rows: list[tuple[Decimal, Decimal, Decimal]], world: World
) -> None:
    compare(world, "round_ratio", rules.half_even, rows)


@pytest.mark.parametrize(
    ("function", "rule"), [("floor_ratio", rules.down), ("ceil_ratio", rules.up)]
)
@settings(max_examples=60)
@given(rows=st.lists(st.tuples(positive, positive, scales.map(Decimal)), min_size=1, max_size=20))
def test_a_ratio_is_rounded_down_or_up(
    rows: list[tuple[Decimal, Decimal, Decimal]], function: str, rule: Exact, world: World
) -> None:
    compare(world, function, rule, rows)


@pytest.mark.parametrize(
    ("function", "rule"), [("round_half_even", rules.half_even), ("round_up", rules.up)]
)
@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.decimals(Decimal(0), Decimal("1e12"), places=18), scales.map(Decimal)),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_a_number_is_rounded(
    rows: list[tuple[Decimal, Decimal]], function: str, rule: Exact, world: World
) -> None:
    for (value, scale), ours in zip(rows, in_sql(world, function, *rows), strict=True):
        assert Fraction(ours) == rule(Fraction(value), int(scale))


def compare(
    world: World, function: str, rule: Exact, rows: list[tuple[Decimal, Decimal, Decimal]]
) -> None:
    for (top, bottom, scale), ours in zip(rows, in_sql(world, function, *rows), strict=True):
        assert Fraction(ours) == rule(Fraction(top) / Fraction(bottom), int(scale))
        assert -int(ours.as_tuple().exponent) == int(scale)
