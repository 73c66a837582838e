"""A cache of a second: long enough to spare the database, too short to mislead."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")

SECONDS = 1.0
"""How long a revoked key may go on working, or a user's second account stay unseen."""
_MOST = 10_000


class Briefly(Generic[Value]):
    """Remembers answers for a moment. A question that failed is asked anew each time."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, seconds: float = SECONDS
    ) -> None:
        """`clock` counts seconds; an answer is good for so many."""
        self._clock = clock
        self._seconds = seconds
        self._known: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()

    async def find(self, key: Hashable, ask: Callable[[], Awaitable[Value]]) -> Value:
        """Return the value of `key`, from `ask` unless that was less than a second ago."""
        now = self._clock()
        known = self._known.get(key)
        if known is not None and now < known[0]:
            return known[1]
        value = await ask()
        self._known[key] = (now + self._seconds, value)
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return value
