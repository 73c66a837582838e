"""Positions are tested on an investor with cash in an open market."""

from collections.abc import Iterator

import pytest

from tests.support.databases import Database
from tests.support.investor import Investor
from tests.support.world import World


@pytest.fixture
def ann(database: Database) -> Iterator[Investor]:
    """Ann has 100,000 and a stock at 100."""
    with World(database) as world:
        world.open_market()
        owner = world.user()
        yield Investor(world, owner, world.account(owner, 100_000), world.security("XYZ"))
        assert world.check_books() == {}
