"""The paper venue: answers orders, and fills them against simulated quotes.

It keeps nothing that the database does not have. Fills are named after (order, quote), each order
fills at most once a quote, and what was filled at the quote counts before anything else fills: so
it may be killed between any two facts and never fills twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from financebuy.domain.market import Quote
from financebuy.domain.matching import (
    Fill,
    WorkingOrder,
    available_volume,
    is_reached,
    match,
)
from financebuy.market.book import Book, OpenOrder
from financebuy.market.reporting import VENUE, Fact, Reporter, Submit

_REQUESTS = frozenset({"pending_cancel", "pending_replace"})
_AT_ONCE = frozenset({"ioc", "fok"})


class PaperVenue:
    """One venue for all securities. `share` is the part of a tick's volume that it may fill."""

    def __init__(self, book: Book, submit: Submit, share: Decimal) -> None:
        self._book = book
        self._reporter = Reporter(submit)
        self._share = share
        self._quotes: Mapping[UUID, Quote] = {}
        self._quote_seq = 0
        self._session: date | None = None
        self._opening = False
        self._used: dict[UUID, Decimal] = defaultdict(Decimal)
        self._filled: set[UUID] = set()
        self._has_orders = False

    @property
    def has_orders(self) -> bool:
        """Whether there were open orders when the venue last looked."""
        return self._has_orders

    def sizes(self, quotes: Iterable[Quote]) -> list[int]:
        """Shares offered and wanted at each quote."""
        return [int(available_volume(quote.volume, self._share, Decimal(0))) for quote in quotes]

    def show(
        self,
        quotes: Mapping[UUID, Quote],
        market_time: datetime,
        quote_seq: int,
        *,
        session: date | None = None,
        opening: bool = False,
    ) -> None:
        """Trade at new quotes from now on; without any the venue only takes orders.

        `opening`: these are the first quotes of the session.
        """
        self._quotes = quotes
        self._reporter.market_time = market_time
        self._quote_seq = quote_seq
        self._session = session
        self._opening = opening
        self._used.clear()
        self._filled.clear()

    async def recall(self, at: datetime | None = None) -> None:
        """Count what was filled at the current quotes before the venue was stopped."""
        for fill in await self._book.fills(at):
            self._used[fill.security_id] += fill.quantity
            self._filled.add(fill.order_id)

    async def work(self, *, every: bool) -> None:
        """Answer what is new, and fill; returns when the database has every fact.

        With `every` all working orders get their chance at the quotes, else only the new ones:
        the others had theirs.
        """
        orders = await self._book.orders(every=every)
        self._has_orders = bool(orders) or (self._has_orders and not every)
        canceled = [order for order in orders if order.status == "pending_cancel"]
        replaced = [order for order in orders if order.status == "pending_replace"]
        working = [order for order in orders if order.status not in _REQUESTS]
        await self._cancel(canceled, "canceled by request")
        answered = await self._answer_replacements(replaced)
        await self._acknowledge(order for order in orders if order.status == "accepted")
        if answered:
            # What came of it is an order like any other, and has not had its chance yet.
            working += await self._book.orders(every=False, named=answered)
        if self._quotes:
            await self._trade(working)
        else:
            at_once = (order for order in working if order.time_in_force in _AT_ONCE)
            await self._cancel(at_once, "the market is closed")

    async def hold_auction(
        self, quotes: Mapping[UUID, Quote], at: datetime, quote_seq: int, session: date
    ) -> None:
        """Fill the orders for the close at its price; what is left of them is canceled.

        Held once more after a stop, it goes on where it was.
        """
        self.show(quotes, at, quote_seq, session=session)
        await self.recall(at)
        orders = [
            order
            for order in await self._book.orders(every=True)
            if order.time_in_force == "cls"
            and order.status not in _REQUESTS
            and self._is_over_after_this(order)
        ]
        complete = await self._fill(orders)
        left = (order for order in orders if order.order_id not in complete)
        await self._cancel(left, "not filled at the close")

    async def _acknowledge(self, orders: Iterable[OpenOrder]) -> None:
        await self._reporter.together(
            self._reporter.fact(
                "order_acknowledged", order.order_id, venue_order_id=_name(order.order_id)
            )
            for order in orders
        )

    async def _cancel(self, orders: Iterable[OpenOrder], reason: str) -> None:
        await self._reporter.together(
            self._reporter.fact("order_canceled", order.order_id, reason=reason) for order in orders
        )

    async def _answer_replacements(self, orders: Iterable[OpenOrder]) -> list[UUID]:
        """Replace what has something left; returns the orders that work on."""
        facts: list[Fact] = []
        working: list[UUID] = []
        for order in orders:
            if order.new_order_id is None:
                raise LookupError(f"order {order.order_id} is to be replaced by none")
            if order.is_done or (order.new_quantity or 0) <= order.done:
                facts.append(
                    self._reporter.fact(
                        "replace_rejected", order.order_id, about=order.new_order_id,
                        reason="nothing is left to replace",
                    )
                )  # fmt: skip
                working.append(order.order_id)
            else:
                facts.append(
                    self._reporter.fact(
                        "order_replaced", order.order_id, venue_order_id=_name(order.new_order_id)
                    )
                )
                working.append(order.new_order_id)
        await self._reporter.together(facts)
        return working

    async def _trade(self, orders: list[OpenOrder]) -> None:
        """Trigger, fill, and end what does not wait for another quote."""
        triggered = await self._trigger(order for order in orders if order.waits_for_its_stop)
        complete = await self._fill(
            [
                order
                for order in orders
                if (not order.waits_for_its_stop or order.order_id in triggered)
                and self._is_due(order)
            ]
        )
        left = [order for order in orders if order.order_id not in complete]
        at_once = (order for order in left if order.time_in_force in _AT_ONCE)
        await self._cancel(at_once, "not filled at once")
        for_the_open = (
            order
            for order in left
            if order.time_in_force == "opg" and self._is_over_after_this(order)
        )
        await self._cancel(for_the_open, "not filled at the open")

    def _is_due(self, order: OpenOrder) -> bool:
        """Whether it may trade at these quotes, whatever their price."""
        if order.time_in_force == "opg":
            return self._opening and self._is_over_after_this(order)
        return order.time_in_force != "cls"

    def _is_over_after_this(self, order: OpenOrder) -> bool:
        if self._session is None or order.expires_on is None:
            return False
        return order.expires_on <= self._session

    async def _trigger(self, orders: Iterable[OpenOrder]) -> set[UUID]:
        """Tell the database whose stop the last price has reached; returns their ids."""
        reached = {
            order.order_id: self._quotes[order.security_id].last
            for order in orders
            if order.stop_price is not None
            and order.security_id in self._quotes
            and is_reached(order.side, order.stop_price, self._quotes[order.security_id].last)
        }
        await self._reporter.together(
            self._reporter.fact("order_triggered", order_id, reason=f"the last price was {last}")
            for order_id, last in reached.items()
        )
        return set(reached)

    async def _fill(self, orders: list[OpenOrder]) -> set[UUID]:
        """Fill what the quotes allow; returns the orders that are complete with it."""
        by_security: dict[UUID, list[WorkingOrder]] = defaultdict(list)
        for order in orders:
            if order.order_id not in self._filled:
                by_security[order.security_id].append(order.working())
        facts: list[Fact] = []
        complete: set[UUID] = set()
        for security_id, candidates in by_security.items():
            if security_id not in self._quotes:
                continue
            wanting = {each.order_id: each for each in candidates}
            for fill in self._match(security_id, candidates):
                facts.append(self._execution(security_id, fill))
                if fill.quantity >= wanting[fill.order_id].wanted(fill.price):
                    complete.add(fill.order_id)
        await self._reporter.together(facts)
        return complete

    def _match(self, security_id: UUID, orders: list[WorkingOrder]) -> list[Fill]:
        quote = self._quotes[security_id]
        left = available_volume(quote.volume, self._share, self._used[security_id])
        return list(match(orders, quote.bid, quote.ask, left))

    async def _execution(self, security_id: UUID, fill: Fill) -> None:
        # Counted before it is known: a fill whose answer is lost may have happened.
        self._used[security_id] += fill.quantity
        self._filled.add(fill.order_id)
        await self._reporter.execution(fill, self._quote_seq)


def _name(order_id: UUID) -> str:
    """What the venue calls an order."""
    return f"{VENUE}-{order_id}"
