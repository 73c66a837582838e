"""Reading rows into the frozen values that the use cases return."""

from collections.abc import Mapping
from typing import Any, TypeVar

from psycopg.rows import class_row

from financebuy.database.pools import Connection

Row = TypeVar("Row")


async def fetch_all(
    connection: Connection, row: type[Row], query: str, parameters: Mapping[str, Any]
) -> list[Row]:
    """Run `query` and return its rows, each a `row` whose fields are the columns."""
    async with connection.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(query.encode(), parameters)
        return await cursor.fetchall()


async def fetch_one(
    connection: Connection, row: type[Row], query: str, parameters: Mapping[str, Any]
) -> Row | None:
    """Run `query` and return its first row, or None."""
    async with connection.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(query.encode(), parameters)
        return await cursor.fetchone()
