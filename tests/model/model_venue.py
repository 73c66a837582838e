"""What the venue says of orders, and what ends them: everything but trades."""

from datetime import date
from fractions import Fraction

from tests.model.model_base import Books, Row
from tests.model.state import LIVE, Answer, Order


class Venue(Books):
    """An order's status, and what it holds no longer."""

    def order_acknowledged(self, row: Row) -> Answer:
        return self._order_fact("order_acknowledged", row)

    def order_rejected(self, row: Row) -> Answer:
        return self._order_fact("order_rejected", row)

    def order_canceled(self, row: Row) -> Answer:
        return self._order_fact("order_canceled", row)

    def cancel_rejected(self, row: Row) -> Answer:
        return self._order_fact("cancel_rejected", row)

    def order_expired(self, row: Row) -> Answer:
        return self._order_fact("order_expired", row)

    def _order_fact(self, fact: str, row: Row) -> Answer:

        def act() -> Answer:
            if row["order"] is None:
                self._complain("unknown_order", None)
                return Answer("accepted")
            self._hear(fact, self.orders[row["order"]], row["note"])
            return Answer("accepted")

        return self._once(fact, "venue", row["key"], (row["order"], row["note"]), act)

    def _hear(self, fact: str, order: Order, note: str | None) -> None:
        account = self.accounts[order.account]
        status = _after(fact, order)
        if status is None:
            # What was filled, even in part, cannot have been rejected; the fills stand.
            contradicts = (fact == "order_canceled" and order.status == "filled") or (
                fact == "order_rejected" and order.filled > 0
            )
            if contradicts:
                self._complain("unexpected_state", order.account, order.number)
            return
        event = {"order_acknowledged": "acknowledged"}.get(fact, fact.removeprefix("order_"))
        if fact == "order_acknowledged":
            order.venue_order_id = note
        order.step(event, status)
        if status not in LIVE:
            self._release(order, order.held)
        account.events.append(f"order.{event}")

    def _release(self, order: Order, amount: Fraction) -> None:
        account = self.accounts[order.account]
        order.held -= amount
        if order.side == "buy":
            account.held -= amount
        else:
            account.holding(order.security).held -= amount

    def expire_orders(self, session: date) -> None:
        for order in self.orders:
            if order.status in LIVE and order.expires_on and order.expires_on <= session:
                self._hear("order_expired", order, None)


def _after(fact: str, order: Order) -> str | None:  # noqa: PLR0911 - a table
    """The order's next status under a fact; None when the fact changes nothing."""
    live = order.status in LIVE
    match fact:
        case "order_acknowledged" if live and order.venue_order_id is None:
            # A fill or a cancel may overtake it.
            return {"accepted": "new", "new": None}.get(order.status, order.status)
        case "order_rejected" if live and order.filled == 0:
            return "rejected"
        case "order_canceled" if live:
            return "canceled"
        case "order_expired" if live:
            return "expired"
        case "cancel_rejected" if order.status == "pending_cancel":
            if order.filled:
                return "partially_filled"
            return "new" if order.venue_order_id is not None else "accepted"
    return None
