"""Reading exact decimals and rounding as the ledger rounds."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from financebuy.domain.money import exact, quotient, rounded
from financebuy.errors import InvalidValueError, OutOfRangeError

CENTS = st.decimals(-(10**12), 10**12, places=2)


@given(CENTS)
def test_a_number_is_read_as_it_was_written(number: Decimal) -> None:
    assert exact(format(number, "f"), "amount") == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "inf", "-Infinity", "1e3", "0x10", "1,000", "1 000", "--1", ".", "\u0661"],
)
def test_what_is_not_digits_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        exact(text, "amount")
    assert caught.value.field == "amount"


def test_a_number_that_no_amount_can_be_is_refused() -> None:
    with pytest.raises(OutOfRangeError):
        exact("1" * 41, "amount")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.125", "0.12"), ("0.135", "0.14"), ("-0.125", "-0.12"), ("7", "7.00")],
)
def test_halves_go_to_the_even_neighbour(amount: str, expected: str) -> None:
    assert str(rounded(Decimal(amount), 2)) == expected


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [
        ("100", "4", "25.00"),
        ("1", "8", "0.125"),
        ("1", "3", "0.333333333"),
        ("1E3", "1", "1000.00"),
    ],
)
def test_a_quotient_has_nine_decimals_at_most_and_two_at_least(
    dividend: str, divisor: str, expected: str
) -> None:
    assert str(quotient(Decimal(dividend), Decimal(divisor))) == expected
