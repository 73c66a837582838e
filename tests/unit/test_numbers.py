"""Numbers of accounts, cards and people: what is accepted, and what is said of the rest."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from financebuy import errors
from financebuy.domain.numbers import check_ssn, payment_number
from financebuy.domain.people import NewUser

GOOD = [
    ("iban", "GB82 WEST 1234 5698 7654 32", None, "GB82WEST12345698765432", "5432"),
    ("iban", "de89370400440532013000", None, "DE89370400440532013000", "3000"),
    ("us_bank", "0001-2345-6789", "111000025", "000123456789", "6789"),
    ("us_bank", "12345", "111000025", "12345", "45"),
    ("card", "4242 4242 4242 4242", None, "4242424242424242", "4242"),
    ("card", "378282246310005", None, "378282246310005", "0005"),
]
BAD = [
    ("iban", "GB83 WEST 1234 5698 7654 32", None, "number", "check digits"),
    ("iban", "XX82 WEST 1234 5698 7654 32", None, "number", "check digits"),
    ("iban", "GB82", None, "number", "check digits"),
    ("iban", "", None, "number", "required"),
    ("iban", "GB82 WEST 1234 5698 7654 32", "111000025", "routing_number", "United States"),
    ("us_bank", "123456789", None, "routing_number", "required"),
    ("us_bank", "123456789", "111000026", "routing_number", "check digits"),
    ("us_bank", "123456789", "11100002", "routing_number", "another length"),
    ("us_bank", "123456789", "1110000ab", "routing_number", "not written"),
    ("us_bank", "123", "111000025", "number", "4 to 17 digits"),
    ("us_bank", "12345678x", "111000025", "number", "4 to 17 digits"),
    ("card", "4242424242424241", None, "number", "check digits"),
    ("card", "42424242", None, "number", "12 to 19 digits"),
    ("cheque", "1", None, "kind", "not one of"),
]


@pytest.mark.parametrize(("kind", "text", "routing", "number", "last_four"), GOOD)
def test_a_number_is_kept_without_what_stands_between(
    kind: str, text: str, routing: str | None, number: str, last_four: str
) -> None:
    found = payment_number(kind, text, routing)
    assert (found.number, found.last_four) == (number, last_four)
    assert number not in repr(found)


@pytest.mark.parametrize(("kind", "text", "routing", "field", "rule"), BAD)
def test_an_error_names_the_field_and_the_rule_and_not_the_number(
    kind: str, text: str, routing: str | None, field: str, rule: str
) -> None:
    with pytest.raises(errors.RefusedError, match=rule) as caught:
        payment_number(kind, text, routing)
    assert caught.value.field == field
    for given_text in (text, routing):
        assert not given_text or len(given_text) < 4 or given_text not in str(caught.value)


@given(st.integers(0, 10**15 - 1), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_of_a_card_is_always_noticed(body: int, where: int, by: int) -> None:
    digits = f"{body:015d}"
    total = sum(sum(divmod(int(d) * (2 if n % 2 == 0 else 1), 10)) for n, d in enumerate(digits))
    number = digits + str(-total % 10)
    assert payment_number("card", number, None).number == number
    wrong = number[:where] + str((int(number[where]) + by) % 10) + number[where + 1 :]
    assume(wrong != number)
    with pytest.raises(errors.InvalidValueError):
        payment_number("card", wrong, None)


@pytest.mark.parametrize("number", ["536-90-4399", "536904399"])
def test_a_social_security_number(number: str) -> None:
    check_ssn(number)
    NewUser("a@example.com", national_id=number, national_id_type="us_ssn").check()


@pytest.mark.parametrize("number", ["000-12-3456", "666-12-3456", "078-05-1120", "1234", "x"])
def test_no_social_security_number(number: str) -> None:
    user = NewUser("a@example.com", national_id=number, national_id_type="us_ssn")
    with pytest.raises(errors.InvalidValueError) as caught:
        user.check()
    assert caught.value.field == "national_id"
    assert number not in str(caught.value)


def test_an_unknown_type_of_number() -> None:
    with pytest.raises(errors.InvalidValueError) as caught:
        NewUser("a@example.com", national_id="1", national_id_type="moon").check()
    assert caught.value.field == "national_id_type"
