"""What becomes of open orders when their shares are split or end."""

from fractions import Fraction

from tests.model.lots import Choice, Lot
from tests.model.model_venue import Venue
from tests.model.rules import SHARES, ZERO, down, half_even, schedule_at, up
from tests.model.state import Order


class SplitOrders(Venue):
    """What is left of an order is said in new shares, or it ends."""

    def end_orders(self, account: int, security: str) -> None:
        for order in self._open_orders(account, security):
            if order.is_live and not self._waits(order):
                self._hear("order_canceled", order, None)

    def _open_orders(self, account: int, security: str) -> list[Order]:
        found = [o for o in self.orders if (o.account, o.security) == (account, security)]
        return sorted((o for o in found if o.is_live), key=self.rank)

    def split_orders(self, account: int, security: str, ratio: Fraction, *, is_paid: bool) -> None:
        """What waits to replace an order ends with it: that one cannot be said anew."""
        found = [o for o in self._open_orders(account, security) if not self._waits(o)]
        fitting = [(order, self._renewed(order, ratio, is_paid)) for order in found]
        for order, terms in fitting:
            if terms is None:
                self._hear("order_canceled", order, None)
        for order, terms in fitting:
            if terms is not None:
                self._adjust(order, *terms)

    def _adjust(self, order: Order, quantity: Fraction | None, held: Fraction,
                prices: dict[str, Fraction]) -> None:  # fmt: skip
        order.quantity = quantity
        for name, price in prices.items():
            setattr(order, name, price)
        self._hold(order, held)
        self._tell(order, "corporate_action")

    def _renewed(
        self, order: Order, ratio: Fraction, is_paid: bool
    ) -> tuple[Fraction | None, Fraction, dict[str, Fraction]] | None:
        """Quantity, hold and prices in new shares; None when they cannot be said.

        Prices move to the owner's side: a buy never pays more, a sell never takes less.
        """
        traded = self.securities[order.security]
        whole = is_paid or not traded.fractionable
        left = None if order.quantity is None else (order.quantity - order.done) * ratio
        if order.status == "pending_replace":
            return None
        if left is not None and left * 10 ** (0 if whole else SHARES) % 1:
            return None
        if order.notional is not None and is_paid and order.side == "sell":
            return None
        to_owner = down if order.side == "buy" else up
        prices = {"hold_price": to_owner(order.hold_price / ratio, traded.price_scale)}
        if order.limit_price is not None:
            prices["limit_price"] = to_owner(order.limit_price / ratio, traded.price_scale)
        if order.stop_price is not None:
            prices["stop_price"] = half_even(order.stop_price / ratio, traded.price_scale)
        if not all(prices.values()):
            return None
        quantity = None if left is None else order.done + left
        if order.side == "sell":
            held = down(order.held * ratio, SHARES) if left is None else left
            return quantity, held, prices
        schedule = schedule_at(self.schedules["buy"], self.clock.time)
        size = order.size
        size = type(size)(quantity, order.notional, size.filled, size.gross)
        held = size.cash_hold(prices["hold_price"], schedule, order.charged)
        return (quantity, held, prices) if held <= order.held else None

    def split_choices(
        self, account: int, security: str, ratio: Fraction, renewed: dict[int, Lot | None]
    ) -> None:
        """What was chosen for an open sell is chosen in the new lots."""
        for order in self.orders:
            if order.account != account or order.security != security:
                continue
            chosen = [c for c in order.chosen if id(c.lot) not in renewed]
            for choice in order.chosen:
                new, quantity = renewed.get(id(choice.lot)), down(choice.left * ratio, SHARES)
                if new is not None and quantity > ZERO and order.is_live:
                    chosen.append(Choice(new, quantity))
            order.chosen = chosen
