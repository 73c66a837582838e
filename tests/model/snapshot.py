"""The same picture of the same accounts, once from the model and once from the database.

What is compared stands in `snapshot_*.py`, a file a feature: each has its TABLES.
"""

from typing import Any
from uuid import UUID

from tests.model import (
    snapshot_accounts,
    snapshot_actions,
    snapshot_ledger,
    snapshot_orders,
    snapshot_positions,
)
from tests.model.ledger_model import Ledger
from tests.model.snapshot_base import named
from tests.support.world import Connection

Picture = dict[str, dict[Any, Any]]

TABLES = {
    **snapshot_ledger.TABLES,
    **snapshot_orders.TABLES,
    **snapshot_positions.TABLES,
    **snapshot_actions.TABLES,
    **snapshot_accounts.TABLES,
}


def of_database(
    connection: Connection, ids: dict[str, list[UUID]], securities: dict[UUID, str], **values: Any
) -> Picture:
    """Positions in the lists of `ids` are the model's names of the database's ids."""
    values |= {**ids, "securities": list(securities)}
    with connection.pipeline():
        cursors = {
            n: connection.execute(table.query.encode(), values) for n, table in TABLES.items()
        }
        found = {n: cursor.fetchall() for n, cursor in cursors.items()}
    names: dict[UUID, Any] = {
        id_: number for listed in ids.values() for number, id_ in enumerate(listed)
    }
    names |= securities
    return {n: TABLES[n].picture(named(row, names) for row in rows) for n, rows in found.items()}


def of_model(ledger: Ledger) -> Picture:
    """What the database should show."""
    return {name: table.picture(table.model(ledger)) for name, table in TABLES.items()}


def differences(ours: Picture, theirs: Picture) -> dict[str, Any]:
    """What the two pictures do not agree on: {table: {key: (model, database)}}."""
    found: dict[str, Any] = {}
    for name in ours:
        left, right = ours[name], theirs[name]
        unequal = {
            key: (left.get(key), right.get(key))
            for key in left.keys() | right.keys()
            if left.get(key) != right.get(key)
        }
        if unequal:
            found[name] = unequal
    return found
