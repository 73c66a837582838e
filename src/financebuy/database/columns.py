"""From the rows of a batch to the arrays that a function takes, in little time.

psycopg looks at each element of a list. What a column holds is known here, so that most of them
become the text of an array by one `join`; anything unusual is left to psycopg.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import itemgetter
from types import NoneType
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from financebuy.sql import load

_PARAMETER = re.compile(r"%\((\w+)\)s::(\w+)\[\]")
Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Call:
    """How a function is called: its query, and its parameters' names and types."""

    query: bytes
    names: frozenset[str]
    columns: tuple[tuple[str, str], ...]
    values: Callable[[Mapping[str, Any]], Values]
    """Takes a row's values, in the columns' order."""

    def pack(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return a parameter a column.

        Raises:
            TypeError: a value is a float; money is Decimal.
            ValueError: a text is not Unicode.
        """
        columns = zip(*map(self.values, rows), strict=True)
        return {
            name: pack_column(kind, values)
            for (name, kind), values in zip(self.columns, columns, strict=True)
        }


@cache
def call(function: str) -> Call:
    """How `function` is called. Raises AttributeError when there is none."""
    query: str = getattr(load("commands"), function)
    columns = tuple((name, kind) for name, kind in _PARAMETER.findall(query))
    names = [name for name, _ in columns]
    return Call(query.encode(), frozenset(names), columns, itemgetter(*names))


def pack_column(kind: str, values: Values) -> Any:
    """Return what psycopg is given for a parameter `kind[]`: a text if it may be, else a list."""
    types = set(map(type, values))
    if types == {NoneType}:
        return "{" + ",".join(["NULL"] * len(values)) + "}"
    types.discard(NoneType)
    plain = _PLAIN.get(kind)
    if plain is None or not types <= plain.types:
        return [_value(each) for each in values]
    if None in values:
        return "{" + ",".join(["NULL" if v is None else plain.text((v,)) for v in values]) + "}"
    return "{" + plain.text(values) + "}"


def _texts(values: Sequence[str]) -> str:
    text = '","'.join(values)
    if "\\" in text or text.count('"') != 2 * (len(values) - 1):
        escaped = (each.replace("\\", "\\\\").replace('"', '\\"') for each in values)
        text = '","'.join(escaped)
    if not text.isascii():
        text.encode()  # what is no Unicode is found here, not when it is sent
    return f'"{text}"'


def _uuids(values: Sequence[UUID]) -> str:
    return ",".join([f"{each.int:032x}" for each in values])


def _numbers(values: Values) -> str:
    return ",".join(map(str, values))


def _times(values: Values) -> str:
    return '"' + '","'.join(map(str, values)) + '"'


@dataclass(frozen=True, slots=True)
class _Plain:
    """`text` writes values of just these types as elements of an array."""

    types: frozenset[type]
    text: Callable[[Any], str]


_PLAIN = {
    "text": _Plain(frozenset({str}), _texts),
    "uuid": _Plain(frozenset({UUID}), _uuids),
    "numeric": _Plain(frozenset({Decimal, int}), _numbers),
    "integer": _Plain(frozenset({int}), _numbers),
    "timestamptz": _Plain(frozenset({datetime}), _times),
    "date": _Plain(frozenset({date}), _times),
}


def _value(value: Any) -> Any:
    if isinstance(value, float):
        raise TypeError("money is Decimal, never float")
    return Jsonb(value) if isinstance(value, dict | list) else value
