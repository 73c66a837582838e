"""The supervisor, with a real child and no servers."""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from financebuy.cluster.accounts import current
from financebuy.cluster.errors import ServerFailedError, StartInterruptedError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.state import ApiRecord, DatabaseRecord, PlatformState
from financebuy.cluster.supervision.service import ServiceSpec
from financebuy.cluster.supervision.stop_request import StopRequest
from financebuy.cluster.supervision.supervisor import Supervisor

STATE = PlatformState("starting", False, DatabaseRecord("embedded"), ApiRecord("", 0), "")


class Watched:
    """A supervisor of what a test starts."""

    def __init__(self, root: Path) -> None:
        self.directory = DataDirectory(root)
        self.directory.create(current())
        self.told: list[str] = []
        self.stop_request = StopRequest()
        self.supervisor = Supervisor(
            self.directory, current(), self.stop_request, STATE, [], self.told.append
        )

    def spec(self, script: str, *, ready: bool = True) -> ServiceSpec:
        return ServiceSpec(
            name="child",
            argv=[sys.executable, "-c", script],
            account=current(),
            cwd=self.directory.run,
            log=self.directory.log("child"),
            is_ready=lambda _pid: ready,
        )

    def written(self) -> PlatformState:
        state = PlatformState.read(self.directory.state_file)
        assert state is not None
        return state

    def after(self, seconds: float, number: int) -> None:
        threading.Timer(seconds, os.kill, (os.getpid(), number)).start()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    found = Watched(tmp_path / "data")
    with found.stop_request:
        yield found
        found.supervisor.stop()
    assert not any(each.is_alive() for each in found.supervisor.services)


def test_a_signal_ends_the_watch_and_the_state_tells_all_along(watched: Watched) -> None:
    supervisor = watched.supervisor
    supervisor.wait(supervisor.launch(watched.spec("import time; time.sleep(600)")))
    assert watched.written().stage == "starting"
    watched.after(0.3, signal.SIGTERM)
    supervisor.watch()
    assert watched.written().stage == "running"
    supervisor.stop()
    stopped = watched.written()
    assert stopped.stage == "stopped"
    assert stopped.services[0].last_exit == -signal.SIGTERM


def test_what_ends_is_told_and_started_again(watched: Watched) -> None:
    supervisor = watched.supervisor
    service = supervisor.launch(watched.spec("import time; time.sleep(600)"))
    supervisor.wait(service)
    service.send(signal.SIGKILL)
    watched.after(1.5, signal.SIGINT)
    supervisor.watch()
    assert watched.told == [
        "child ended (SIGKILL), will start again",
        "child is ready again (restarts: 1)",
    ]


def test_a_lost_disk_does_not_end_what_runs(watched: Watched) -> None:
    supervisor = watched.supervisor
    service = supervisor.launch(watched.spec("import time; time.sleep(600)"))
    supervisor.wait(service)
    shutil.rmtree(watched.directory.root)
    watched.after(0.6, signal.SIGTERM)
    supervisor.watch()
    assert service.is_alive()
    assert len([text for text in watched.told if "cannot keep state" in text]) == 1
    supervisor.stop()
    assert not service.is_alive()


def test_a_service_that_ends_at_its_start_shows_its_last_words(watched: Watched) -> None:
    script = "print('the reason'); raise SystemExit(1)"
    service = watched.supervisor.launch(watched.spec(script, ready=False))
    with pytest.raises(ServerFailedError, match="the reason"):
        watched.supervisor.wait(service)


def test_a_signal_ends_the_wait_for_readiness(watched: Watched) -> None:
    script = "import time; time.sleep(600)"
    service = watched.supervisor.launch(watched.spec(script, ready=False))
    began = time.monotonic()
    watched.after(0.2, signal.SIGINT)
    with pytest.raises(StartInterruptedError):
        watched.supervisor.wait(service)
    assert time.monotonic() - began < 30
