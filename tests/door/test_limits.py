"""How often somebody may ask: the same in Lua as alone, shared by all while Valkey is there."""

import asyncio
import time
from pathlib import Path

import pytest

from financebuy.cache.client import Cache
from financebuy.cache.limits import Limit, Limiter
from tests.support.api import serve
from tests.support.databases import Database
from tests.support.valkey import ValkeyServer

SLOW = Limit("slow", per_second=0.01, burst=5)


async def taken(limiter: Limiter, key: str, times: int = 12) -> int:
    return sum([await limiter.take(SLOW, key) == 0 for _ in range(times)])


def test_two_processes_share_what_one_may_take(valkey: ValkeyServer) -> None:
    async def work() -> tuple[int, int, float]:
        async with Cache(valkey.url) as one, Cache(valkey.url) as two:
            first = await taken(Limiter(one), "shared", 3)
            second = await taken(Limiter(two), "shared")
            return first, second, await Limiter(one).take(SLOW, "shared")

    first, second, wait = asyncio.run(work())
    assert (first, second) == (3, 2)
    assert 90 < wait <= 100


def test_each_is_limited_by_itself_without_valkey(valkey: ValkeyServer) -> None:
    async def work() -> tuple[int, int]:
        nowhere = Cache("unix:///nowhere/valkey.sock")
        async with nowhere:
            return await taken(Limiter(nowhere), "a"), await taken(Limiter(None), "a")

    assert asyncio.run(work()) == (5, 5)


def test_asking_counts_nothing(valkey: ValkeyServer) -> None:
    async def work() -> tuple[list[float], int, float]:
        async with Cache(valkey.url) as cache:
            limiter = Limiter(cache)
            before = [await limiter.wait(SLOW, "asked") for _ in range(20)]
            return before, await taken(limiter, "asked"), await limiter.wait(SLOW, "asked")

    before, count, after = asyncio.run(work())
    assert (before, count) == ([0.0] * 20, 5)
    assert after > 90


def test_what_is_asked_together_is_counted_one_by_one(valkey: ValkeyServer) -> None:
    async def work() -> list[int]:
        async with Cache(valkey.url) as cache:
            limiter = Limiter(cache)
            keys = ["together", "beside"] * 30
            waits = await asyncio.gather(*(limiter.take(SLOW, key) for key in keys))
        return [waits[n::2].count(0) for n in (0, 1)]

    assert asyncio.run(work()) == [5, 5]


def test_that_one_may_pass_is_remembered_until_one_is_counted(valkey: ValkeyServer) -> None:
    async def work() -> tuple[float, float, float]:
        async with Cache(valkey.url) as cache, Cache(valkey.url) as elsewhere:
            limiter, other = Limiter(cache), Limiter(elsewhere)
            assert await limiter.wait(SLOW, "remembered") == 0
            assert await taken(other, "remembered") == 5
            remembered = await limiter.wait(SLOW, "remembered")
            counted = await limiter.take(SLOW, "remembered")
            return remembered, counted, await limiter.wait(SLOW, "remembered")

    remembered, counted, then = asyncio.run(work())
    assert remembered == 0
    assert counted > 90
    assert then > 90


def test_that_one_may_pass_is_remembered_for_a_second_at_most(valkey: ValkeyServer) -> None:
    clock = [0.0]

    async def work() -> list[bool]:
        async with Cache(valkey.url) as cache, Cache(valkey.url) as elsewhere:
            limiter = Limiter(cache, lambda: clock[0])
            assert await limiter.wait(SLOW, "a second") == 0
            assert await taken(Limiter(elsewhere), "a second") == 5
            passes = []
            for clock[0] in (0.5, 0.99, 1.0):
                passes.append(await limiter.wait(SLOW, "a second") == 0)
            return passes

    assert asyncio.run(work()) == [True, True, False]


@pytest.mark.parametrize("shared", [True, False])
def test_it_lets_pass_what_the_rate_allows(valkey: ValkeyServer, *, shared: bool) -> None:
    """Over some time no more passes than the burst and the rate, and not much less."""
    limit = Limit("rate", per_second=200, burst=10)

    async def work() -> tuple[int, float]:
        async with Cache(valkey.url) as cache:
            limiter = Limiter(cache if shared else None)
            began, passed = time.monotonic(), 0
            while time.monotonic() - began < 1.0:
                passed += await limiter.take(limit, f"rate {shared}") == 0
                await asyncio.sleep(0.001)
            return passed, time.monotonic() - began

    passed, seconds = asyncio.run(work())
    assert passed <= 10 + 200 * seconds + 1
    assert passed >= 20


def test_a_lease_is_spent_before_it_asks_again() -> None:
    async def work() -> int:
        limiter = Limiter(None)
        limit = Limit("leased", per_second=0.001, burst=40, lease=10)
        return sum([await limiter.take(limit, "a") == 0 for _ in range(100)])

    assert asyncio.run(work()) == 40


def test_too_many_requests_are_told_when_to_come_back(
    database: Database, valkey: ValkeyServer, tmp_path: Path
) -> None:
    settings = {"FINANCEBUY_REQUESTS_PER_SECOND": "1"}
    with serve(database, tmp_path / "data", valkey, settings) as api:
        customer, other = api.customer(), api.customer()
        answers = [api.call("GET", "/fb/v1/me", customer.key) for _ in range(6)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) >= 2
        assert refused[0].json()["type"] == "urn:financebuy:problem:too_many_requests"
        assert int(refused[0].headers["Retry-After"]) >= 1
        # Another user is not slowed down by it.
        assert api.call("GET", "/fb/v1/me", other.key).status_code == 200
