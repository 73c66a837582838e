"""Exact decimals: reading them from text and rounding what is computed from them."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from financebuy.errors import InvalidValueError, OutOfRangeError

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_LONGEST = 40
QUOTIENT_PLACES = 9
"""Most decimal places of averages and rates, which have no scale of their own."""
_FEWEST_PLACES = 2


def exact(text: str, field: str) -> Decimal:
    """Read a plain decimal number; `field` names it in the error.

    Raises:
        InvalidValueError: not a number in digits: NaN, an exponent, a thousands separator.
        OutOfRangeError: longer than any amount here can be.
    """
    stripped = text.strip()
    if len(stripped) > _LONGEST:
        raise OutOfRangeError(field=field)
    if not _NUMBER.fullmatch(stripped):
        raise InvalidValueError(f"{field}: {stripped!r} is not a decimal number", field=field)
    return Decimal(stripped)


def rounded(amount: Decimal, scale: int) -> Decimal:
    """Round half to even at `scale` decimals, as the ledger rounds."""
    return amount.quantize(_step(scale), ROUND_HALF_EVEN)


@cache
def _step(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Divide, rounded half to even at nine decimals; zeros at the end are left out but for two."""
    result = rounded(dividend / divisor, QUOTIENT_PLACES)
    exponent = result.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    return rounded(result, max(places, _FEWEST_PLACES))
