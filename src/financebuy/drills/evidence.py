"""What the database says of the accounts that a drill used, read in one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import class_row

from financebuy.drills.journal import Kind
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Effect:
    """What one command did. `effect_id` is the id that its answer named.

    `events` and `postings` say how often it was announced and booked; `postings` is None where
    nothing is posted to the ledger.
    """

    kind: Kind
    effect_id: UUID
    account_id: UUID
    events: int
    postings: int | None
    terms: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution, with the order's own figures: what was `ordered`, what counts as `filled`."""

    venue: str
    venue_execution_id: str
    order_id: UUID
    quantity: Decimal
    reported_quantity: Decimal
    ordered: Decimal | None
    filled: Decimal


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the reconciliation needs of the database."""

    effects: Sequence[Effect]
    fills: Sequence[Fill]
    fill_times: Sequence[datetime]


def collect(url: str, account_ids: Sequence[UUID]) -> Evidence:
    """Read the evidence through a role that may read everything (`auditor`)."""
    queries, accounts = load("drills"), {"accounts": list(account_ids)}
    with psycopg.connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        times = connection.execute(queries.fill_times, accounts).fetchall()
        return Evidence(
            effects=_rows(connection, Effect, queries.effects, accounts),
            fills=_rows(connection, Fill, queries.fills, accounts),
            fill_times=[row[0] for row in times],
        )


def _rows(connection: Connection[Any], kind: type[Any], query: str, accounts: Any) -> list[Any]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query, accounts).fetchall()
