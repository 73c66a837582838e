"""One API a test process, on a market in its first session; each test has users of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.api import Api, Customer, Key, serve
from tests.support.databases import Database, clone

PRICE = 100


@pytest.fixture(scope="session")
def api(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A running API; the market is open, AAPL and MSFT are quoted at 100."""
    with on_a_market(template, tmp_path_factory) as running:
        yield running


@contextmanager
def on_a_market(template: Database, factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API that most tests share; who damages history takes one of their own."""
    with clone(template) as database, serve(database, data_directory(factory)) as running:
        running.world.open_market()
        for symbol in ("AAPL", "MSFT"):
            running.world.security(symbol, PRICE)
        running.world.security("IDLE", PRICE, tradable=False)
        running.world.security("BOND", PRICE, security_type="bond")
        yield running


def data_directory(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("api") / "data"


@pytest.fixture
def customer(api: Api) -> Customer:
    """A user with 100 000 in cash."""
    return api.customer()


@pytest.fixture
def staff(api: Api) -> Key:
    """An operator's key: reads everything, opens accounts, is the sandbox bank."""
    return api.staff()
