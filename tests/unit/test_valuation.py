"""What shares are worth at a price."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from financebuy.domain.portfolio import Valuation, value

COST = st.decimals(0, 10**9, places=2)
PRICE = st.decimals("0.0001", 10**5, places=4)
QUANTITY = st.decimals("0.000000001", 10**6, places=9)


@given(QUANTITY, COST, PRICE)
def test_the_gain_is_what_is_over_the_cost(
    quantity: Decimal, cost: Decimal, price: Decimal
) -> None:
    found = value(quantity, cost, price, 2)
    assert found.market_value is not None
    assert found.gain is not None
    assert found.market_value - found.gain == cost
    assert abs(found.market_value - quantity * price) <= Decimal("0.005")


def test_without_a_price_there_is_no_value() -> None:
    assert value(Decimal(1), Decimal(1), None, 2) == Valuation()


def test_shares_that_are_owed_are_worth_less_than_nothing() -> None:
    found = value(Decimal(-2), Decimal(-200), Decimal(110), 2)
    assert (found.market_value, found.gain, found.rate) == (-220, -20, Decimal("-0.1"))


def test_what_was_free_has_no_rate() -> None:
    assert value(Decimal(1), Decimal(0), Decimal(5), 2).rate is None
