"""Which lots an order closes: its own method and chosen lots. The account's is a preference."""

from tests.model.model_base import Refusal, Row
from tests.model.model_orders import Orders
from tests.model.state import Answer


class Positions(Orders):
    """Choices; `lots.Holding` does the closing."""

    def choose_lots(self, row: Row) -> Answer:
        who = row["who"]

        def act() -> Answer:
            order = self._order_of(row)
            self._active(self.accounts[order.account])
            if row["lot_method"] is None and row["lots"] is None:
                raise Refusal("required", "lot_method")
            left = None if order.quantity is None else order.quantity - order.done
            chosen = [] if row["lots"] is None else self._choices(order, left, row["lots"])
            if order.status == "pending_replace" or self._waits(order):
                # What the old order has chosen goes over to the new one with the venue's answer.
                raise Refusal("replace_pending", "order_id")
            if not order.is_live:
                raise Refusal("order_not_open", "order_id")
            if order.side != "sell":
                raise Refusal("not_allowed", "side")
            order.chosen = chosen
            order.lot_method = row["lot_method"] or order.lot_method
            self.accounts[order.account].events.append("order.lots_chosen")
            return Answer("accepted")

        if who.problem:
            return Answer("refused", who.problem)
        request = (row["order"], row["lot_method"], self._spelled(row["lots"]))
        return self._once("choose_lots", who.user, row["key"], request, act)
