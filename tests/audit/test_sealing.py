"""The sealer takes every committed row once, and what it signs can be verified."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.audit import Audited, audited
from tests.support.databases import Database
from tests.support.population import populate
from tests.support.world import World

TABLES = ("transactions", "entries", "executions", "order_events", "audit_log")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


@pytest.fixture
def audit(database: Database, tmp_path: Path) -> Audited:
    return audited(database, tmp_path)


def rows_of(world: World) -> int:
    return sum(int(world.value(f"select count(*) from {table}")) for table in TABLES)


def test_everything_is_sealed_and_verifies(world: World, audit: Audited) -> None:
    populate(world)
    there = rows_of(world)
    sealed = audit.seal()
    # The audit line that says that the first epoch was opened came with the pass.
    assert sealed == there + 1
    report = audit.verify()
    assert report.findings == []
    assert (report.rows, report.unsealed, report.epochs) == (sealed, 0, 1)
    assert audit.seal() == 0
