"""The tables as mapped classes, made from what the database says of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, MetaData, Table
from sqlalchemy.orm import registry

_TABLES = (
    "accounts", "assets", "entries", "executions", "holdings", "idempotency_keys", "lots",
    "market_clock", "market_sessions", "order_events", "orders", "outbox", "securities",
    "settlements", "transactions", "transfers",
)  # fmt: skip
_SEALING = {"epoch", "xid"}


@dataclass(frozen=True, slots=True)
class Models:
    """A class a table: `models.transfers(transfer_id=…)` is a row."""

    classes: dict[str, Any]

    def __getattr__(self, table: str) -> Any:
        """The class of a table."""
        try:
            return self.classes[table]
        except KeyError:
            raise AttributeError(table) from None

    @classmethod
    def reflect(cls, engine: Engine) -> "Models":
        """Read the tables of a database."""
        metadata, mappers = MetaData(), registry()
        classes = {}
        for name in _TABLES:
            table = Table(name, metadata, autoload_with=engine)
            classes[name] = type(name, (), {"__slots__": ("__dict__", "__weakref__")})
            # What the database fills in by itself is not read back.
            mappers.map_imperatively(
                classes[name],
                table,
                primary_key=list(table.primary_key) or [next(iter(table.columns))],
                exclude_properties=_SEALING & set(table.columns.keys()),
                eager_defaults=False,
            )
        return cls(classes)
