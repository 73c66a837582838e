"""The arrays of a batch say to PostgreSQL what the rows said."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from financebuy.database.columns import call, pack_column
from financebuy.database.commands import ROLES
from tests.support.databases import Database

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
DECIMAL = st.decimals(-(10**20), 10**20, allow_nan=False, places=9)
TIME = st.datetimes(timezones=st.just(timezone(timedelta(hours=5.5)))).filter(
    lambda time: 1900 < time.year < 2200
)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.one_of(TEXT, st.sampled_from(["", "NULL", "null", '"', "\\", "{}", ",", '\\"'])),
    "uuid": st.uuids(),
    "numeric": st.one_of(DECIMAL, st.integers(-(10**30), 10**30)),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "timestamptz": TIME,
    "date": st.dates(date(1900, 1, 1)),
    "boolean": st.booleans(),
    "bytea": st.binary(max_size=20),
    "jsonb": st.dictionaries(TEXT, TEXT, max_size=3),
}


@pytest.fixture(scope="module")
def connection(template: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(template.server.url, autocommit=True) as connection:
        yield connection


def sent(connection: psycopg.Connection, kind: str, values: tuple[Any, ...]) -> list[Any]:
    query = f"select unnest(%s::{kind}[])"
    found = connection.execute(query.encode(), (pack_column(kind, values),)).fetchall()
    return [value for (value,) in found]


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_arrives_as_it_was(connection: psycopg.Connection, kind: str) -> None:
    @given(st.lists(st.one_of(st.none(), KINDS[kind]), min_size=1, max_size=8))
    def check(values: list[Any]) -> None:
        assert sent(connection, kind, tuple(values)) == values

    check()


def test_every_parameter_of_every_function_has_a_kind_that_is_tried_here() -> None:
    kinds = {kind for function in ROLES for _, kind in call(function).columns}
    assert kinds == set(KINDS)
    for function in ROLES:
        query = call(function).query.decode()
        assert query.count("%(") == len(call(function).columns) + query.count("%(skip_locked)s")


@pytest.mark.parametrize(
    ("kind", "value", "arrives"),
    [
        ("uuid", str(UUID(int=7)), UUID(int=7)),
        ("numeric", "1.50", Decimal("1.50")),
        ("timestamptz", "2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("date", "2026-01-02", date(2026, 1, 2)),
    ],
)
def test_what_is_not_of_the_usual_type_arrives_too(
    connection: psycopg.Connection, kind: str, value: Any, arrives: Any
) -> None:
    assert sent(connection, kind, (value, None)) == [arrives, None]


@pytest.mark.parametrize("kind", ["numeric", "text", "integer"])
def test_no_column_takes_a_float(kind: str) -> None:
    with pytest.raises(TypeError, match="never float"):
        pack_column(kind, (None, 1.5))
