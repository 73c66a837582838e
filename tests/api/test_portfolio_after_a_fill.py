"""A fill is in the portfolio as soon as the venue is told that it is booked: by copies too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from valkey import Valkey

from tests.api.conftest import PRICE
from tests.support.api import Api, serve
from tests.support.databases import Database
from tests.support.valkey import ValkeyServer, valkey_server
from tests.support.world import execution

FILLS, READERS = 10, 8
PATHS = ("/fb/v1/portfolio", "/v2/account", "/v2/positions/AAPL")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ValkeyServer]:
    with valkey_server(tmp_path / "cache") as server:
        yield server


@pytest.fixture
def api(database: Database, tmp_path: Path, cache: ValkeyServer) -> Iterator[Api]:
    with serve(database, tmp_path / "data", cache) as running:
        running.world.open_market()
        running.world.security("AAPL", PRICE)
        yield running


def test_a_fill_is_shown_right_after_its_answer(api: Api, cache: ValkeyServer) -> None:
    customer = api.customer()
    order = api.post(
        "/v2/orders",
        customer.key,
        {
            "symbol": "AAPL", "qty": FILLS, "side": "buy", "type": "limit",
            "time_in_force": "gtc", "limit_price": PRICE,
        },
    ).json()  # fmt: skip
    copies = Valkey.from_url(cache.url)

    def read(path: str) -> str:
        shown = api.get(path, customer.key)
        return str(shown.get("market_value", shown.get("long_market_value")))

    with ThreadPoolExecutor(READERS) as readers:
        for n in range(1, FILLS + 1):
            api.world.accepted("execution", execution(UUID(order["id"]), 1, PRICE))
            expected = f"{n * PRICE}.00"
            assert {path: read(path) for path in PATHS} == dict.fromkeys(PATHS, expected)
            # A copy is there now, and shown: until the next fill, which it does not know of.
            assert len(list(copies.scan_iter("portfolio:*"))) == 1
            assert set(readers.map(read, [PATHS[0]] * READERS)) == {expected}
