"""What `financebuy status` makes of what it finds."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from financebuy.cli import status
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.processes import ProcessId
from financebuy.cluster.state import (
    ApiRecord,
    DatabaseRecord,
    PlatformState,
    ProcessRecord,
    ServiceRecord,
    ServiceState,
)
from financebuy.cluster.supervision.control import MarketClock, Status
from financebuy.cluster.supervision.sealing import Sealing

THIS = ProcessId.of(os.getpid())
ALIVE = ProcessRecord(THIS.pid, THIS.started)


def _status(*, supervised: bool, state: ServiceState, process: ProcessRecord | None) -> Status:
    services = (ServiceRecord("api", state, process, restarts=2, last_exit=-9),)
    found = PlatformState(
        stage="running",
        paper=True,
        database=DatabaseRecord("embedded"),
        api=ApiRecord("::1", 8080),
        cache_socket="/run/valkey.sock",
        services=services,
    )
    return Status(found, supervised, services)


@pytest.mark.parametrize(
    ("supervised", "state", "process", "code"),
    [
        (True, "ready", ALIVE, 0),
        (True, "waiting", None, 2),
        (True, "starting", ALIVE, 2),
        (False, "ready", ALIVE, 2),
        (False, "stopped", None, 3),
    ],
)
def test_the_exit_code_tells_good_from_not_and_from_nothing(
    supervised: bool, state: ServiceState, process: ProcessRecord | None, code: int
) -> None:
    found = _status(supervised=supervised, state=state, process=process)
    assert status._exit_code(found) == code


def test_a_finished_replay_says_how_to_go_on() -> None:
    found = _status(supervised=True, state="ready", process=ALIVE)
    clock = MarketClock("replay", "finished", datetime(2013, 1, 31, 21, tzinfo=UTC), None)
    market = status._record(DataDirectory(Path("/data")), found, clock)["market"]
    assert isinstance(market, dict)
    assert "financebuy up --fresh" in market["how_to_go_on"]


def test_a_program_gets_the_exit_in_words_and_the_api_as_a_url() -> None:
    found = _status(supervised=True, state="ready", process=ALIVE)
    record = status._record(DataDirectory(Path("/data")), found, None)
    assert record["api"] == "http://[::1]:8080"
    services = record["services"]
    assert isinstance(services, list)
    assert services[0]["last_exit"] == "SIGKILL"
    assert services[0]["restarts"] == 2


def test_what_is_not_sealed_is_said() -> None:
    since = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert Sealing(10, 0, None, 0, None).sentence == "10 rows sealed"
    assert Sealing(10, 3, since, 2, None).sentence == (
        "10 rows sealed, 3 not yet, 2 heads not copied"
    )
    assert Sealing(10, 3, since, 0, "another server").sentence == "STOPPED: another server"
