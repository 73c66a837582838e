"""Trades, and what the venue takes back of them."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws, draws_orders
from tests.model.machine_base import Machine, Row
from tests.model.trading import Trading
from tests.support import world as w


class FillRules(Machine):
    """Executions of orders in any state, busts and corrections."""

    def _trade_first(self) -> None:
        """Two lots, one of them old, for each: a stream that must buy first sells little."""
        wanted = [
            (account, symbol, Decimal(quantity), Decimal(price))
            for account in range(draws.ACCOUNTS)
            for symbol in draws.SYMBOLS[:2]
            for quantity, price in ((20, 90), (15, 110))
        ]
        self._submit("place_order", [_buy(*terms) for terms in wanted])
        self._submit(
            "execution",
            [
                {"order": n, "part": "whole", "quantity": quantity, "price": price,
                 "earlier": 400 * draws.DAY if n % 2 else None}
                for n, (_, _, quantity, price) in enumerate(wanted)
            ],
        )  # fmt: skip

    @rule(rows=draws.batch(draws_orders.executions, 6))
    def execute(self, rows: list[Any]) -> None:
        self._submit("execution", rows)

    @rule(rows=draws.batch(draws_orders.executions, 6))
    def execute_more(self, rows: list[Any]) -> None:
        self._submit("execution", rows)

    @rule(seed=st.integers(0, 2**32 - 1))
    def trade(self, seed: int) -> None:
        """A while at the market."""
        trading = Trading(seed)
        for kind, number in trading.batches():
            self._submit(*trading.rows(kind, number))

    @rule(seed=st.integers(0, 2**32 - 1))
    def trade_more(self, seed: int) -> None:
        """Twice: streams have many rules, and most are about something else."""
        self.trade(seed)

    @rule(rows=draws.batch(draws_orders.busts, 3))
    def bust(self, rows: list[Any]) -> None:
        self._submit("execution_busted", rows)

    @rule(rows=draws.batch(draws_orders.corrections, 3))
    def correct(self, rows: list[Any]) -> None:
        self._submit("execution_corrected", rows)

    def _finish_execution(self, row: Row) -> None:
        part, minutes = row.pop("part"), row.pop("earlier")
        row["at"] = minutes and self.ledger.clock.time - timedelta(minutes=minutes)
        if row["order"] is None:
            return
        room = self.ledger.orders[row["order"]].size.room(Fraction(row["price"]))
        whole = Decimal(int(room * 10**9)).scaleb(-9)
        if whole > 0 and part in ("whole", "part"):
            row["quantity"] = whole if part == "whole" else min(row["quantity"], whole)

    def _finish_execution_busted(self, row: Row) -> None:
        number, again = row.pop("ref"), row.pop("again")
        known = [e for e in self.ledger.executions if again or not e.taken_back]
        row["ref"] = known[number % len(known)].name if number is not None and known else None

    def _finish_execution_corrected(self, row: Row) -> None:
        """What is not drawn stays as it was."""
        self._finish_execution_busted(row)
        ref = next((e for e in self.ledger.executions if e.name == row["ref"]), None)
        for name, was in (("quantity", ref and ref.reported), ("price", ref and ref.price)):
            if row[name] is None:
                row[name] = Decimal(int((was or 1) * 10**9)).scaleb(-9)

    def _row_execution(self, row: Row) -> Row:
        return w.execution(
            self._id("orders", row["order"]), row["quantity"], row["price"],
            venue_execution_id=row["key"], effective_at=row["at"],
        )  # fmt: skip

    def _row_execution_busted(self, row: Row) -> Row:
        return w.bust(row["ref"] or "never was", venue_execution_id=row["key"])

    def _row_execution_corrected(self, row: Row) -> Row:
        return w.correction(
            row["ref"] or "never was", row["quantity"], row["price"],
            venue_execution_id=row["key"],
        )  # fmt: skip


def _buy(account: int, symbol: str, quantity: Decimal, price: Decimal) -> Row:
    """As `draws_orders.orders` draws it."""
    return {
        "who": "owner", "account": account, "security": symbol, "side": "buy",
        "time_in_force": "gtc", "size": ("limit", quantity, None, price, None),
        "lot_method": None, "lots": None, "sound": True, "same_client_order_id": False,
    }  # fmt: skip
