"""Trades: what an execution does to order, cash, shares, fees, settlement and the house."""

from datetime import date, datetime
from fractions import Fraction

from tests.model.model_base import Row
from tests.model.model_venue import Venue
from tests.model.rules import (
    CENTS,
    SHARES,
    ZERO,
    following_weekday,
    half_even,
    has_scale,
    schedule_at,
    trading_day,
)
from tests.model.state import Account, Answer, Execution, Order


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
            order = self.orders[row["order"]]
            at: datetime = row["at"] or self.clock.time
            if self._waits(order):
                # The venue fills it, so it has replaced the other one.
                assert order.replaces is not None
                self._replaced(self.orders[order.replaces], None, at)
            return self._fill(
                order, row["key"], Fraction(row["quantity"]), Fraction(row["price"]), at, set()
            )

        return self._once("execution", "venue", f"execution:{row['key']}", request, act)

    def _fill(
        self, order: Order, name: str, reported: Fraction, price: Fraction, at: datetime,
        told: set[str], ref: str | None = None,
    ) -> Answer:  # fmt: skip
        """Book what the order takes; `told` are the exceptions that this fact has left already."""
        account = self.accounts[order.account]
        chain = self._after_in_chain(order)
        last = chain[-1] if chain else order
        counted = last.size.takes(reported, price)
        late = not order.is_live
        amount, fee = self._cost(order, last, counted, price, at) if counted else (ZERO, ZERO)
        self.executions.append(
            Execution(
                name, order.number, counted, reported, price, amount, fee, late, at,
                "fill" if ref is None else "correction", ref,
            )
        )  # fmt: skip
        answer = Answer("accepted", told={"quantity": counted, "amount": amount, "fee": fee})
        sign = 1 if order.side == "buy" else -1
        if reported > counted:
            self._complain_once("overfill", order, told)
            surplus = reported - counted
            self._to_error_account(name, order.security, sign * surplus, surplus * price)
        if not counted:
            return answer
        cash = -sign * amount - fee
        order.filled += counted
        order.gross += counted * price
        order.amount += amount
        order.fees += fee
        for later in chain:
            later.carried += counted
            later.carried_gross += counted * price
            later.carried_fees += fee
        self._after_fill(order, last, last.size.room(price) == 0, late, at)
        holding = account.holding(order.security)
        method = (last.lot_method or account.lot_method) if order.side == "sell" else "fifo"
        holding.fill(name, sign * counted, cash, at, method, last.chosen)
        account.move(cash)
        account.unsettled += max(cash, ZERO)
        settles = self._settles(trading_day(at))
        account.expect("USD", cash, settles, name)
        account.expect(order.security, sign * counted, settles, name)
        if cash < 0 and account.balance - account.held < 0:
            self._complain_once("overdrawn", order, told)
        if order.side == "sell" and holding.quantity - holding.held < 0:
            self._complain_once("deficit", order, told)
        return answer

    def _cost(
        self, order: Order, last: Order, counted: Fraction, price: Fraction, at: datetime
    ) -> tuple[Fraction, Fraction]:
        """Amount and fee, rounded over all so far: many small fills cost what one large one does.

        A chain pays the fees of one order. Nothing is ever given back by a fill.
        """
        amount = half_even(order.gross + counted * price, CENTS) - order.amount
        schedule = schedule_at(self.schedules[order.side], at)
        due = schedule.fee(last.size.filled + counted, last.size.gross + counted * price)
        return max(amount, ZERO), max(half_even(due, CENTS) - last.charged, ZERO)

    def _after_fill(
        self, order: Order, last: Order, complete: bool, late: bool, at: datetime
    ) -> None:
        """The order's next status, and a hold that covers the worst case of what is left."""
        event = "fill" if complete else "partial_fill"
        if order.status in ("replaced", "pending_replace"):
            self._tell(order, event)
        elif complete:
            self._tell(order, event, "filled")
        elif late or order.status == "pending_cancel":
            self._tell(order, event)
        else:
            self._tell(order, event, "partially_filled")
        if last is not order and complete and last.is_live and last.status != "pending_replace":
            # A late fill of the old order was the last that the new one waited for.
            self._tell(last, "fill", "filled")
        needed = ZERO
        if last.is_live:
            needed = ZERO if complete else self._needs(last, last, at)
            heir = self._heir(last)
            if heir is not None:
                needed = max(needed, self._needs(heir, last, at))
        self._hold(last, needed)

    def _settles(self, day: date) -> date:
        return self.settles.get(day) or following_weekday(day)

    def _complain_once(self, kind: str, order: Order, told: set[str]) -> None:
        if kind not in told:
            told.add(kind)
            self._complain(kind, order.account, order.number)

    def _to_error_account(
        self, name: str, security: str, shares: Fraction, gross: Fraction
    ) -> None:
        """The venue's surplus is the house's to undo: both legs by the rounded amount."""
        amount = half_even(gross, CENTS)
        self.error[name, security] += shares
        self.error[name, "USD"] -= amount if shares > 0 else -amount

    def _tell_of_deficits(self, account: Account, order: Order, told: set[str]) -> None:
        """Where a fact has left less than is held, in cash and in shares."""
        holding = account.holding(order.security)
        if account.balance < account.held:
            self._complain_once("overdrawn", order, told)
        if holding.quantity < holding.held:
            self._complain_once("deficit", order, told)
