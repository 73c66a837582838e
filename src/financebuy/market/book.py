"""The paper venue's book: what is in the database, read when it is needed and never kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
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
    time_in_force: str
    status: str
    limit_price: Decimal | None
    stop_price: Decimal | None
    triggered: bool
    hold_price: Decimal
    quantity: Decimal | None
    notional: Decimal | None
    carried_quantity: Decimal
    filled_quantity: Decimal
    filled_gross: Decimal
    expires_on: date | None
    placed_at: datetime
    quantity_scale: int
    new_order_id: UUID | None
    new_quantity: Decimal | None

    @property
    def done(self) -> Decimal:
        """Shares filled by it and by the orders that it replaced."""
        return self.carried_quantity + self.filled_quantity

    @property
    def is_done(self) -> bool:
        """Whether it has filled all that it names; its end may wait for an answer."""
        return self.quantity is not None and self.done >= self.quantity

    @property
    def waits_for_its_stop(self) -> bool:
        """Whether the last price has not reached its stop yet."""
        return self.stop_price is not None and not self.triggered

    def working(self) -> WorkingOrder:
        """What is left of it, as the matching rules see it."""
        return WorkingOrder(
            order_id=self.order_id,
            side=self.side,
            limit=self._limit(),
            quantity=None if self.quantity is None else self.quantity - self.done,
            notional=None if self.notional is None else self.notional - self.filled_gross,
            quantity_scale=self.quantity_scale,
            placed_at=self.placed_at,
            all_or_none=self.time_in_force == "fok",
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

    async def orders(
        self, *, every: bool, named: Collection[UUID] | None = None
    ) -> list[OpenOrder]:
        """All open orders, those that wait for the venue's answer, or the named; oldest first."""
        chosen = {"every": every, "named": None if named is None else list(named)}
        return await fetch_all(self._connection, OpenOrder, SQL.open_orders, chosen)

    async def fills(self, at: datetime | None = None) -> list[RecordedFill]:
        """What the venue has filled at a market time, without one at the clock's quote."""
        return await fetch_all(
            self._connection, RecordedFill, SQL.fills_at, {"venue": self._venue, "at": at}
        )
