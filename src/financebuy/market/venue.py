"""The paper venue: answers orders, and fills them against simulated quotes.

It keeps nothing that the database does not have. Fills are named after (order, quote), each order
fills at most once a quote, and what was filled at the quote counts before anything else fills: so
it may be killed between any two facts and never fills twice.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from financebuy.domain.market import Quote
from financebuy.domain.matching import Fill, available_volume, execution_id, match
from financebuy.market.book import Book, OpenOrder

VENUE = "paper"
log = logging.getLogger(__name__)


class Answer(Protocol):
    """What the database made of a fact."""

    @property
    def outcome(self) -> str:
        """'accepted', unless the fact contradicts an earlier one."""

    @property
    def code(self) -> str | None:
        """Why it was not accepted."""


Submit = Callable[[str, dict[str, Any]], Coroutine[Any, Any, Answer]]


class PaperVenue:
    """One venue for all securities. `share` is the part of a tick's volume that it may fill."""

    def __init__(self, book: Book, submit: Submit, share: Decimal) -> None:
        self._book = book
        self._submit = submit
        self._share = share
        self._quotes: Mapping[UUID, Quote] = {}
        self._market_time: datetime | None = None
        self._quote_seq = 0
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

    def show(self, quotes: Mapping[UUID, Quote], market_time: datetime, quote_seq: int) -> None:
        """Trade at new quotes from now on; without any the venue only takes orders."""
        self._quotes = quotes
        self._market_time = market_time
        self._quote_seq = quote_seq
        self._used.clear()
        self._filled.clear()

    async def recall(self) -> None:
        """Count what was filled at the current quotes before the venue was stopped."""
        for fill in await self._book.fills_at_quote():
            self._used[fill.security_id] += fill.quantity
            self._filled.add(fill.order_id)

    async def work(self, *, every: bool) -> None:
        """Answer what is new, and fill; returns when the database has every fact.

        With `every` all working orders get their chance at the quotes, else only the new ones:
        the others had theirs.
        """
        orders = await self._book.orders(every=every)
        self._has_orders = bool(orders) or (self._has_orders and not every)
        staying = [order for order in orders if order.status != "pending_cancel"]
        await self._cancel(order for order in orders if order.status == "pending_cancel")
        await self._acknowledge(order for order in orders if order.status == "accepted")
        if self._quotes and staying:
            await self._fill(staying)

    async def _acknowledge(self, orders: Iterable[OpenOrder]) -> None:
        await self._report(
            self._fact(
                "order_acknowledged", order.order_id, venue_order_id=f"paper-{order.order_id}"
            )
            for order in orders
        )

    async def _cancel(self, orders: Iterable[OpenOrder]) -> None:
        await self._report(
            self._fact("order_canceled", order.order_id, reason="canceled by request")
            for order in orders
        )

    async def _fill(self, orders: list[OpenOrder]) -> None:
        by_security: dict[UUID, list[OpenOrder]] = defaultdict(list)
        for order in orders:
            if order.order_id not in self._filled:
                by_security[order.security_id].append(order)
        await self._report(
            self._execution(security_id, fill)
            for security_id, candidates in by_security.items()
            if security_id in self._quotes
            for fill in self._match(security_id, candidates)
        )

    def _match(self, security_id: UUID, orders: list[OpenOrder]) -> Iterable[Fill]:
        quote = self._quotes[security_id]
        left = available_volume(quote.volume, self._share, self._used[security_id])
        return match((order.working() for order in orders), quote.bid, quote.ask, left)

    async def _execution(self, security_id: UUID, fill: Fill) -> None:
        # Counted before it is known: a fill whose answer is lost may have happened.
        self._used[security_id] += fill.quantity
        self._filled.add(fill.order_id)
        await self._send(
            "execution",
            {
                "venue_execution_id": execution_id(fill.order_id, self._quote_seq),
                "order_id": fill.order_id,
                "quantity": fill.quantity,
                "price": fill.price,
            },
        )

    async def _fact(self, kind: str, order_id: UUID, **note: str) -> None:
        await self._send(kind, {"key": f"{kind}:{order_id}", "order_id": order_id, **note})

    async def _send(self, kind: str, row: dict[str, Any]) -> None:
        common = {
            "request_id": None,
            "origin": "market",
            "venue": VENUE,
            "effective_at": self._market_time,
        }
        answer = await self._submit(kind, common | row)
        if answer.outcome != "accepted":
            log.error("fact %s of order %s: %s", kind, row["order_id"], answer.code)

    @staticmethod
    async def _report(facts: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Send facts together; every one has its answer before the first error is raised."""
        answers = await asyncio.gather(*facts, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
