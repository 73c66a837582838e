"""How often somebody may ask: GCRA in Valkey, for all processes; without it, in each by itself."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeVar

from financebuy.cache.client import Cache
from financebuy.gathering import Gathered

Value = TypeVar("Value")

_SCRIPT = files(__package__).joinpath("gcra.lua").read_text(encoding="utf-8")
_LEASE_SECONDS = 1.0
_FREE_SECONDS = 1.0
_MOST = 10_000
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`per_second` requests in the long run, `burst` at once.

    A process takes `lease` of them at a time, so that the busiest do not ask Valkey each time;
    what it takes and does not use within a second is lost to the caller.
    """

    name: str
    per_second: float
    burst: int
    lease: int = 1

    @property
    def cost(self) -> float:
        """Seconds that one request uses up."""
        return 1 / self.per_second


@dataclass(frozen=True, slots=True)
class _Question:
    limit: Limit
    name: str
    count: int
    counting: bool

    @property
    def arguments(self) -> tuple[int, int, int, int]:
        """What the script takes of it."""
        cost = self.limit.cost
        burst = round(cost * self.limit.burst * _MICRO)
        return round(cost * _MICRO), burst, self.count, int(self.counting)


class Limiter:
    """Counts requests by limit and key. What is asked at the same time is asked together."""

    def __init__(self, cache: Cache | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Count in `cache` while it answers; `clock` counts seconds."""
        self._cache = cache
        self._clock = clock
        self._arrivals: OrderedDict[str, float] = OrderedDict()
        self._leases: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._free: OrderedDict[str, float] = OrderedDict()
        self._questions = Gathered(self._ask_all)

    async def take(self, limit: Limit, key: str) -> float:
        """Count a request. Returns 0 when it may pass, else the seconds to wait."""
        name = f"limit:{limit.name}:{key}"
        self._free.pop(name, None)
        if limit.lease > 1:
            ends, left = self._leases.get(name, (0.0, 0))
            if left and self._clock() < ends:
                self._leases[name] = (ends, left - 1)
                return 0.0
            if await self._ask(limit, name, limit.lease) == 0:
                # Several may have asked at the end of the last lease: each brings its own.
                now = self._clock()
                ends, left = self._leases.get(name, (0.0, 0))
                others = left if now < ends else 0
                _keep(self._leases, name, (now + _LEASE_SECONDS, others + limit.lease - 1))
                return 0.0
        return await self._ask(limit, name, 1)

    async def wait(self, limit: Limit, key: str) -> float:
        """Return the seconds until a request could pass, without counting one.

        That one could is remembered for a second, or until this process counts one: what others
        count in that second is met by the next question.
        """
        name = f"limit:{limit.name}:{key}"
        began = self._clock()
        if began < self._free.get(name, 0.0):
            return 0.0
        _keep(self._free, name, 0.0)
        seconds = await self._ask(limit, name, 1, counting=False)
        # It is gone when one was counted meanwhile, which the answer may not know of.
        if seconds == 0 and name in self._free:
            self._free[name] = began + _FREE_SECONDS
        return seconds

    async def _ask(self, limit: Limit, name: str, count: int, *, counting: bool = True) -> float:
        question = _Question(limit, name, count, counting)
        if self._cache is None:
            return self._alone(question)
        return await self._questions.find(question)

    async def _ask_all(self, questions: Sequence[_Question]) -> list[float]:
        assert self._cache is not None  # noqa: S101 (only then is anything asked)
        arguments = [number for each in questions for number in each.arguments]
        names = [each.name for each in questions]
        found = await self._cache.evaluate(_SCRIPT, names, arguments)
        if found is None:
            return [self._alone(each) for each in questions]
        return [microseconds / _MICRO for microseconds in found]

    def _alone(self, question: _Question) -> float:
        limit, now = question.limit, self._clock()
        arrival = max(self._arrivals.get(question.name, now), now) + limit.cost * question.count
        early = arrival - limit.cost * limit.burst - now
        if early > 0:
            return early
        if question.counting:
            _keep(self._arrivals, question.name, arrival)
        return 0.0


def _keep(known: OrderedDict[str, Value], name: str, value: Value) -> None:
    """Remember a value; the oldest are forgotten when there are too many."""
    known[name] = value
    known.move_to_end(name)
    if len(known) > _MOST:
        known.popitem(last=False)
