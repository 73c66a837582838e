"""What customers ask of orders, and what the venue says of them, trades apart."""

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws, draws_orders
from tests.model.lots import Lot
from tests.model.machine_base import NOBODY, Machine, Row
from tests.model.state import Order
from tests.support import world as w

ORDER_FACTS = (
    "order_acknowledged", "order_rejected", "order_canceled", "cancel_rejected", "order_expired",
    "order_triggered", "order_replaced", "replace_rejected",
)  # fmt: skip
LIKELY: dict[str, Callable[[Order], bool]] = {
    "cancel_rejected": lambda o: o.status == "pending_cancel",
    "order_triggered": lambda o: o.is_live and o.stop_price is not None,
    "order_replaced": lambda o: o.status == "pending_replace",
    "replace_rejected": lambda o: o.status == "pending_replace",
    "replace_order": lambda o: o.is_live and o.notional is None,
    "choose_lots": lambda o: o.is_live and o.side == "sell",
    "execution": lambda o: o.is_live or o.status == "replaced",
}
"""Of which orders something is mostly said; else of those that are open."""
OPEN_LOTS = """
    select lot_id, quantity - closed_quantity as left from lots
    where account_id = %s and security_id = %s and quantity <> closed_quantity
    order by acquired_at, lot_seq"""


class OrderRules(Machine):
    """Place, replace, cancel, choose lots, and what becomes of it."""

    @rule(rows=draws.batch(draws_orders.orders))
    def place(self, rows: list[Any]) -> None:
        self._submit("place_order", rows)

    @rule(rows=draws.batch(draws_orders.orders))
    def place_more(self, rows: list[Any]) -> None:
        """Twice, since streams without orders teach little."""
        self._submit("place_order", rows)

    @rule(rows=draws.batch(draws_orders.replacements))
    def replace(self, rows: list[Any]) -> None:
        self._submit("replace_order", rows)

    @rule(rows=draws.batch(draws_orders.cancels))
    def cancel(self, rows: list[Any]) -> None:
        self._submit("cancel_order", rows)

    @rule(rows=draws.batch(draws_orders.choices))
    def choose(self, rows: list[Any]) -> None:
        self._submit("choose_lots", rows)

    @rule(function=st.sampled_from(ORDER_FACTS), rows=draws.batch(draws_orders.order_facts))
    def venue(self, function: str, rows: list[Any]) -> None:
        self._submit(function, rows)

    @rule(
        function=st.sampled_from(["order_replaced", "order_replaced", "replace_rejected"]),
        rows=draws.batch(draws_orders.order_facts, 2),
    )
    def answer_replacements(self, function: str, rows: list[Any]) -> None:
        """Once more: an order that waits for an answer can do little else."""
        self._submit(function, rows)

    @rule()
    def expire(self) -> None:
        session = self.ledger.clock.session
        while self.world.job("select fb.expire_orders(%s, 2)", session):
            self.counted["job: expire_orders"] += 1
        self.ledger.expire_orders(session)
        self._compare()

    # ------------------------------------------------------------ from draws to rows

    def _pick(self, function: str, name: str, number: int) -> int:
        """Mostly an order of which this can be said."""
        likely = LIKELY.get(function, lambda o: o.is_live)
        found = [o.number for o in self.ledger.orders if likely(o)]
        if name == "order" and number < 15 and found:
            return found[number % len(found)]
        return super()._pick(function, name, number)

    def _finish_place_order(self, row: Row) -> None:
        kind, row["quantity"], row["notional"], row["limit_price"], row["stop_price"] = row.pop(
            "size"
        )
        row["order_type"] = "limit" if kind == "all" else kind
        self._name(row)
        known = row["account"] is not None and row["security"] is not None
        if kind == "all":
            row["side"] = "sell"
            free = self.ledger.available(row["account"], row["security"]) if known else Decimal(0)
            row["quantity"] = max(free, Decimal(1))
        if row["security"] == "CCC" and row["quantity"] is not None:
            row["quantity"] = max(row["quantity"].to_integral_value(), Decimal(1))
        if row.pop("sound"):
            self._make_sound(row, known)
        if row["lots"] is not None:
            lots = self._lots(row["account"], row["security"], row["lots"]) if known else []
            row["lots"] = lots or None

    def _make_sound(self, row: Row, known: bool) -> None:
        """Words that go together, and a sell of what there is: others are drawn now and then."""
        waits = row["stop_price"] is not None
        if waits and row["time_in_force"] not in ("day", "gtc"):
            row["time_in_force"] = "day"
        if row["notional"] is not None:
            row["time_in_force"] = "day"
        free = self.ledger.available(row["account"], row["security"]) if known else Decimal(0)
        if row["side"] == "sell" and free < 1:
            row["side"] = "buy"
        elif row["side"] == "sell" and row["quantity"] is not None:
            whole = row["security"] == "CCC"
            row["quantity"] = min(row["quantity"], free.to_integral_value(ROUND_DOWN))
            row["quantity"] = max(row["quantity"], Decimal(1)) if whole else row["quantity"]
        if row["side"] == "buy":
            row["lot_method"] = row["lots"] = None

    def _finish_replace_order(self, row: Row) -> None:
        self._name(row)
        eighths, sound = row.pop("eighths"), row.pop("sound")
        row["quantity"] = None
        if row["order"] is None:
            row["quantity"] = Decimal(1)
            return
        order = self.ledger.orders[row["order"]]
        if eighths and order.quantity is not None:
            wanted = order.quantity * eighths / 8
            whole = not self.ledger.securities[order.security].fractionable
            places = 0 if whole and sound else 9
            row["quantity"] = max(Decimal(int(wanted * 10**places)).scaleb(-places), Decimal(1))
        if sound:
            for name in ("limit_price", "stop_price"):
                row[name] = row[name] if getattr(order, name) is not None else None

    def _finish_choose_lots(self, row: Row) -> None:
        if row["order"] is None or row["lots"] is None:
            row["lots"] = None
            return
        order = self.ledger.orders[row["order"]]
        row["lots"] = self._lots(order.account, order.security, row["lots"]) or None

    def _name(self, row: Row) -> None:
        row["client_order_id"] = row["key"]
        if row.pop("same_client_order_id") and self.ledger.orders:
            row["client_order_id"] = self.ledger.orders[-1].client_order_id

    def _lots(
        self, account: int, security: str, drawn: list[tuple[int, int]]
    ) -> list[tuple[Lot, Decimal]]:
        """Open lots and eighths of them, for the model."""
        holding = self.ledger.accounts[account].holdings.get(security)
        lots = [lot for lot in holding.open_lots() if lot.left > 0] if holding else []
        found = []
        for place, eighths in drawn if lots else []:
            lot = lots[place % len(lots)]
            part = Decimal(int(lot.left * eighths * 10**9 / 8)).scaleb(-9)
            found.append((lot, max(part, Decimal(1).scaleb(-9))))
        return found

    # ------------------------------------------------------------ rows for the database

    def _row_place_order(self, row: Row) -> Row:
        same = ("client_order_id", "side", "order_type", "time_in_force", "quantity", "notional",
                "limit_price", "stop_price", "lot_method")  # fmt: skip
        return {
            "account_id": self._id("accounts", row["account"]),
            "security_id": self._security(row["security"]),
            **{name: row[name] for name in same},
            "lots": self._named_lots(row["account"], row["security"], row["lots"]),
        }

    def _row_replace_order(self, row: Row) -> Row:
        same = ("client_order_id", "quantity", "time_in_force", "limit_price", "stop_price")
        order = self._id("orders", row["order"])
        return {"order_id": order, **{name: row[name] for name in same}}

    def _row_cancel_order(self, row: Row) -> Row:
        return {"order_id": self._id("orders", row["order"])}

    def _row_choose_lots(self, row: Row) -> Row:
        lots = None
        if row["lots"] is not None:
            order = self.ledger.orders[row["order"]]
            lots = self._named_lots(order.account, order.security, row["lots"])
        order_id = self._id("orders", row["order"])
        return {"order_id": order_id, "lot_method": row["lot_method"], "lots": lots}

    def _named_lots(
        self, account: int, security: str, lots: list[tuple[Lot, Decimal]] | None
    ) -> Any:
        """The same lots by the database's ids: a lot keeps the one that it had when first named."""
        if lots is None:
            return None
        ours = self.ledger.accounts[account].holdings[security].open_lots()
        theirs = self.world.rows(
            OPEN_LOTS, self.ids["accounts"][account], self.securities[security]
        )
        for lot, row in zip(ours, theirs, strict=True):
            self.lot_ids.setdefault(id(lot), row["lot_id"])
        return w.chosen([(self.lot_ids.get(id(lot), NOBODY), q) for lot, q in lots])

    def _for_database(self, function: str, row: Row) -> Row:
        if function in ORDER_FACTS:
            order = self._id("orders", row["order"])
            return w.fact(function, order, row["note"], key=row["key"])
        return super()._for_database(function, row)

    def _settle_in(self) -> None:
        super()._settle_in()
        self.lot_ids: dict[int, UUID] = {}
