"""The books of a replay, as lines that are the same in every run if the runs did the same."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from financebuy.database.pools import Connection
from financebuy.sql import load

SQL = load("drills")
PARTS = {
    "balances": SQL.replay_book_balances,
    "holdings": SQL.replay_book_holdings,
    "lots": SQL.replay_book_lots,
    "orders": SQL.replay_book_orders,
    "fills": SQL.replay_book_fills,
    "entries": SQL.replay_book_entries,
    "actions": SQL.replay_book_actions,
}
"""What runs are compared by: queries whose rows name no id."""


async def read_books(connection: Connection, accounts: Sequence[UUID]) -> dict[str, list[str]]:
    """The lines of each of `PARTS`, for these accounts in the order in which they were opened."""
    books = {}
    for part, query in PARTS.items():
        cursor = await connection.execute(query.encode(), {"accounts": list(accounts)})
        books[part] = [_line(row) for row in await cursor.fetchall()]
    return books


def _line(row: dict[str, Any]) -> str:
    return " ".join(f"{name}={_told(value)}" for name, value in row.items())


def _told(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
