"""When the next step is due: the operator's speed, pauses and single steps."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from financebuy.market.clock import Clock, Control
from financebuy.market.sessions import Step
from financebuy.market.store import MarketStore

# How long at most an order waits for the venue to see it, and the operator for the market.
POLL_SECONDS = 0.05


class Pace:
    """Keeps a schedule: a step's wall time counts from when the step before was due."""

    def __init__(self, store: MarketStore, clock: Clock, days_per_minute: Decimal | None) -> None:
        self._store = store
        self._clock = clock
        self._control = Control(paused=False, days_per_minute=days_per_minute, steps_waiting=0)
        self._asked_at = float("-inf")
        self._last_due = time.monotonic()

    async def is_due(self, step: Step) -> bool:
        """Whether a step may happen now. Asks the database at most every POLL_SECONDS."""
        now = time.monotonic()
        if now - self._asked_at >= POLL_SECONDS:
            self._control = await self._store.control() or self._control
            self._asked_at = now
        if self._control.paused:
            return self._control.steps_waiting > 0
        return now >= self._due(step)

    @property
    def is_stepping(self) -> bool:
        """Whether the market moves only when it is asked to."""
        return self._control.paused

    def nap(self, step: Step) -> float:
        """Seconds until it is worth looking again."""
        if self._control.paused:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.0, self._due(step) - time.monotonic()))

    @asynccontextmanager
    async def counting(self, step: Step) -> AsyncIterator[None]:
        """Around a step that happens: counts it when it was asked for, and moves the schedule."""
        if self._control.paused:
            # With the step in one transaction: killed between them, neither happened.
            async with self._store.transaction():
                await self._store.take_step()
                yield
            self._asked_at = float("-inf")
        else:
            yield
        now, due = time.monotonic(), self._due(step)
        late = now - due >= self._clock.delay(step, self._control).total_seconds()
        self._last_due = now if late else due

    def _due(self, step: Step) -> float:
        return self._last_due + self._clock.delay(step, self._control).total_seconds()
