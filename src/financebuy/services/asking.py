"""Calling a function of the door, which always answers with one row."""

from typing import Any, TypeVar

from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one

Row = TypeVar("Row")


async def ask_door(
    platform: Platform,
    row: type[Row],
    query: str,
    parameters: dict[str, Any],
    role: str = "fb_auth",
) -> Row:
    """Run `query` and return its only row."""
    async with platform.pools.connection(role) as connection:
        found = await fetch_one(connection, row, query, parameters)
    assert found is not None  # noqa: S101 (functions of the door return one row)
    return found
