"""A database with the shipped history, loaded once; each test replays it on a copy of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Database, clone
from tests.support.replay import Replay, replay_on


@pytest.fixture(scope="session")
def history(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """What the worker makes of an empty database; nobody connects to it afterwards."""
    with clone(template) as database:
        with replay_on(database, tmp_path_factory.mktemp("worker") / "data") as replay:
            replay.start("worker")
            replay.until(
                lambda: replay.world.value("select count(*) from process_heartbeats"), "the data"
            )
            assert replay.stop("worker") == 0
            replay.world.admin.execute("update market_control set paused = true")
        yield database


@pytest.fixture
def replay(history: Database, tmp_path: Path) -> Iterator[Replay]:
    """A paused market on the evening of 2012-05-31, with a worker."""
    with clone(history) as database, replay_on(database, tmp_path / "data") as running:
        running.start("worker")
        running.start("market")
        running.begin()
        yield running
