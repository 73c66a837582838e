"""Quotes through a real Valkey: shared while fresh, read from PostgreSQL when it is away."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from financebuy.bootstrap import local_connections, open_platform
from financebuy.cache.client import Cache
from financebuy.cache.opening import open_client
from financebuy.cache.sessions import SessionStore
from financebuy.cluster import accounts
from financebuy.cluster.files import make_directory, open_log
from financebuy.cluster.processes import start
from financebuy.cluster.valkey_server import ValkeyFiles, url, valkey_program
from financebuy.services import pricing
from financebuy.services.platform import Platform
from financebuy.settings import Settings
from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.world import World

PASSWORD = "0123456789abcdef"


@pytest.fixture
def valkey(data_dir: Path) -> Iterator[str]:
    """A running Valkey of the platform's; its URL."""
    with _running(data_dir) as address:
        yield address


@contextmanager
def _running(data_dir: Path) -> Iterator[str]:
    account = accounts.for_servers()
    make_directory(data_dir, account)
    program = valkey_program(account, data_dir)
    files = ValkeyFiles(program, account, data_dir, data_dir / "valkey.sock")
    files.configure(PASSWORD, 64)
    log = open_log(data_dir / "valkey.log")
    process = start(files.argv(), account, output=log, cwd=data_dir)
    os.close(log)
    try:
        deadline = time.monotonic() + 30
        while not files.is_ready(PASSWORD):
            assert time.monotonic() < deadline, (data_dir / "valkey.log").read_text()
            time.sleep(0.02)
        yield url(files.socket, PASSWORD)
    finally:
        process.kill()
        process.wait()


def test_values_are_found_until_their_time_is_over(valkey: str) -> None:
    async def work() -> list[bytes | None]:
        async with Cache(valkey) as cache:
            await cache.set_many({"a": b"1", "b": b"2"}, 0.2)
            found = await cache.get_many(["b", "missing", "a"])
            await asyncio.sleep(0.3)
            return found + await cache.get_many(["a"])

    assert asyncio.run(work()) == [b"2", None, b"1", None]


def test_a_cache_that_is_away_finds_nothing_and_is_left_alone(tmp_path: Path) -> None:
    async def work() -> float:
        async with Cache(f"unix://{tmp_path}/nobody.sock") as cache:
            assert await cache.get_many(["a"]) == [None]
            began = time.monotonic()
            for _ in range(1000):
                await cache.set_many({"a": b"1"}, 1)
                assert await cache.get_many(["a"]) == [None]
            return time.monotonic() - began

    assert asyncio.run(work()) < 0.5


def test_a_quote_is_shared_while_it_is_fresh(
    valkey: str, database: Database, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    write_data_directory(settings.data_dir, database)
    with World(database) as world:
        security = world.security("AAPL", 100)
        cached = replace(local_connections(settings), cache_url=valkey)

        async def work() -> list[Decimal]:
            async with (
                open_platform(settings, connections=cached) as first,
                open_platform(settings, connections=cached) as second,
            ):
                prices = [await _last(first)]
                world.quote(security, Decimal(110), Decimal(111), Decimal("110.5"))
                prices.append(await _last(second))
                await asyncio.sleep(0.3)
                return [*prices, await _last(second)]

        assert asyncio.run(work()) == [100, 100, Decimal("110.5")]


def test_what_another_version_has_written_is_not_there(
    valkey: str, database: Database, tmp_path: Path
) -> None:
    """A quote is read from PostgreSQL then; a session has ended."""
    settings = Settings(data_dir=tmp_path / "data")
    write_data_directory(settings.data_dir, database)
    with World(database) as world:
        security = world.security("AAPL", 100)
        cached = replace(local_connections(settings), cache_url=valkey)

        async def work() -> None:
            async with open_platform(settings, connections=cached) as platform, Cache(valkey) as it:
                await it.set_many({f"quote:{security}": b'{"price": "7"}'}, 10)
                assert await _last(platform) == 100
            async with SessionStore(valkey) as store:
                token = await store.keep("session", _Before("Ann"), 10)
                assert await store.find("session", token, _Before, 10) == _Before("Ann")
                assert await store.find("session", token, _Now, 10) is None
                assert await store.take("session", token, _Now) is None

        asyncio.run(work())


def test_answers_are_read_by_a_parser_in_c(valkey: str) -> None:
    """Of libvalkey, which valkey-py takes when it is there: nothing else would tell of its loss."""
    connection = open_client(valkey, 1.0).connection_pool.make_connection()
    assert type(connection._parser).__name__ == "_AsyncLibvalkeyParser"


class _Before(msgspec.Struct, frozen=True):
    name: str


class _Now(msgspec.Struct, frozen=True):
    name: str
    since: int


async def _last(platform: Platform) -> Decimal:
    return (await pricing.quote(platform, "AAPL")).last
