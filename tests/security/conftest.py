"""A world in which every table has rows of the owner and of others, and a role with nothing."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from financebuy.sql import text
from tests.security import canaries
from tests.security.expectations import NOBODY
from tests.security.identities import Asker, askers
from tests.support.databases import Database, clone
from tests.support.population import populate
from tests.support.servers import Servers
from tests.support.tls_clients import Foreign
from tests.support.world import World


@pytest.fixture(scope="module")
def populated(template: Database) -> Iterator[tuple[World, list[Asker]]]:
    """A clone to look at, or to change in a transaction that is taken back."""
    with clone(template) as database, World(database) as world:
        # A copied database has its own rights, which the migration sets.
        world.admin.execute(text("roles.sql").encode())
        there = populate(world)
        found = askers(world, there)
        canaries.plant(world, found[0])
        world.admin.execute(f"create role {NOBODY} login")
        yield world, found
        world.admin.execute(f"drop role {NOBODY}")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    parent = Path(tempfile.mkdtemp(prefix="financebuy-test-"))
    parent.chmod(0o755)
    running = Servers(parent / "data")
    try:
        yield running.start()
    finally:
        running.supervisor.stop()
        shutil.rmtree(parent)


@pytest.fixture
def foreign(tmp_path: Path) -> Foreign:
    return Foreign(tmp_path)
