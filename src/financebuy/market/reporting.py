"""How the paper venue reports: each fact once, and so many together as the queue takes."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from financebuy.domain.matching import Fill, execution_id

VENUE = "paper"
"""The paper venue's name in the database."""
_MOST_REPORTED = 2_000
Fact = Coroutine[Any, Any, None]
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


class Reporter:
    """Sends facts by `submit`, dated `market_time`."""

    def __init__(self, submit: Submit) -> None:
        self.market_time: datetime | None = None
        self._submit = submit

    async def fact(
        self, kind: str, order_id: UUID, *, about: UUID | None = None, **note: str
    ) -> None:
        """Report a fact that happens once: to the order, or for what it is `about`."""
        await self._send(kind, {"key": f"{kind}:{about or order_id}", "order_id": order_id, **note})

    async def execution(self, fill: Fill, quote_seq: int) -> None:
        """Report a fill at a quote, of which an order has one at most."""
        await self._send(
            "execution",
            {
                "venue_execution_id": execution_id(fill.order_id, quote_seq),
                "order_id": fill.order_id,
                "quantity": fill.quantity,
                "price": fill.price,
            },
        )

    async def together(self, facts: Iterable[Fact]) -> None:
        """Send facts together; every one has its answer before the first error is raised.

        Not so many at once that the queue of commands would refuse some.
        """
        waiting = iter(facts)
        errors: list[BaseException] = []
        while some := list(itertools.islice(waiting, _MOST_REPORTED)):
            answers = await asyncio.gather(*some, return_exceptions=True)
            errors += [each for each in answers if isinstance(each, BaseException)]
        if errors:
            raise errors[0]

    async def _send(self, kind: str, row: dict[str, Any]) -> None:
        common = {
            "request_id": None,
            "origin": "market",
            "venue": VENUE,
            "effective_at": self.market_time,
        }
        answer = await self._submit(kind, common | row)
        if answer.outcome != "accepted":
            log.error("fact %s of order %s: %s", kind, row["order_id"], answer.code)
