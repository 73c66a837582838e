"""What customers ask of orders: place, replace, cancel, with the holds that this takes."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tests.model.lots import Choice, Lot
from tests.model.model_base import COLLAR, Refusal, Row
from tests.model.model_venue import Venue
from tests.model.rules import CENTS, SHARES, ZERO, has_scale, hold_price, last_session
from tests.model.state import Account, Answer, Order, Who

WAITING, AT_ONCE = ("stop", "stop_limit"), ("ioc", "fok")


def exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


class Orders(Venue):
    """Requests that may be refused."""

    # ------------------------------------------------------------ place

    def place_order(self, row: Row) -> Answer:
        who = row["who"]
        if who.problem:
            return Answer("refused", who.problem)
        wrong = self._words(row["order_type"], row["time_in_force"], row["notional"])
        if wrong is None and row["side"] == "buy":
            # Only a sell closes lots.
            wrong = next((n for n in ("lot_method", "lots") if row[n] is not None), None)
        if wrong is not None:
            return Answer("refused", "not_allowed", wrong)
        names = (
            "account", "security", "client_order_id", "side", "order_type", "time_in_force",
            "quantity", "notional", "limit_price", "stop_price", "lot_method",
        )  # fmt: skip
        request = (*(row[name] for name in names), self._spelled(row["lots"]))
        return self._once("place_order", who.user, row["key"], request, lambda: self._place(row))

    @staticmethod
    def _words(order_type: str, time_in_force: str, notional: Decimal | None) -> str | None:
        """The first word of an order that does not go with the others."""
        if order_type in WAITING and time_in_force not in ("day", "gtc"):
            return "time_in_force"
        if notional is not None and order_type != "market":
            return "notional"
        # What an amount buys depends on the price of the day.
        if notional is not None and time_in_force != "day":
            return "time_in_force"
        return None

    @staticmethod
    def _spelled(lots: list[tuple[Lot, Decimal]] | None) -> tuple[object, ...] | None:
        return lots and tuple((id(lot), quantity) for lot, quantity in lots)

    def _place(self, row: Row) -> Answer:
        self._trader(row["who"], row["account"])
        order = Order(
            len(self.orders), row["account"], row["security"], row["side"], row["order_type"],
            row["time_in_force"], exact(row["quantity"]), exact(row["notional"]),
            exact(row["limit_price"]), exact(row["stop_price"]), ZERO, ZERO,
            last_session(row["time_in_force"], self.clock), row["client_order_id"],
            row["lot_method"],
        )  # fmt: skip
        security = self.securities.get(row["security"])
        if security is None:
            raise Refusal("security_not_found", "symbol")
        self._check_numbers(row)
        if row["lots"] is not None:
            order.chosen = self._choices(order, order.quantity, row["lots"])
        order.hold_price = self._price_of(order)
        self._check_name(order)
        needed = self._needs(order, order, self.clock.time)
        if needed > self._free(order):
            raise Refusal(_short_of(order))
        self.orders.append(order)
        self._hold(order, needed)
        self._tell(order, "placed")
        return Answer("accepted", made="orders", subject=order.number)

    def _trader(self, who: Who, number: int | None) -> Account:
        account = self._may(who, "trade", number)
        self._active(account)
        if self.kyc[who.user] != "approved":
            raise Refusal("kyc_required")
        return account

    def _check_numbers(self, row: Row) -> None:
        """What the security says of an order's numbers; the row may be a replacement's."""
        security = self.securities[row["security"]]
        if not security.tradable:
            raise Refusal("not_tradable", "symbol")
        if not has_scale(row["quantity"], SHARES if security.fractionable else 0):
            raise Refusal("excess_scale", "qty")
        if not security.fractionable and row["notional"] is not None:
            raise Refusal("not_allowed", "notional")
        if not has_scale(row["notional"], CENTS):
            raise Refusal("excess_scale", "notional")
        for name in ("limit_price", "stop_price"):
            if not has_scale(row[name], security.price_scale):
                raise Refusal("excess_scale", name)

    def _price_of(self, order: Order) -> Fraction:
        """The worst price at which it may trade; without a fresh quote only a limit is one."""
        if order.time_in_force in AT_ONCE and not self.clock.is_open:
            raise Refusal("market_closed", "time_in_force")
        if order.limit_price is not None:
            return order.limit_price
        quote = self.quotes[order.security]
        if quote.session < self.clock.session:
            raise Refusal("price_not_fresh")
        scale = self.securities[order.security].price_scale
        return hold_price(order.side, quote, order.stop_price, self.clock, scale, COLLAR)

    def _check_name(self, order: Order) -> None:
        mine = (o.client_order_id for o in self.orders if o.account == order.account)
        if order.client_order_id in mine:
            raise Refusal("duplicate_client_order_id", "client_order_id")

    def _free(self, order: Order) -> Fraction:
        account = self.accounts[order.account]
        if order.side == "buy":
            return account.balance - account.held
        holding = account.holdings.get(order.security)
        return holding.quantity - holding.held if holding else ZERO

    def _choices(
        self, order: Order, left: Fraction | None, lots: list[tuple[Lot, Decimal]]
    ) -> list[Choice]:
        """Open lots of the order's own, each once, no more than each and the order have left."""
        holding = self.accounts[order.account].holdings.get(order.security)
        owned = holding.lots if holding else []
        chosen = [Choice(lot, Fraction(quantity)) for lot, quantity in lots]
        fits = (
            all(c.lot in owned and ZERO < c.quantity <= c.lot.left for c in chosen)
            and len({id(c.lot) for c in chosen}) == len(chosen)
            and (left is None or sum((c.quantity for c in chosen), ZERO) <= left)
        )
        if not fits:
            raise Refusal("invalid_value", "lots")
        return chosen

    # ------------------------------------------------------------ replace

    def replace_order(self, row: Row) -> Answer:
        who = row["who"]
        if who.problem:
            return Answer("refused", who.problem)
        terms = ("quantity", "time_in_force", "limit_price", "stop_price")
        if all(row[name] is None for name in terms):
            return Answer("refused", "required", "qty")
        request = tuple(row[name] for name in ("order", "client_order_id", *terms))
        return self._once("replace_order", who.user, row["key"], request, lambda: self._ask(row))

    def _ask(self, row: Row) -> Answer:
        order = self._order_of(row)
        self._trader(row["who"], order.account)
        if order.status == "pending_replace" or self._waits(order):
            raise Refusal("replace_pending", "order_id")
        if order.status not in ("accepted", "new", "partially_filled"):
            raise Refusal("order_not_open", "order_id")
        new = self._terms(order, row)
        self._check_numbers(
            {"security": new.security, "quantity": new.quantity, "notional": None,
             "limit_price": new.limit_price, "stop_price": new.stop_price}
        )  # fmt: skip
        assert new.quantity is not None
        if new.quantity <= order.done:
            raise Refusal("out_of_range", "qty")
        new.hold_price = self._price_of(new)
        self._check_name(new)
        more = self._needs(new, order, self.clock.time) - order.held
        if more > max(self._free(order), ZERO):
            raise Refusal(_short_of(order))
        self.orders.append(new)
        self._hold(order, order.held + max(more, ZERO))
        order.replaced_by = new.number
        self._tell(order, "replace_requested", "pending_replace")
        self._tell(new, "placed")
        return Answer("accepted", made="orders", subject=new.number)

    def _terms(self, order: Order, row: Row) -> Order:
        """The new order: what is not asked for stays as it is. A type cannot become another."""
        if order.notional is not None:
            raise Refusal("not_allowed", "order_id")
        for name in ("limit_price", "stop_price"):
            if row[name] is not None and getattr(order, name) is None:
                raise Refusal("not_allowed", name)
        if row["stop_price"] not in (None, order.stop_price) and order.triggered:
            raise Refusal("not_allowed", "stop_price")
        time_in_force = row["time_in_force"] or order.time_in_force
        wrong = self._words(order.order_type, time_in_force, None)
        if wrong is not None:
            raise Refusal("not_allowed", wrong)
        asked = {
            name: Fraction(row[name])
            for name in ("quantity", "limit_price", "stop_price")
            if row[name] is not None
        }
        return replace(
            Order(
                len(self.orders), order.account, order.security, order.side, order.order_type,
                time_in_force, order.quantity, None, order.limit_price, order.stop_price, ZERO,
                ZERO, last_session(time_in_force, self.clock), row["client_order_id"],
                order.lot_method, replaces=order.number,
            ),
            **asked,
        )  # fmt: skip

    # ------------------------------------------------------------ cancel

    def cancel_order(self, row: Row) -> Answer:
        who = row["who"]

        def act() -> Answer:
            order = self._order_of(row)
            # An order may always be taken back, from a restricted account too.
            self._may(who, "trade", order.account)
            if order.status == "pending_replace" or self._waits(order):
                raise Refusal("replace_pending", "order_id")
            if order.status not in ("accepted", "new", "partially_filled"):
                raise Refusal("order_not_open", "order_id")
            self._tell(order, "cancel_requested", "pending_cancel")
            return Answer("accepted")

        if who.problem:
            return Answer("refused", who.problem)
        return self._once("cancel_order", who.user, row["key"], (row["order"],), act)

    def _order_of(self, row: Row) -> Order:
        """The order, if this identity may know of it."""
        if row["order"] is None:
            raise Refusal("order_not_found", "order_id")
        order = self.orders[row["order"]]
        try:
            self._may(row["who"], "trade", order.account)
        except Refusal as refusal:
            if refusal.answer.code == "account_not_found":
                raise Refusal("order_not_found", "order_id") from None
            raise
        return order

    # ------------------------------------------------------------ reads

    def available(self, account: int, security: str) -> Decimal:
        """Shares that may be sold, for drawing orders that have a chance."""
        holding = self.accounts[account].holdings.get(security)
        free = holding.quantity - holding.held if holding else ZERO
        return Decimal(int(free * 10**SHARES)).scaleb(-SHARES)


def _short_of(order: Order) -> str:
    return "insufficient_buying_power" if order.side == "buy" else "insufficient_quantity"
