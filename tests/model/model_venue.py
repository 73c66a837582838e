"""What the venue says of orders, and what ends them: everything but trades.

An order and those that replaced it are a chain: it fills, pays and holds as the last of them. Until
the venue has answered, the old one works on and holds what the dearer of the two needs.
"""

from datetime import date, datetime
from fractions import Fraction

from tests.model.lots import Choice
from tests.model.model_base import Books, Row
from tests.model.rules import ZERO, schedule_at
from tests.model.state import Answer, Order


class Venue(Books):
    """An order's status, and what it holds."""

    # ------------------------------------------------------------ holds and chains

    def _needs(self, terms: Order, chain: Order, at: datetime) -> Fraction:
        """The worst case of what is left of `terms`, after what `chain` has filled and paid."""
        size = terms.size.after(chain.size)
        if size.quantity is not None and size.filled >= size.quantity:
            return ZERO
        if terms.side == "sell":
            return size.share_hold(terms.hold_price)
        schedule = schedule_at(self.schedules["buy"], at)
        return size.cash_hold(terms.hold_price, schedule, chain.charged)

    def _hold(self, order: Order, needed: Fraction) -> None:
        """Let an order hold this much, no more and no less."""
        account, more = self.accounts[order.account], needed - order.held
        order.held = needed
        if order.side == "buy":
            account.held += more
        elif more:
            account.holding(order.security).held += more

    def _heir(self, order: Order) -> Order | None:
        """What the venue was asked to put in the order's place, if it has not answered yet."""
        if order.status != "pending_replace":
            return None
        assert order.replaced_by is not None
        return self.orders[order.replaced_by]

    def _waits(self, order: Order) -> bool:
        """Whether it is such an heir: the venue does not have it yet."""
        return order.replaces is not None and self._heir(self.orders[order.replaces]) is order

    def _after_in_chain(self, order: Order) -> list[Order]:
        """The orders that have replaced it, one after the other."""
        found: list[Order] = []
        while order.status == "replaced":
            assert order.replaced_by is not None
            order = self.orders[order.replaced_by]
            found.append(order)
        return found

    def _tell(self, order: Order, event: str, status: str | None = None) -> None:
        order.step(event, status)
        self.accounts[order.account].events.append(f"order.{event}")

    # ------------------------------------------------------------ facts

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

    def order_triggered(self, row: Row) -> Answer:
        return self._order_fact("order_triggered", row)

    def order_replaced(self, row: Row) -> Answer:
        return self._order_fact("order_replaced", row)

    def replace_rejected(self, row: Row) -> Answer:
        return self._order_fact("replace_rejected", row)

    def _order_fact(self, fact: str, row: Row) -> Answer:
        def act() -> Answer:
            if row["order"] is None:
                self._complain("unknown_order", None)
                return Answer("accepted")
            order = self.orders[row["order"]]
            if fact == "order_replaced":
                self._replaced(order, row["note"], self.clock.time)
            elif fact == "replace_rejected":
                self._replace_rejected(order)
            else:
                self._hear(fact, order, row["note"])
            return Answer("accepted")

        return self._once(fact, "venue", row["key"], (row["order"], row["note"]), act)

    def _hear(self, fact: str, order: Order, note: str | None) -> None:
        status = None if self._waits(order) else _after(fact, order)
        if status is None:
            # What was filled, even in part, cannot have been rejected; the fills stand. And what
            # the venue does not have yet, nothing can have become of.
            contradicts = (fact == "order_canceled" and order.status == "filled") or (
                fact == "order_rejected" and order.filled > 0
            )
            if contradicts or self._waits(order):
                self._complain("unexpected_state", order.account, order.number)
            return
        heir = self._heir(order)
        if fact == "order_acknowledged":
            order.venue_order_id = note
        order.triggered |= fact == "order_triggered"
        event = {"order_acknowledged": "acknowledged"}.get(fact, fact.removeprefix("order_"))
        self._tell(order, event, status)
        if order.is_live:
            return
        self._hold(order, ZERO)
        if heir is not None:
            # What was to replace an order that has ended can only end with it.
            order.replaced_by = None
            self._tell(heir, "rejected", "rejected")

    def _replaced(self, order: Order, note: str | None, at: datetime) -> None:
        heir = self._heir(order)
        if heir is None:
            if order.status != "replaced":
                self._complain("unexpected_state", order.account, order.number)
            return
        assert heir.quantity is not None
        self._hold(order, ZERO)
        self._tell(order, "replaced", "replaced")
        heir.carried, heir.carried_gross = order.done, order.carried_gross + order.gross
        heir.carried_fees, heir.venue_order_id = order.charged, note
        heir.triggered = order.triggered and heir.stop_price == order.stop_price
        heir.chosen = [Choice(c.lot, c.left) for c in order.chosen if c.left]
        if heir.done > heir.quantity:
            # Fills that overtook the request are more than the new order was for.
            heir.quantity = heir.done
            self._complain("unexpected_state", order.account, order.number)
        self._tell(heir, "acknowledged", "filled" if heir.done == heir.quantity else "new")
        self._hold(heir, self._needs(heir, heir, at))

    def _replace_rejected(self, order: Order) -> None:
        heir = self._heir(order)
        if heir is None:
            return
        order.replaced_by = None
        ended = order.quantity is not None and order.done >= order.quantity
        self._tell(order, "replace_rejected", "filled" if ended else _as_before(order))
        self._tell(heir, "rejected", "rejected")
        self._hold(order, self._needs(order, order, self.clock.time))

    def expire_orders(self, session: date) -> None:
        """The orders of a session that is over; what waits to replace one ends with that one."""
        due = [o for o in self.orders if o.is_live and o.expires_on and o.expires_on <= session]
        for order in sorted(due, key=self.rank):
            if not self._waits(order) and order.is_live:
                self._hear("order_expired", order, None)


def _as_before(order: Order) -> str:
    """What an order was before something was asked of it."""
    if order.filled:
        return "partially_filled"
    return "new" if order.venue_order_id is not None else "accepted"


def _after(fact: str, order: Order) -> str | None:  # noqa: PLR0911 - a table
    """The order's next status under a fact; None when the fact changes nothing."""
    if not order.is_live:
        return None
    # While a replacement was asked for, the fills may have made the old order complete.
    complete = order.status == "pending_replace" and order.done == order.quantity
    match fact:
        case "order_acknowledged" if order.venue_order_id is None:
            # A fill or a cancel may overtake it.
            return {"accepted": "new", "new": None}.get(order.status, order.status)
        case "order_rejected" if order.filled == 0:
            return "rejected"
        case "order_canceled":
            return "filled" if complete else "canceled"
        case "order_expired":
            return "filled" if complete else "expired"
        case "order_triggered" if order.stop_price is not None and not order.triggered:
            return order.status
        case "cancel_rejected" if order.status == "pending_cancel":
            return _as_before(order)
    return None
