"""Trades: what an execution does to order, cash, shares, fees, settlement and the house."""

from datetime import datetime
from fractions import Fraction

from tests.model.model_base import Row
from tests.model.model_venue import Venue
from tests.model.rules import (
    CENTS,
    SHARES,
    ZERO,
    Schedule,
    following_weekday,
    half_even,
    has_scale,
    schedule_at,
    trading_day,
)
from tests.model.state import LIVE, Answer, Execution, Order


class Fills(Venue):
    """Facts: never refused."""

    def execution(self, row: Row) -> Answer:
        if not has_scale(row["quantity"], SHARES) and row["order"] is not None:
            return Answer("refused", "excess_scale", "quantity")
        request = (row["order"], Fraction(row["quantity"]), Fraction(row["price"]))

        def act() -> Answer:
            if row["order"] is None:
                self._complain("unknown_order", None)
                return Answer("accepted")
            return self._fill(row)

        return self._once("execution", "venue", f"execution:{row['key']}", request, act)

    def _fill(self, row: Row) -> Answer:
        order = self.orders[row["order"]]
        account = self.accounts[order.account]
        at: datetime = row["at"] or self.clock.time
        reported, price = Fraction(row["quantity"]), Fraction(row["price"])
        late = order.status not in LIVE
        counted = order.size.takes(reported, price)
        filled, gross = order.filled + counted, order.gross + counted * price
        # Rounded over the whole order so far: many small fills cost what one large one does.
        amount = half_even(gross, CENTS) - order.amount
        schedule = schedule_at(self.schedules[order.side], at)
        fee = max(half_even(schedule.fee(filled, gross), CENTS) - order.fees, ZERO)
        if not counted:
            amount = fee = ZERO
        self.executions.append(
            Execution(row["key"], row["order"], counted, reported, price, amount, fee, late)
        )
        told = {"quantity": counted, "amount": amount, "fee": fee}
        answer = Answer("accepted", told=told)
        if reported > counted:
            self._complain("overfill", order.account, row["order"])
        if not counted:
            return answer
        sign = 1 if order.side == "buy" else -1
        cash = -sign * amount - fee
        order.filled, order.gross = filled, gross
        order.amount += amount
        order.fees += fee
        complete = order.size.room(price) == 0
        self._after_fill(order, complete, late, schedule)
        account.move(cash)
        account.unsettled += max(cash, ZERO)
        day = trading_day(at)
        settles = self.settles.get(day) or following_weekday(day)
        account.expect("USD", cash, settles)
        account.expect(order.security, sign * counted, settles)
        holding = account.holding(order.security)
        holding.fill(row["key"], sign * counted, cash, at)
        if cash < 0 and account.balance - account.held < 0:
            self._complain("overdrawn", order.account, row["order"])
        if order.side == "sell" and holding.quantity - holding.held < 0:
            self._complain("deficit", order.account, row["order"])
        account.events.append("order.fill" if complete else "order.partial_fill")
        return answer

    def _after_fill(self, order: Order, complete: bool, late: bool, schedule: Schedule) -> None:
        """The order's next status, and a hold that covers the worst case of what is left."""
        if complete:
            order.step("fill", "filled")
        elif late or order.status == "pending_cancel":
            order.step("partial_fill")
        else:
            order.step("partial_fill", "partially_filled")
        if late or complete:
            needed = ZERO
        elif order.side == "buy":
            needed = order.size.cash_hold(order.hold_price, schedule, order.fees)
        else:
            needed = order.size.share_hold(order.hold_price)
        self._release(order, order.held - needed)
