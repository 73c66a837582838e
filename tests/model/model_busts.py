"""Trades that the venue takes back or corrects: everything they did gets its contrary.

An order that has ended stays ended: the venue no longer works it. One that still works holds again
what is left of it.
"""

from fractions import Fraction

from tests.model.model_base import Row
from tests.model.model_fills import Fills
from tests.model.rules import SHARES, ZERO, has_scale, trading_day
from tests.model.state import Account, Answer, Execution, Order


class Busts(Fills):
    """Facts under the venue's own id of the change; `ref` is the trade's."""

    def execution_busted(self, row: Row) -> Answer:
        return self._change(row, "execution_busted", None, None)

    def execution_corrected(self, row: Row) -> Answer:
        known = self._execution(row["ref"]) is not None
        if known and not has_scale(row["quantity"], SHARES):
            return Answer("refused", "excess_scale", "quantity")
        quantity, price = Fraction(row["quantity"]), Fraction(row["price"])
        return self._change(row, "execution_corrected", quantity, price)

    def _execution(self, name: str | None) -> Execution | None:
        return next((e for e in self.executions if e.name == name), None)

    def _change(
        self, row: Row, fact: str, quantity: Fraction | None, price: Fraction | None
    ) -> Answer:
        def act() -> Answer:
            ref = self._execution(row["ref"])
            if ref is None:
                self._complain("unknown_execution", None)
                return Answer("accepted")
            order = self.orders[ref.order]
            if ref.kind == "bust" or ref.taken_back:
                self._complain("unexpected_state", order.account, order.number)
                return Answer("accepted")
            told: set[str] = set()
            self._undo(ref, order, row["key"], "busted" if quantity is None else "corrected")
            if quantity is None or price is None:
                answer = self._record_bust(ref, order, row["key"])
            else:
                # As if it had been right from the start.
                answer = self._fill(order, row["key"], quantity, price, ref.at, told, ref.name)
            self._match_anew(order, row["key"])
            self._tell_of_deficits(self.accounts[order.account], order, told)
            if self._has_changed(ref, order):
                self._complain_once("unexpected_state", order, told)
            return answer

        request = (row["ref"], quantity, price)
        return self._once(fact, "venue", f"execution:{row['key']}", request, act)

    def _record_bust(self, ref: Execution, order: Order, name: str) -> Answer:
        self.executions.append(
            Execution(
                name, ref.order, ref.quantity, ref.reported, ref.price, ref.amount, ref.fee,
                not order.is_live, ref.at, "bust", ref.name,
            )
        )  # fmt: skip
        return Answer(
            "accepted", told={"quantity": ref.quantity, "amount": ref.amount, "fee": ref.fee}
        )

    def _has_changed(self, ref: Execution, order: Order) -> bool:
        """Whether a split or a merger has made other shares of the trade's since.

        By the dates; and one that was announced late has changed what was bought after its date.
        """
        own = self.accounts[order.account].holding(order.security).changed_on
        changes = own + self.securities[order.security].changed_on
        return ref.changed or any(day > trading_day(ref.at) for day in changes)

    def _undo(self, ref: Execution, order: Order, name: str, event: str) -> None:
        ref.taken_back = True
        sign = 1 if order.side == "buy" else -1
        surplus = ref.reported - ref.quantity
        if surplus:
            self._to_error_account(name, order.security, -sign * surplus, surplus * ref.price)
        if not ref.quantity:
            return
        account = self.accounts[order.account]
        cash, shares = -sign * ref.amount - ref.fee, sign * ref.quantity
        account.move(-cash)
        self._undo_settlements(account, ref.name, name)
        self._undo_lots(ref, order, name, shares, cash)
        self._undo_fill(ref, order)
        self._tell(order, event)

    def _undo_settlements(self, account: Account, cause: str, name: str) -> None:
        """What waits no longer will; what has settled is undone one session on."""
        day = self._settles(trading_day(self.clock.time))
        for settlement in [s for s in account.settlements if s.cause == cause]:
            money = settlement.amount if settlement.asset == "USD" else ZERO
            if settlement.state == "open":
                settlement.state = "canceled"
                account.unsettled -= max(money, ZERO)
            elif settlement.state == "settled" and settlement.is_trade:
                account.expect(settlement.asset, -settlement.amount, day, name)
                account.unsettled += max(-money, ZERO)

    def _undo_lots(
        self, ref: Execution, order: Order, name: str, shares: Fraction, cash: Fraction
    ) -> None:
        holding = self.accounts[order.account].holding(order.security)
        if self._has_changed(ref, order):
            # The lots no longer are the trade's: it is undone as a trade the other way round.
            holding.fill(name, -shares, -cash, ref.at)
            return
        holding.quantity -= shares
        holding.version += 1
        side = 1 if order.side == "buy" else -1
        holding.undo(ref.name, side, (self._after_in_chain(order) or [order])[-1].chosen)

    def _undo_fill(self, ref: Execution, order: Order) -> None:
        order.filled -= ref.quantity
        order.gross -= ref.quantity * ref.price
        order.amount -= ref.amount
        order.fees -= ref.fee
        chain = self._after_in_chain(order)
        for later in chain:
            later.carried -= ref.quantity
            later.carried_gross -= ref.quantity * ref.price
            later.carried_fees -= ref.fee
        last = chain[-1] if chain else order
        if not last.is_live:
            return
        needed = self._needs(last, last, ref.at)
        heir = self._heir(last)
        if heir is not None:
            needed = max(needed, self._needs(heir, last, ref.at))
        # More is left of it than before: taking back frees nothing.
        self._hold(last, max(last.held, needed))

    def _match_anew(self, order: Order, name: str) -> None:
        """Sales whose shares are gone take others, by the method of the sale's order or account."""
        account = self.accounts[order.account]

        def method_of(execution: str | None) -> str:
            sale = self._execution(execution)
            own = self.orders[sale.order].lot_method if sale else None
            return own or account.lot_method

        account.holding(order.security).match(name, method_of)
