"""One PostgreSQL a test process, one template database, one clone of it a test.

Under pytest-xdist every worker has a server of its own: it starts in half a second, and nobody
has to decide who stops it. The tests of a module that share something that takes seconds to start
run on one worker, which starts it once.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from financebuy.cluster.binaries import Programs, programs_at
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from tests.support.databases import Database, clone, make_template

SHARED = frozenset({
    "api", "audit", "base", "make", "own", "plans", "platform", "populated", "scene", "sealed",
    "servers", "shared", "stage",
})  # fmt: skip
"""Fixtures that start processes or fill a database, mostly once a module."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a module that share such a fixture on one worker, unless a mark says where.

    `--dist loadgroup` spreads all others one by one, and each worker would start its own.
    """
    shares = SHARED.intersection(getattr(item, "fixturenames", ()))
    if shares and item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def programs() -> Programs | None:
    """The PostgreSQL that tests use: that of TEST_POSTGRES_BIN, else (None) the wheel's."""
    chosen = os.environ.get("TEST_POSTGRES_BIN")
    return programs_at(Path(chosen)) if chosen else None


@pytest.fixture(scope="session")
def server(programs: Programs | None) -> Iterator[ThrowawayServer]:
    """An empty PostgreSQL with fsync off."""
    with throwaway_server(programs=programs) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: ThrowawayServer) -> Database:
    """The migrated database that tests clone; nobody connects to it."""
    return make_template(server)


@pytest.fixture
def database(template: Database) -> Iterator[Database]:
    """A fresh clone of the migrated database."""
    with clone(template) as copy:
        yield copy


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say what a test did (how many examples, for how long); the run's summary prints it."""

    def add(line: str) -> None:
        request.node.user_properties.append(("told", line))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests told, from every worker."""
    reports = (r for found in terminalreporter.stats.values() for r in found)
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {line}"
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, line in report.user_properties
        if name == "told"
    ]
    if lines:
        terminalreporter.section("told by tests")
        terminalreporter.write_line("\n".join(sorted(lines)))
