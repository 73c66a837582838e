"""What the API's process keeps in memory while orders come over a thousand connections."""

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import psutil
import pytest

from financebuy.bench.http_driving import drive_http, request
from tests.support.api import Api, serve
from tests.support.databases import Database
from tests.support.valkey import valkey_server

CONNECTIONS = 1_000
MOST_MEGABYTES = 150
MINUTES_NAME = "FINANCEBUY_SOAK_MINUTES"
MINUTES = float(os.environ.get(MINUTES_NAME, "60"))
TURN_SECONDS = 10.0
"""Then everybody hangs up and comes anew, so that what a connection leaves behind adds up."""
CUSTOMERS = 40
CASH = 10**12
MOST_GROWTH = 1.03
"""Of the last fifth of a soak over the second; the first fills the caches."""


@pytest.fixture
def own(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An API with nobody else's requests in its memory."""
    # Ours, and no setting of the API's, which refuses what it does not know.
    monkeypatch.delenv(MINUTES_NAME, raising=False)
    with (
        valkey_server(tmp_path) as valkey,
        serve(database, tmp_path / "data", valkey) as running,
    ):
        running.world.open_market()
        running.world.security("AAPL", 100)
        yield running


def orders_of(api: Api) -> Callable[[int], bytes]:
    """Requests to buy, each customer's in turn."""
    headers = [list(api.customer(CASH).key.headers.items()) for _ in range(CUSTOMERS)]

    def make(turn: int) -> bytes:
        body = {
            "symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "limit_price": "100",
            "time_in_force": "day", "client_order_id": str(uuid4()),
        }  # fmt: skip
        chosen = headers[turn % len(headers)]
        return request("POST", "/v2/orders", chosen, msgspec.json.encode(body))

    return make


def drive(api: Api, make: Callable[[int], bytes], seconds: float) -> tuple[int, list[float]]:
    """Send orders for so long; returns how many, and the process's megabytes meanwhile."""
    process, found = psutil.Process(api.process.pid), list[float]()

    async def look() -> None:
        while True:
            found.append(process.memory_info().rss / 2**20)
            await asyncio.sleep(0.5)

    async def work() -> int:
        port = httpx.URL(api.url).port or 0
        looking = asyncio.create_task(look())
        try:
            return (await drive_http(port, make, CONNECTIONS, seconds, lambda: None)).count
        finally:
            looking.cancel()

    return asyncio.run(work()), found


def test_a_thousand_connections_fit_into_150_megabytes(
    own: Api, tell: Callable[[str], None]
) -> None:
    orders, megabytes = drive(own, orders_of(own), 5.0)
    tell(f"{max(megabytes):.0f} MB at most, {orders} orders over {CONNECTIONS} connections")
    assert orders >= CONNECTIONS
    assert max(megabytes) <= MOST_MEGABYTES
    assert own.world.check_books() == {}


@pytest.mark.soak
def test_memory_stays_as_it_is(own: Api, tell: Callable[[str], None]) -> None:
    make = orders_of(own)
    total, looks, began = 0, list[float](), time.monotonic()
    while time.monotonic() - began < MINUTES * 60:
        orders, megabytes = drive(own, make, TURN_SECONDS)
        total += orders
        looks += megabytes
    each = len(looks) // 5
    fifths = [statistics.median(looks[n * each : (n + 1) * each]) for n in range(5)]
    tell(
        f"{total} orders in {MINUTES:g} minutes; medians of each fifth:"
        f" {', '.join(f'{one:.1f}' for one in fifths)} MB"
    )
    assert max(looks) <= MOST_MEGABYTES
    assert fifths[4] <= MOST_GROWTH * fifths[1]
