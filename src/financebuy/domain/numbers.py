"""Account, card and identity numbers: their formats and check digits, by python-stdnum.

No error repeats the number: what a message says is the field and the rule.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from stdnum import iban as iban_rules
from stdnum import luhn as luhn_rules
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError
from stdnum.us import rtn as routing_rules
from stdnum.us import ssn as ssn_rules

from financebuy.errors import InvalidValueError, RequiredError

KINDS = ("iban", "us_bank", "card")
_US_ACCOUNT = re.compile(r"[0-9]{4,17}")
_CARD = re.compile(r"[0-9]{12,19}")
# The numbers that are issued, by how they begin and how long they are (ISO/IEC 7812).
_ISSUED = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11,16}|35[0-9]{14}|(?:50|5[6-9]|6[0-9])[0-9]{11,17}"
)
_TELLING = 4
"""Characters at the end that may be shown."""


@dataclass(frozen=True, slots=True)
class PaymentNumber:
    """The number of a bank account or card, checked, without what is written between its parts."""

    kind: str
    number: str = field(repr=False)
    country: str | None = None
    routing_number: str | None = None

    @property
    def last_four(self) -> str:
        """The end of the number, never more than half of it."""
        return self.number[-min(_TELLING, len(self.number) // 2) :]


def payment_number(kind: str, number: str | None, routing_number: str | None) -> PaymentNumber:
    """Check a number as its kind demands: iban, us_bank (with a routing number) or card.

    Raises:
        RequiredError, InvalidValueError: names the field and the rule.
    """
    if kind not in KINDS:
        raise InvalidValueError(f"kind: is not one of {', '.join(KINDS)}", field="kind")
    if not number:
        raise RequiredError(field="number")
    if kind != "us_bank" and routing_number is not None:
        raise InvalidValueError(
            "routing_number: belongs to an account in the United States", field="routing_number"
        )
    if kind == "iban":
        found = _checked("number", "an IBAN", iban_rules.validate, number)
        return PaymentNumber(kind, found, found[:2])
    if kind == "card":
        return PaymentNumber(kind, _card(number))
    return _us_account(number, routing_number)


def check_ssn(number: str) -> None:
    """Check a social security number of the United States.

    Raises:
        InvalidValueError: of the field `national_id`.
    """
    _checked("national_id", "a social security number", ssn_rules.validate, number)


def _us_account(number: str, routing_number: str | None) -> PaymentNumber:
    if not routing_number:
        raise RequiredError(field="routing_number")
    routing = _checked("routing_number", "a routing number", routing_rules.validate, routing_number)
    account = re.sub(r"[\s-]", "", number)
    if not _US_ACCOUNT.fullmatch(account):
        raise InvalidValueError("number: an account number has 4 to 17 digits", field="number")
    return PaymentNumber("us_bank", account, "US", routing)


def is_card_number(text: str) -> bool:
    """Whether a text is a card's number as they are issued, with the right check digit."""
    digits = re.sub(r"[\s-]", "", text)
    return bool(_ISSUED.fullmatch(digits)) and luhn_rules.is_valid(digits)


def _card(number: str) -> str:
    digits = re.sub(r"[\s-]", "", number)
    if not _CARD.fullmatch(digits):
        raise InvalidValueError("number: a card number has 12 to 19 digits", field="number")
    return _checked("number", "a card number", luhn_rules.validate, digits)


def _checked(name: str, what: str, rule: Callable[[str], str], number: str) -> str:
    try:
        return rule(number)
    except ValidationError as error:
        raise InvalidValueError(f"{name}: {_why(error, what)}", field=name) from None


def _why(error: ValidationError, what: str) -> str:
    if isinstance(error, InvalidChecksum):
        return f"the check digits are not those of {what}"
    if isinstance(error, InvalidLength):
        return f"{what} has another length"
    if isinstance(error, InvalidComponent):
        return f"a part of it cannot be in {what}"
    return f"it is not written as {what} is"
