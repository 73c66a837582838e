"""How often somebody may ask: GCRA in Valkey, for all processes; without it, in each by itself."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from financebuy.cache.client import Cache

_SCRIPT = files(__package__).joinpath("gcra.lua").read_text(encoding="utf-8")
_LEASE_SECONDS = 1.0
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


class Limiter:
    """Counts requests by limit and key."""

    def __init__(self, cache: Cache | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Count in `cache` while it answers; `clock` counts seconds."""
        self._cache = cache
        self._clock = clock
        self._arrivals: OrderedDict[str, float] = OrderedDict()
        self._leases: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def take(self, limit: Limit, key: str) -> float:
        """Count a request. Returns 0 when it may pass, else the seconds to wait."""
        name = f"limit:{limit.name}:{key}"
        if limit.lease > 1:
            ends, left = self._leases.get(name, (0.0, 0))
            if left and self._clock() < ends:
                self._leases[name] = (ends, left - 1)
                return 0.0
            if await self._ask(limit, name, limit.lease) == 0:
                self._lease(name, limit.lease - 1)
                return 0.0
        return await self._ask(limit, name, 1)

    async def wait(self, limit: Limit, key: str) -> float:
        """Return the seconds until a request could pass, without counting one."""
        return await self._ask(limit, f"limit:{limit.name}:{key}", 1, counting=False)

    def _lease(self, name: str, left: int) -> None:
        self._leases[name] = (self._clock() + _LEASE_SECONDS, left)
        self._leases.move_to_end(name)
        if len(self._leases) > _MOST:
            self._leases.popitem(last=False)

    async def _ask(self, limit: Limit, name: str, count: int, *, counting: bool = True) -> float:
        if self._cache is not None:
            arguments = (round(limit.cost * _MICRO), round(limit.cost * limit.burst * _MICRO))
            found = await self._cache.evaluate(_SCRIPT, name, *arguments, count, int(counting))
            if found is not None:
                return found / _MICRO
        return self._alone(limit, name, count, counting=counting)

    def _alone(self, limit: Limit, name: str, count: int, *, counting: bool) -> float:
        now = self._clock()
        arrival = max(self._arrivals.get(name, now), now) + limit.cost * count
        early = arrival - limit.cost * limit.burst - now
        if early > 0:
            return early
        if counting:
            self._arrivals[name] = arrival
            self._arrivals.move_to_end(name)
            if len(self._arrivals) > _MOST:
                self._arrivals.popitem(last=False)
        return 0.0
