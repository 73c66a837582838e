"""Keys that are shown at the same time: one question, and each has its own answer."""

import asyncio
import secrets
import time
from hashlib import sha256

import pytest

from financebuy.database.pools import Pools
from financebuy.errors import TryAgainError
from financebuy.services import key_checks
from financebuy.services.key_checks import KeyChecks, KeyHolder, ShownKey
from tests.support.api import Api, Key
from tests.support.silence import silent
from tests.support.world import World


def shown(key: Key, address: str | None = "192.0.2.7") -> ShownKey:
    return ShownKey(key.key_id, sha256(key.secret.encode()).digest(), address)


def answers(world: World, keys: list[ShownKey]) -> tuple[list[KeyHolder | None], int]:
    """What each hears, asked at once after a first; and how often the database was asked."""

    async def work() -> tuple[list[KeyHolder | None], int]:
        async with Pools({"fb_auth": world.database.url("fb_auth")}) as pools:
            checks = KeyChecks(pools)
            await checks.find(keys[0])
            before = pools["fb_auth"].get_stats()["requests_num"]
            found = await asyncio.gather(*(checks.find(each) for each in keys))
            return list(found), pools["fb_auth"].get_stats()["requests_num"] - before

    return asyncio.run(work())


def test_a_hundred_at_once_are_one_question(api: Api) -> None:
    customers = [api.customer() for _ in range(5)]
    keys = [shown(each.key) for each in customers for _ in range(20)]
    found, questions = answers(api.world, keys)
    assert [each and each.user_id for each in found] == [
        each.user.user_id for each in customers for _ in range(20)
    ]
    assert questions == 1


def test_one_that_is_no_text_harms_no_other(api: Api) -> None:
    customer = api.customer()
    good = shown(customer.key)
    bad = [
        ShownKey("FB\0", good.secret_hash, None),
        ShownKey("FB\ud800", good.secret_hash, None),
        ShownKey(customer.key.key_id, secrets.token_bytes(32), None),
    ]
    found, _ = answers(api.world, [good, *bad, good])
    assert [each and each.user_id for each in found] == [
        customer.user.user_id, None, None, None, customer.user.user_id,
    ]  # fmt: skip


def test_each_comes_from_its_own_address(api: Api) -> None:
    user = api.world.user("approved")
    key = api.make_key(user, "read", allowed_addresses="192.0.2.0/24")
    found, questions = answers(
        api.world, [shown(key), shown(key, "203.0.113.1"), shown(key, None), shown(key, "::1")]
    )
    assert ([each is not None for each in found], questions) == ([True, False, False, False], 1)


def test_without_a_database_they_are_told_to_come_again() -> None:
    async def work() -> None:
        async with Pools({"fb_auth": "host=/nowhere"}) as pools:
            await KeyChecks(pools).find(ShownKey("FB", b"", None))

    with pytest.raises(TryAgainError):
        asyncio.run(work())


def test_nobody_waits_behind_a_silent_connection(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its server process is stopped; the question is asked again of another."""
    monkeypatch.setattr(key_checks, "ANSWER_SECONDS", 0.3)
    customer = api.customer()
    key = shown(customer.key)

    async def work() -> tuple[list[KeyHolder | None], float]:
        async with Pools({"fb_auth": api.world.database.url("fb_auth")}) as pools:
            checks = KeyChecks(pools)
            await checks.find(key)
            with silent(api.world, "fb_auth"):
                began = time.monotonic()
                found = await asyncio.gather(*(checks.find(key) for _ in range(3)))
                took = time.monotonic() - began
            return list(found), took

    found, took = asyncio.run(work())
    assert [each and each.user_id for each in found] == [customer.user.user_id] * 3
    # Whoever waits for the silent one itself waits for ten seconds more.
    assert took < 10 * key_checks.ANSWER_SECONDS
