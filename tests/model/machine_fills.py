"""Trades, and what the venue takes back of them."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis.stateful import rule

from tests.model import draws
from tests.model.machine_base import Machine, Row
from tests.support import world as w


class FillRules(Machine):
    """Executions of orders in any state."""

    @rule(rows=draws.batch(draws.executions, 6))
    def execute(self, rows: list[Any]) -> None:
        self._submit("execution", rows)

    @rule(rows=draws.batch(draws.executions, 6))
    def execute_more(self, rows: list[Any]) -> None:
        self._submit("execution", rows)

    def _finish_execution(self, row: Row) -> None:
        part, minutes = row.pop("part"), row.pop("earlier")
        row["at"] = minutes and self.ledger.clock.time - timedelta(minutes=minutes)
        if row["order"] is None:
            return
        room = self.ledger.orders[row["order"]].size.room(Fraction(row["price"]))
        whole = Decimal(int(room * 10**9)).scaleb(-9)
        if whole > 0 and part in ("whole", "part"):
            row["quantity"] = whole if part == "whole" else min(row["quantity"], whole)

    def _row_execution(self, row: Row) -> Row:
        return w.execution(
            self._id("orders", row["order"]), row["quantity"], row["price"],
            venue_execution_id=row["key"], effective_at=row["at"],
        )  # fmt: skip
