"""Numbers on the wire: exact in, exact out, never through a double and never in exponent form."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

# What JSON calls a number. A text is held to the same grammar, so "NaN", "1_000" and "٣" are none.
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_MOST_CHARACTERS: Final = 60
_MOST_DIGITS: Final = 30
"""Before the point, and after it: far beyond any amount, far below what is slow to compute with."""

_NINE_PLACES: Final = Decimal("0.000000001")


@dataclass(frozen=True, slots=True)
class Unbounded:
    """A JSON number with more digits than are taken; whichever field holds it is refused."""

    text: str


def json_number(text: str) -> Decimal | Unbounded:
    """Read a fractional number of a JSON document; for `json.loads(parse_float=...)`."""
    number = _bounded(text)
    return Unbounded(text[:_MOST_CHARACTERS]) if number is None else number


def json_integer(text: str) -> int | Unbounded:
    """Read a whole number of a JSON document; for `json.loads(parse_int=...)`."""
    # Python reads a number of n digits in more than n steps.
    return int(text) if len(text) <= _MOST_DIGITS else Unbounded(text[:_MOST_CHARACTERS])


def _bounded(text: str) -> Decimal | None:
    """Return the number exactly, or None when it has too many digits."""
    if len(text) > _MOST_CHARACTERS:
        return None
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    # 1e999999 is short to write and long to compute with.
    if number == 0:
        return Decimal(0)
    small = isinstance(exponent, int) and exponent >= -_MOST_DIGITS
    return number if small and number.adjusted() < _MOST_DIGITS else None


def exact(value: Any) -> Decimal:
    """Read an amount from a parsed JSON value: a number, or a text that is written like one."""
    if isinstance(value, Unbounded):
        raise PydanticCustomError("out_of_range", "has more digits than any amount needs")
    if isinstance(value, str):
        return _from_text(value)
    # True is an int in Python, and 1 in no order.
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Decimal(value)
    raise PydanticCustomError("invalid_value", "must be a number, or a number in a string")


def _from_text(text: str) -> Decimal:
    if len(text) > _MOST_CHARACTERS:
        raise PydanticCustomError("out_of_range", "has more digits than any amount needs")
    if not _NUMBER.fullmatch(text):
        raise PydanticCustomError("invalid_value", "must be a finite decimal number")
    number = _bounded(text)
    if number is None:
        raise PydanticCustomError("out_of_range", "has more digits than any amount needs")
    return number


def plain(value: Decimal) -> str:
    """Write a quantity with the digits that count: `10`, `0.000000001`."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def money(value: Decimal) -> str:
    """Write an amount or a price with all of its digits, two after the point at least."""
    text = plain(value)
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction:0<2}"


def rounded(value: Decimal | None) -> Decimal | None:
    """Cut a quotient (a price a share, a return) to nine decimals."""
    return None if value is None else value.quantize(_NINE_PLACES)


_INPUT: Final = {
    "anyOf": [{"type": "string"}, {"type": "number"}],
    "description": "Exact; a string is safest, since many clients send numbers through a double.",
    "examples": ["12.5"],
}


def _output(example: str) -> dict[str, Any]:
    return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": [example]}


Amount = Annotated[Decimal, BeforeValidator(exact), WithJsonSchema(_INPUT)]
"""A number in a request."""

Money = Annotated[
    Decimal, PlainSerializer(money, return_type=str), WithJsonSchema(_output("1234.50"))
]
"""Cash or a price in an answer."""

Quantity = Annotated[
    Decimal, PlainSerializer(plain, return_type=str), WithJsonSchema(_output("10.5"))
]
"""Shares, or a fraction such as a return, in an answer."""
