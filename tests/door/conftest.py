"""An API with a real Valkey beside it, on a market that is open."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.api import Api, serve
from tests.support.databases import Database, clone
from tests.support.people import Person
from tests.support.valkey import ValkeyServer, valkey_server

# Each test is a network of its own to the limits; those have tests of their own.
WIDE = {"FINANCEBUY_TRUSTED_PROXIES": "127.0.0.1"}


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    with valkey_server(tmp_path_factory.mktemp("valkey")) as running:
        yield running


@pytest.fixture(scope="module")
def database(template: Database) -> Iterator[Database]:
    with clone(template) as copy:
        yield copy


@pytest.fixture(scope="module")
def api(
    database: Database, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    data: Path = tmp_path_factory.mktemp("door") / "data"
    with serve(database, data, valkey, WIDE) as running:
        running.world.open_market()
        running.world.security("AAPL", 100)
        yield running


@pytest.fixture
def somebody(api: Api) -> Person:
    """Registered and signed in."""
    return Person(api).sign_up().sign_in()


@pytest.fixture
def register(api: Api) -> Callable[[], Person]:
    """Registers one more person each time."""
    return lambda: Person(api).sign_up()
