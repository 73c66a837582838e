"""Corporate actions: what becomes of holdings, lots and open orders."""

from fractions import Fraction

from tests.model.model_venue import Venue
from tests.model.rules import SHARES, Size, down, schedule_at, up
from tests.model.state import LIVE, Order


class Actions(Venue):
    """Applied by a job, account by account."""

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
