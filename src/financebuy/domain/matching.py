"""How the paper venue fills orders: against a quote, best price first, then who came first.

A buy fills at the ask when its limit allows, a sell at the bid. All fills of a security at one
quote together take at most `available` shares. An order fills at most once a quote, so (order,
quote) names the fill for ever and a venue that was killed cannot fill it again. An order that
fills all or nothing is passed over where less is left than it wants.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_FLOOR, Decimal
from typing import Literal, NamedTuple
from uuid import UUID

Side = Literal["buy", "sell"]


@dataclass(frozen=True, slots=True)
class WorkingOrder:
    """What the venue knows of an order that may fill.

    `limit` is the order's own, or the collar of a market order; None takes any price. Either
    `quantity` (shares) or `notional` (money) is what is left to fill.
    """

    order_id: UUID
    side: Side
    limit: Decimal | None
    quantity: Decimal | None
    notional: Decimal | None
    quantity_scale: int
    placed_at: datetime
    all_or_none: bool = False

    def takes(self, price: Decimal) -> bool:
        """Whether the order trades at this price."""
        if self.limit is None:
            return True
        return price <= self.limit if self.side == "buy" else price >= self.limit

    def wanted(self, price: Decimal) -> Decimal:
        """Shares left to fill at this price, never more than the money left pays for."""
        if self.quantity is not None:
            return self.quantity
        if self.notional is None:
            raise ValueError(f"order {self.order_id} has neither quantity nor notional")
        return _round_down(self.notional / price, self.quantity_scale)


class Fill(NamedTuple):
    """One execution: shares at a price."""

    order_id: UUID
    quantity: Decimal
    price: Decimal


def available_volume(tick_volume: int, share: Decimal, already_filled: Decimal) -> Decimal:
    """Whole shares of a tick's volume that the venue may still fill: `share` is a fraction."""
    most = (tick_volume * share).to_integral_value(ROUND_FLOOR)
    return max(Decimal(0), most - already_filled)


def match(
    orders: Iterable[WorkingOrder], bid: Decimal, ask: Decimal, available: Decimal
) -> Iterator[Fill]:
    """The fills of one security's orders at one quote, in the order in which they happen.

    `available` is in shares. An order that wants less than is left takes it all; one that wants
    more takes the rest.
    """
    prices: dict[Side, Decimal] = {"buy": ask, "sell": bid}
    for order in _in_turn(order for order in orders if order.takes(prices[order.side])):
        price = prices[order.side]
        wanted = order.wanted(price)
        if order.all_or_none and wanted > available:
            continue
        quantity = _round_down(min(wanted, available), order.quantity_scale)
        if quantity > 0:
            yield Fill(order.order_id, quantity, price)
            available -= quantity


def is_reached(side: Side, stop: Decimal, last: Decimal) -> bool:
    """Whether a trade at `last` triggers a stop order: a buy from below, a sell from above."""
    return last >= stop if side == "buy" else last <= stop


def execution_id(order_id: UUID, quote_seq: int) -> str:
    """The venue's name of an order's fill at a quote."""
    return f"{order_id}:{quote_seq}"


def _in_turn(orders: Iterable[WorkingOrder]) -> Iterator[WorkingOrder]:
    """Each side by price, then time; between the sides, the one whose next order came first."""
    sides: dict[Side, list[WorkingOrder]] = {"buy": [], "sell": []}
    for order in orders:
        sides[order.side].append(order)
    # Last first, so that the next order is popped off the end.
    queues = [sorted(side, key=_priority, reverse=True) for side in sides.values() if side]
    while queues:
        queue = min(queues, key=lambda waiting: _arrival(waiting[-1]))
        yield queue.pop()
        queues = [waiting for waiting in queues if waiting]


def _priority(order: WorkingOrder) -> tuple[bool, Decimal, tuple[datetime, UUID]]:
    """Within a side. An order without a limit goes before all prices."""
    limit = Decimal(0) if order.limit is None else order.limit
    price = -limit if order.side == "buy" else limit
    return order.limit is not None, price, _arrival(order)


def _arrival(order: WorkingOrder) -> tuple[datetime, UUID]:
    return order.placed_at, order.order_id


def _round_down(value: Decimal, scale: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-scale), ROUND_DOWN)
