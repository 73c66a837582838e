"""The ledger of DESIGN §5 in plain Python: the oracle that the database is compared with.

It is written from the design and knows neither SQL nor batches: one command after the other, each
answered as `fb.*` answers. Numbers come in as Decimals and are kept as Fractions.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.model.rules import (
    CENTS,
    SHARES,
    ZERO,
    Clock,
    Quote,
    Schedule,
    Size,
    down,
    following_weekday,
    half_even,
    has_scale,
    hold_price,
    schedule_at,
    trading_day,
    up,
)
from tests.model.state import (
    LIVE,
    Account,
    Answer,
    Claim,
    Execution,
    Order,
    Security,
    Transfer,
    Who,
)

Row = dict[str, Any]
COLLAR = Fraction(1, 20)


class Refusal(Exception):  # noqa: N818 - it is no error: it is an answer
    """A broken rule. `unclaimed` ones leave no trace, not even their key."""

    def __init__(self, code: str, field: str | None = None) -> None:
        super().__init__(code)
        self.answer = Answer("refused", code, field)


class Ledger:
    """The whole state, and one method a command, fact or job."""

    def __init__(self, clock: Clock, settles: dict[date, date]) -> None:
        self.clock = clock
        self.settles = settles
        self.quotes: dict[str, Quote] = {}
        self.securities: dict[str, Security] = {}
        self.schedules: dict[str, list[Schedule]] = {"buy": [], "sell": []}
        self.kyc: dict[str, str] = {}
        self.roles: dict[tuple[int, str], str] = {}
        self.accounts: list[Account] = []
        self.orders: list[Order] = []
        self.transfers: list[Transfer] = []
        self.executions: list[Execution] = []
        self.keys: dict[tuple[str, str], Claim] = {}
        self.unmatched: list[str] = []
        """Exceptions of facts that match no customer's account."""

    # ------------------------------------------------------------ keys

    def _once(
        self, command: str, actor: str, key: str, request: tuple[object, ...],
        act: Callable[[], Answer],
    ) -> Answer:  # fmt: skip
        """Act at the first use of a key; give the same answer to the same request ever after."""
        known = self.keys.get((actor, key))
        if known is None:
            try:
                answer = act()
            except Refusal as refusal:
                answer = refusal.answer
            self.keys[actor, key] = Claim(command, request, answer)
            return answer
        if (known.command, known.request) != (command, request):
            return Answer("conflict", "idempotency_conflict")
        return replace(known.answer, replayed=True)

    def _may(self, who: Who, scope: str, account: int | None) -> Account:
        """The account, if this identity may do this to it; a stranger learns nothing."""
        role = self.roles.get((account, who.user)) if account is not None else None
        if account is None or role is None or who.account not in (None, account):
            raise Refusal("account_not_found")
        if role == "viewer" or scope not in who.scopes:
            raise Refusal("not_permitted")
        return self.accounts[account]

    @staticmethod
    def _active(account: Account) -> None:
        if account.status != "active":
            raise Refusal("account_not_active")

    # ------------------------------------------------------------ money

    def deposit_received(self, row: Row) -> Answer:
        request = (row["account"], Fraction(row["amount"]), row["settle_on"])

        def act() -> Answer:
            amount, number = Fraction(row["amount"]), row["account"]
            known = number is not None and self.accounts[number].status != "closed"
            self.transfers.append(
                Transfer(number if known else None, "incoming", amount, "settled")
            )
            if known:
                account = self.accounts[number]
                account.move(amount)
                if row["settle_on"] is not None:
                    account.unsettled += amount
                    account.expect("USD", amount, row["settle_on"])
                account.events.append("deposit.received")
            else:
                where = self.unmatched if number is None else self.accounts[number].exceptions
                where.append("unknown_account" if number is None else "unexpected_state")
            return Answer("accepted", subject=len(self.transfers) - 1)

        if not has_scale(row["amount"], CENTS):
            return Answer("refused", "excess_scale", "amount")
        return self._once("deposit_received", "bank", row["key"], request, act)

    def request_withdrawal(self, row: Row) -> Answer:
        who, amount = row["who"], Fraction(row["amount"])

        def act() -> Answer:
            account = self._may(who, "funding", row["account"])
            self._active(account)
            if self.kyc[who.user] != "approved":
                raise Refusal("kyc_required")
            if not has_scale(row["amount"], CENTS):
                raise Refusal("excess_scale", "amount")
            withdrawable = max(account.balance - account.held - account.unsettled, ZERO)
            if amount > withdrawable:
                raise Refusal("insufficient_withdrawable", "amount")
            account.held += amount
            account.events.append("withdrawal.requested")
            self.transfers.append(
                Transfer(row["account"], "outgoing", amount, "requested", withdrawable)
            )
            return Answer("accepted", subject=len(self.transfers) - 1)

        if who.problem:
            return Answer("refused", who.problem)
        request = (row["account"], amount)
        return self._once("request_withdrawal", who.user, row["key"], request, act)

    def withdrawal_settled(self, row: Row) -> Answer:
        return self._bank_fact("withdrawal_settled", row, {"requested": "settled"})

    def withdrawal_returned(self, row: Row) -> Answer:
        ends = {"requested": "returned", "settled": "refunded"}
        return self._bank_fact("withdrawal_returned", row, ends)

    def _bank_fact(self, fact: str, row: Row, ends: dict[str, str]) -> Answer:
        def act() -> Answer:
            if row["transfer"] is None:
                self.unmatched.append("unknown_transfer")
                return Answer("accepted")
            transfer = self.transfers[row["transfer"]]
            state = ends.get(transfer.state) if transfer.direction == "outgoing" else None
            if state is None:
                where = (
                    self.unmatched
                    if transfer.account is None
                    else self.accounts[transfer.account].exceptions
                )
                where.append("unexpected_state")
                return Answer("accepted")
            assert transfer.account is not None
            account = self.accounts[transfer.account]
            if transfer.state == "requested":
                account.held -= transfer.amount
            account.move({"settled": -1, "refunded": 1}.get(state, 0) * transfer.amount)
            transfer.state = state
            account.events.append(f"withdrawal.{state}")
            return Answer("accepted")

        return self._once(fact, "bank's", row["key"], (row["transfer"], row["note"]), act)

    # ------------------------------------------------------------ orders

    def place_order(self, row: Row) -> Answer:
        who = row["who"]
        if who.problem:
            return Answer("refused", who.problem)
        request = tuple(row[name] for name in (
            "account", "security", "client_order_id", "side", "order_type", "time_in_force",
            "quantity", "notional", "limit_price",
        ))  # fmt: skip
        return self._once("place_order", who.user, row["key"], request, lambda: self._place(row))

    def _place(self, row: Row) -> Answer:
        who, side = row["who"], row["side"]
        account = self._may(who, "trade", row["account"])
        self._active(account)
        if self.kyc[who.user] != "approved":
            raise Refusal("kyc_required")
        price = self._price_of(row)
        mine = (o.client_order_id for o in self.orders if o.account == row["account"])
        if row["client_order_id"] in mine:
            raise Refusal("duplicate_client_order_id", "client_order_id")
        size = Size(
            *(None if row[n] is None else Fraction(row[n]) for n in ("quantity", "notional"))
        )
        schedule = schedule_at(self.schedules[side], self.clock.time)
        if side == "buy":
            hold = size.cash_hold(price, schedule, ZERO)
            if hold > account.balance - account.held:
                raise Refusal("insufficient_buying_power")
            account.held += hold
        else:
            hold = size.share_hold(price)
            holding = account.holdings.get(row["security"])
            if holding is None or hold > holding.quantity - holding.held:
                raise Refusal("insufficient_quantity")
            holding.held += hold
        clock = self.clock
        day = clock.session if clock.is_open else clock.upcoming
        placed = Order(
            row["account"], row["security"], side, size.quantity, size.notional, price, hold,
            None if row["time_in_force"] == "gtc" else day, row["client_order_id"],
        )  # fmt: skip
        placed.step("placed")
        self.orders.append(placed)
        account.events.append("order.placed")
        return Answer("accepted", subject=len(self.orders) - 1)

    def _price_of(self, row: Row) -> Fraction:
        """The order's hold price, after the rules about its security and its numbers."""
        security = self.securities.get(row["security"])
        if security is None:
            raise Refusal("security_not_found", "symbol")
        if not security.tradable:
            raise Refusal("not_tradable", "symbol")
        if not has_scale(row["quantity"], SHARES if security.fractionable else 0):
            raise Refusal("excess_scale", "qty")
        if not security.fractionable and row["notional"] is not None:
            raise Refusal("not_allowed", "notional")
        if not has_scale(row["notional"], CENTS):
            raise Refusal("excess_scale", "notional")
        if not has_scale(row["limit_price"], security.price_scale):
            raise Refusal("excess_scale", "limit_price")
        if row["limit_price"] is not None:
            return Fraction(row["limit_price"])
        quote = self.quotes[row["security"]]
        if quote.session < self.clock.session:
            raise Refusal("price_not_fresh")
        return hold_price(row["side"], quote, self.clock, security.price_scale, COLLAR)

    def cancel_order(self, row: Row) -> Answer:
        who = row["who"]

        def act() -> Answer:
            if row["order"] is None:
                raise Refusal("order_not_found", "order_id")
            order = self.orders[row["order"]]
            try:
                account = self._may(who, "trade", order.account)
            except Refusal as refusal:
                if refusal.answer.code == "account_not_found":
                    raise Refusal("order_not_found", "order_id") from None
                raise
            if order.status not in ("accepted", "new", "partially_filled"):
                raise Refusal("order_not_open", "order_id")
            order.step("cancel_requested", "pending_cancel")
            account.events.append("order.cancel_requested")
            return Answer("accepted")

        if who.problem:
            return Answer("refused", who.problem)
        return self._once("cancel_order", who.user, row["key"], (row["order"],), act)

    # ------------------------------------------------------------ what the venue says

    def order_fact(self, fact: str, row: Row) -> Answer:
        """Acknowledged, rejected, canceled, cancel rejected, expired."""

        def act() -> Answer:
            if row["order"] is None:
                self.unmatched.append("unknown_order")
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
                account.exceptions.append("unexpected_state")
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

    def execution(self, row: Row) -> Answer:
        if not has_scale(row["quantity"], SHARES) and row["order"] is not None:
            return Answer("refused", "excess_scale", "quantity")
        request = (row["order"], Fraction(row["quantity"]), Fraction(row["price"]))

        def act() -> Answer:
            if row["order"] is None:
                self.unmatched.append("unknown_order")
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
        answer = Answer("accepted", subject=len(self.executions) - 1)
        if reported > counted:
            account.exceptions.append("overfill")
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
            account.exceptions.append("overdrawn")
        if order.side == "sell" and holding.quantity - holding.held < 0:
            account.exceptions.append("deficit")
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

    # ------------------------------------------------------------ jobs

    def settle(self, through: date) -> None:
        for account in self.accounts:
            due = [s for s in account.settlements if s.state == "open" and s.settle_on <= through]
            for settlement in due:
                settlement.state = "settled"
                if settlement.asset == "USD":
                    account.unsettled -= max(settlement.amount, ZERO)
            if due:
                account.events.append("settlement.closed")

    def expire_orders(self, session: date) -> None:
        for order in self.orders:
            if order.status in LIVE and order.expires_on and order.expires_on <= session:
                self._hear("order_expired", order, None)

    def split(self, security: str, new: int, old: int) -> None:
        """Orders and holdings get their new number of shares; what cannot be said so ends."""
        live = [o for o in self.orders if o.security == security and o.status in LIVE]
        adjusted = [(order, self._after_split(order, Fraction(new, old))) for order in live]
        for order, terms in adjusted:
            if terms is None:
                self._hear("order_canceled", order, None)
        for order, terms in adjusted:
            if terms is not None:
                order.quantity, order.hold_price, held = terms
                self._release(order, order.held - held)
                order.step("corporate_action")
                self.accounts[order.account].events.append("order.corporate_action")
        for account in self.accounts:
            holding = account.holdings.get(security)
            if holding and holding.quantity and holding.split("split", Fraction(new, old)):
                account.events.append("position.split")

    def _after_split(
        self, order: Order, ratio: Fraction
    ) -> tuple[Fraction | None, Fraction, Fraction] | None:
        """Quantity, hold price and hold in new shares; None when these cannot be said."""
        traded = self.securities[order.security]
        left = None if order.quantity is None else (order.quantity - order.filled) * ratio
        if left is not None and left * 10 ** (SHARES if traded.fractionable else 0) % 1:
            return None
        towards_owner = down if order.side == "buy" else up
        price = towards_owner(order.hold_price / ratio, traded.price_scale)
        if not price:
            return None
        quantity = None if left is None else order.filled + left
        if order.side == "sell":
            return quantity, price, down(order.held * ratio, SHARES) if left is None else left
        schedule = schedule_at(self.schedules[order.side], self.clock.time)
        size = Size(quantity, order.notional, order.filled, order.gross)
        held = size.cash_hold(price, schedule, order.fees)
        return (quantity, price, held) if held <= order.held else None

    # ------------------------------------------------------------ reads

    def available(self, account: int, security: str) -> Decimal:
        """Shares that may be sold, for drawing orders that have a chance."""
        holding = self.accounts[account].holdings.get(security)
        free = holding.quantity - holding.held if holding else ZERO
        return Decimal(int(free * 10**SHARES)).scaleb(-SHARES)


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
