"""What customers ask of orders: place, replace, cancel, with the holds that this takes."""

from decimal import Decimal
from fractions import Fraction

from tests.model.model_base import COLLAR, Refusal, Row
from tests.model.model_venue import Venue
from tests.model.rules import CENTS, SHARES, ZERO, Size, has_scale, hold_price, schedule_at
from tests.model.state import Answer, Order


class Orders(Venue):
    """Requests that may be refused."""

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
            len(self.orders), row["account"], row["security"], side, size.quantity, size.notional,
            price, hold, None if row["time_in_force"] == "gtc" else day, row["client_order_id"],
        )  # fmt: skip
        placed.step("placed")
        self.orders.append(placed)
        account.events.append("order.placed")
        return Answer("accepted", made="orders", subject=placed.number)

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

    def available(self, account: int, security: str) -> Decimal:
        """Shares that may be sold, for drawing orders that have a chance."""
        holding = self.accounts[account].holdings.get(security)
        free = holding.quantity - holding.held if holding else ZERO
        return Decimal(int(free * 10**SHARES)).scaleb(-SHARES)
