"""One investor, and the words in which tests of positions speak."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.support import world as w
from tests.support.world import OPEN, User, World

D = Decimal


@dataclass
class Investor:
    """One owner, one account, one security, and whatever they do."""

    world: World
    owner: User
    account: UUID
    security: UUID

    def order(self, side: str, quantity: D | int, price: D | int, **changes: object) -> UUID:
        row = w.order(
            self.owner.token, self.account, self.security, side=side, quantity=D(quantity),
            limit_price=D(price), time_in_force="gtc", **changes,
        )  # fmt: skip
        return self.world.accepted("place_order", row)

    def fill(
        self, order: UUID, quantity: D | int, price: D | int, at: datetime | None = None
    ) -> None:
        row = w.execution(order, quantity, price, effective_at=at)
        self.world.accepted("execution", row)

    def buy(self, quantity: D | int, price: D | int, at: datetime | None = None) -> UUID:
        """Buy and return the new lot."""
        order = self.order("buy", quantity, price)
        self.fill(order, quantity, price, at)
        lot: UUID = self.world.value(
            "select lot_id from lots join executions using (execution_id) where order_id = %s",
            order,
        )
        return lot

    def sell(self, quantity: D | int, price: D | int, at: datetime | None = None) -> UUID:
        order = self.order("sell", quantity, price)
        self.fill(order, quantity, price, at)
        return order

    def prefer(self, method: str | None = None, *, reinvest: bool | None = None) -> None:
        row = w.preferences(self.owner.token, self.account, method, reinvest=reinvest)
        self.world.accepted("set_preferences", row)

    def open_lots(self) -> list[tuple[D, D]]:
        """What is left of each lot and its cost, oldest first."""
        rows = self.world.rows(
            "select quantity - closed_quantity as q, cost - closed_cost as c from lots"
            " where account_id = %s and closed_quantity <> quantity order by acquired_at, lot_seq",
            self.account,
        )
        return [(row["q"], row["c"]) for row in rows]

    def gains(self) -> list[tuple[D, D, D, D]]:
        """Quantity, cost, proceeds and gain of each closure that is not a split's."""
        rows = self.world.rows(
            "select c.quantity, c.cost, c.proceeds, c.gain from lot_closures as c"
            " join lots as l using (lot_id) where c.account_id = %s and c.kind <> 'carried'"
            " order by c.recorded_at, l.lot_seq",
            self.account,
        )
        return [(row["quantity"], row["cost"], row["proceeds"], row["gain"]) for row in rows]

    def cash(self) -> D:
        cash: D = self.world.value(
            "select balance from accounts where account_id = %s", self.account
        )
        return cash

    def holding(self) -> tuple[D, D, D, D]:
        """Quantity, held, cost and realised gain."""
        (row,) = self.world.rows(
            "select quantity, held, total_cost, realized_gain from holdings"
            " where account_id = %s and security_id = %s", self.account, self.security,
        )  # fmt: skip
        return row["quantity"], row["held"], row["total_cost"], row["realized_gain"]


def later(**time: float) -> datetime:
    """A moment after the market of these tests opened."""
    return OPEN + timedelta(**time)
