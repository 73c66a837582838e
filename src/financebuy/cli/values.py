"""Values of the command line as the use cases take them, and results as they are printed."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from financebuy.domain.money import exact
from financebuy.errors import InvalidValueError


def identifier(text: str, field: str) -> UUID:
    """Read an id.

    Raises:
        InvalidValueError: it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise InvalidValueError(f"{field}: {text!r} is not an id", field=field) from None


def optional_identifier(text: str | None, field: str) -> UUID | None:
    """Read an id that may be left out."""
    return None if text is None else identifier(text, field)


def optional_amount(text: str | None, field: str) -> Decimal | None:
    """Read an amount that may be left out."""
    return None if text is None else exact(text, field)


def one_of(text: str, words: Sequence[str], field: str) -> str:
    """Read one of `words`.

    Raises:
        InvalidValueError: it is none.
    """
    if text not in words:
        message = f"{field}: must be one of {', '.join(words)} (it is {text!r})"
        raise InvalidValueError(message, field=field)
    return text


def day(text: str | None, field: str, *, personal: bool = False) -> date | None:
    """Read a date that may be left out; a `personal` one is not repeated when it is none.

    Raises:
        InvalidValueError: it is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        shown = "" if personal else f"{text!r} "
        message = f"{field}: {shown}is not a date like 2012-06-01"
        raise InvalidValueError(message, field=field) from None


def required_day(text: str, field: str) -> date:
    """Read a date.

    Raises:
        InvalidValueError: it is none.
    """
    read = day(text, field)
    if read is None:
        raise InvalidValueError(field=field)
    return read


def moment(text: str | None, field: str) -> datetime | None:
    """Read a time that may be left out; without an offset it is UTC.

    Raises:
        InvalidValueError: it is none.
    """
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        message = f"{field}: {text!r} is not a time like 2030-12-31T23:59Z"
        raise InvalidValueError(message, field=field) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def row(value: Any) -> dict[str, object]:
    """The fields of a result, by name; that it is a repeat is said only when it is."""
    is_struct = isinstance(value, msgspec.Struct)
    names = value.__struct_fields__ if is_struct else [each.name for each in fields(value)]
    found = {name: getattr(value, name) for name in names}
    if found.get("replayed") is False:
        del found["replayed"]
    return found


def rows(values: Sequence[Any]) -> list[dict[str, object]]:
    """The fields of each result."""
    return [row(value) for value in values]
