"""What customers ask of orders, and what the venue says of them, trades apart."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws
from tests.model.machine_base import Machine, Row
from tests.support import world as w

ORDER_FACTS = (
    "order_acknowledged", "order_rejected", "order_canceled", "cancel_rejected", "order_expired",
)  # fmt: skip


class OrderRules(Machine):
    """Place, cancel, and what becomes of it."""

    @rule(rows=draws.batch(draws.orders))
    def place(self, rows: list[Any]) -> None:
        self._submit("place_order", rows)

    @rule(rows=draws.batch(draws.orders))
    def place_more(self, rows: list[Any]) -> None:
        """Twice, since streams without orders teach little."""
        self._submit("place_order", rows)

    @rule(rows=draws.batch(draws.cancels))
    def cancel(self, rows: list[Any]) -> None:
        self._submit("cancel_order", rows)

    @rule(function=st.sampled_from(ORDER_FACTS), rows=draws.batch(draws.order_facts))
    def venue(self, function: str, rows: list[Any]) -> None:
        self._submit(function, rows)

    @rule()
    def expire(self) -> None:
        session = self.ledger.clock.session
        while self.world.job("select fb.expire_orders(%s, 2)", session):
            self.counted["job: expire_orders"] += 1
        self.ledger.expire_orders(session)
        self._compare()

    def _finish_place_order(self, row: Row) -> None:
        kind, row["quantity"], row["notional"], row["limit_price"] = row.pop("size")
        row["order_type"] = "limit" if kind == "all" else kind
        row["stop_price"] = row["lot_method"] = None
        row["client_order_id"] = row["key"]
        if row.pop("same_client_order_id") and self.ledger.orders:
            row["client_order_id"] = self.ledger.orders[-1].client_order_id
        if kind == "all":
            row["side"] = "sell"
            known = row["account"] is not None and row["security"] is not None
            free = self.ledger.available(row["account"], row["security"]) if known else Decimal(0)
            row["quantity"] = max(free, Decimal(1))
        if row["security"] == "CCC" and row["quantity"] is not None:
            row["quantity"] = max(row["quantity"].to_integral_value(), Decimal(1))

    def _row_place_order(self, row: Row) -> Row:
        same = ("client_order_id", "side", "order_type", "time_in_force", "quantity", "notional",
                "limit_price", "stop_price", "lot_method")  # fmt: skip
        return {
            "account_id": self._id("accounts", row["account"]),
            "security_id": self._security(row["security"]),
            **{name: row[name] for name in same},
            "lots": None,
        }

    def _row_cancel_order(self, row: Row) -> Row:
        return {"order_id": self._id("orders", row["order"])}

    def _for_database(self, function: str, row: Row) -> Row:
        if function in ORDER_FACTS:
            order = self._id("orders", row["order"])
            return w.fact(function, order, row["note"], key=row["key"])
        return super()._for_database(function, row)
