"""How a table is compared: a query, a reading of the model, and what names a row."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.model.ledger_model import Ledger

Rows = Iterable[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """`query` may name the lists of ids (`%(accounts)s`, ...); `model` gives the same columns.

    The first `keys` columns name a group of rows, whose order counts if `ordered` says so.
    """

    query: str
    model: Callable[[Ledger], Rows]
    keys: int = 1
    ordered: bool = False

    def picture(self, rows: Rows) -> dict[Any, Any]:
        """Groups by their key. A number is a Fraction in both pictures: 1.50 is 3/2."""
        groups: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            exact = tuple(Fraction(v) if hasattr(v, "as_tuple") else v for v in row)
            groups[exact[: self.keys]].append(exact[self.keys :])
        if self.ordered:
            return dict(groups)
        return {key: sorted(of_key, key=_spelled) for key, of_key in groups.items()}


def _spelled(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(map(str, row))


def named(row: dict[str, Any], names: dict[UUID, Any]) -> tuple[Any, ...]:
    """The model's names (positions in its lists, symbols) in the place of the database's ids."""
    return tuple(
        names.get(value, "USD" if column == "asset_id" else None)
        if isinstance(value, UUID)
        else value
        for column, value in row.items()
    )
