"""Which lots an order closes: its own method and chosen lots; and the gains of what was closed.

The account's method is a preference: see `model_accounts`.
"""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from tests.model.lots import Closure
from tests.model.model_base import Refusal, Row
from tests.model.model_orders import Orders
from tests.model.rules import ZERO, trading_day
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

    def gains(self, account: int) -> list[tuple[Any, ...]]:
        """Each closure that gained: security, kind, bought, sold, term, quantity, cost, ...

        Closures of one lot by one trade are one. What only went on in another lot gains nothing.
        """
        found = []
        for security, holding in self.accounts[account].holdings.items():
            groups: dict[tuple[int, str, str], list[Closure]] = defaultdict(list)
            for closure in holding.closures:
                groups[id(closure.lot), closure.cause, closure.kind].append(closure)
            for group in groups.values():
                sums = [
                    sum((getattr(c, name) for c in group), ZERO)
                    for name in ("quantity", "cost", "proceeds", "gain")
                ]
                if group[0].kind != "carried" or sums[-1]:
                    found.append((security, group[0].kind, *_period(group), *sums))
        return found


def _period(group: list[Closure]) -> tuple[datetime, datetime, str]:
    """When it was bought and sold, by the market's time, and whether that is a long time."""
    opened, closed = group[0].lot.acquired_at, min(c.at for c in group)
    bought, sold = opened, closed
    if group[0].lot.quantity < 0:
        # Sold without being there: the lot's date is the sale's, and the gain waits for both.
        bought, sold = closed, max(opened, closed)
    year_later = _one_year_after(trading_day(bought))
    return bought, sold, "long" if trading_day(sold) > year_later else "short"


def _one_year_after(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)
