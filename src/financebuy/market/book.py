"""The paper venue's book: what is in the database, read when it is needed and never kept."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from financebuy.database.pools import Connection
from financebuy.domain.matching import Side, WorkingOrder
from financebuy.services.rows import fetch_all
from financebuy.sql import load

SQL = load("market")


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that the venue has to work on."""

    order_id: UUID
    security_id: UUID
    side: Side
    order_type: str
    status: str
    limit_price: Decimal | None
    hold_price: Decimal
    quantity: Decimal | None
    notional: Decimal | None
    filled_quantity: Decimal
    filled_gross: Decimal
    placed_at: datetime
    quantity_scale: int

    def working(self) -> WorkingOrder:
        """What is left of it, as the matching rules see it."""
        return WorkingOrder(
            order_id=self.order_id,
            side=self.side,
            limit=self._limit(),
            quantity=None if self.quantity is None else self.quantity - self.filled_quantity,
            notional=None if self.notional is None else self.notional - self.filled_gross,
            quantity_scale=self.quantity_scale,
            placed_at=self.placed_at,
        )

    def _limit(self) -> Decimal | None:
        """A market order never trades beyond what is held for it.

        A buy and a sell by amount are held at the collar's price; a sell of so many shares holds
        just these, so that any bid will do.
        """
        if self.limit_price is not None:
            return self.limit_price
        return None if self.side == "sell" and self.quantity is not None else self.hold_price


@dataclass(frozen=True, slots=True)
class RecordedFill:
    """An execution that the venue has reported already."""

    order_id: UUID
    security_id: UUID
    quantity: Decimal


class Book:
    """Open orders and recent fills, read as fb_venue."""

    def __init__(self, connection: Connection, venue: str) -> None:
        self._connection = connection
        self._venue = venue

    async def orders(self, *, every: bool) -> list[OpenOrder]:
        """All open orders, or those that wait for the venue's answer; oldest first."""
        return await fetch_all(self._connection, OpenOrder, SQL.open_orders, {"every": every})

    async def fills_at_quote(self) -> list[RecordedFill]:
        """What the venue has filled at the clock's quote."""
        return await fetch_all(
            self._connection, RecordedFill, SQL.fills_at_quote, {"venue": self._venue}
        )
