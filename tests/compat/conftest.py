"""The same API as `tests/api`, for clients that somebody else wrote."""

from collections.abc import Iterator

import pytest

from tests.support.api import Api, Customer, Key, serve
from tests.support.databases import Database, clone


@pytest.fixture(scope="session")
def api(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A running API; the market is open, AAPL is quoted at 100."""
    data = tmp_path_factory.mktemp("compat") / "data"
    with clone(template) as database, serve(database, data) as running:
        running.world.open_market()
        running.world.security("AAPL", 100)
        yield running


@pytest.fixture
def customer(api: Api) -> Customer:
    """A user with 100 000 in cash."""
    return api.customer()


@pytest.fixture
def staff(api: Api) -> Key:
    """An operator's key."""
    return api.staff()
