"""`financebuy up`, down, status and logs, as a user has them."""

import json
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from financebuy.cluster.state import ServiceRecord
from tests.acceptance.platforms import HANG_SECONDS, CommandLine, api_url, kill

pytestmark = pytest.mark.embedded
SERVICES = {"postgres", "valkey", "worker", "api", "market"}


@pytest.fixture(scope="module")
def shared() -> Iterator[CommandLine]:
    """One platform for this file: starting on existing data is quick."""
    parent = Path(tempfile.mkdtemp(prefix="financebuy-test-"))
    parent.chmod(0o755)
    command_line = CommandLine(parent / "data")
    try:
        yield command_line
    finally:
        command_line.run("down")
        shutil.rmtree(parent)


@pytest.fixture
def platform(shared: CommandLine) -> CommandLine:
    """It runs and is well, whatever the test before has done to it."""
    if not shared.data.exists() or not shared.status().supervised:
        shared.up()
    shared.wait_until_good()
    return shared


def _service(platform: CommandLine, name: str) -> ServiceRecord:
    return next(each for each in platform.status().services if each.name == name)


def _ready(url: str) -> int:
    return httpx.get(f"{url}/readyz", timeout=HANG_SECONDS).status_code


def test_everything_is_ready_and_said_when_up_returns(shared: CommandLine) -> None:
    printed = shared.up().stdout
    assert _ready(api_url(printed)) == 200
    found = shared.printed_status()
    assert found["good"]
    assert found["api"] == api_url(printed)
    assert {each["name"] for each in found["services"]} == SERVICES
    assert {each["state"] for each in found["services"]} == {"ready"}
    assert "paper platform" in printed
    assert max(map(len, printed.replace(str(shared.data), "").splitlines())) <= 80
    demo = (shared.data / "secrets" / "demo.json").read_text()
    for line in printed.splitlines():
        if line.strip().startswith(("key ", "secret ")):
            assert line.split()[1] in demo


def test_the_doctor_finds_nothing_wrong_with_what_up_made(
    platform: CommandLine, tell: Callable[[str], None]
) -> None:
    done = platform.run("doctor", "-o", "json")
    found = json.loads(done.stdout)
    wrong = {each["id"]: each for each in found["checks"] if each["verdict"] != "pass"}
    assert wrong == {}
    assert (done.returncode, found["good"]) == (0, True)
    tell(f"{len(found['checks'])} checks in {found['seconds']:.2f} s")


def test_a_second_platform_on_the_same_data_is_refused(platform: CommandLine) -> None:
    before = platform.pids()
    done = platform.run("up")
    assert done.returncode == 1
    assert "already runs" in done.stderr
    assert platform.pids() == before


def test_a_port_that_is_taken_is_avoided_and_the_new_one_remembered(
    platform: CommandLine,
) -> None:
    old = platform.api
    platform.run("down")
    with socket.create_server(("127.0.0.1", int(old.rpartition(":")[2]))):
        new = api_url(platform.up().stdout)
    assert new != old
    platform.run("down")
    assert api_url(platform.up().stdout) == new


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_that_is_killed_is_started_again(platform: CommandLine, name: str) -> None:
    killed = _service(platform, name)
    assert killed.process is not None
    kill(killed.process.pid)
    while (service := _service(platform, name)).restarts == killed.restarts:
        time.sleep(0.05)
    platform.wait_until_good()
    assert service.last_exit == -signal.SIGKILL
    assert f"{name} ended (SIGKILL)" in platform.run("logs", "supervisor").stdout
    assert _ready(platform.api) == 200


def test_a_killed_supervisor_is_noticed_and_replaced(platform: CommandLine) -> None:
    demo = platform.data / "secrets" / "demo.json"
    credentials, pids, api = demo.read_text(), platform.pids(), platform.api
    kill(platform.supervisor)
    assert platform.run("status").returncode == 2
    assert platform.pids() == pids

    done = platform.up()
    assert "killed supervisor" in done.stderr
    assert set(platform.pids().values()).isdisjoint(pids.values())
    assert platform.api == api
    assert demo.read_text() == credentials


def test_down_stops_what_a_killed_supervisor_left(platform: CommandLine) -> None:
    kill(platform.supervisor)
    done = platform.run("down")
    assert done.returncode == 0
    assert platform.run("status").returncode == 3
    assert platform.pids() == {}


def test_after_kill_9_of_everything_up_recovers(platform: CommandLine) -> None:
    platform.kill_everything()
    assert platform.run("status").returncode == 3
    assert _ready(api_url(platform.up().stdout)) == 200


def test_down_and_down_again(platform: CommandLine) -> None:
    assert platform.run("down").returncode == 0
    assert platform.run("status").returncode == 3
    assert platform.run("down").returncode == 0


def test_ctrl_c_stops_the_foreground_cleanly(shared: CommandLine) -> None:
    shared.run("down")
    with shared.start("up") as running:
        assert running.stdout is not None
        lines = iter(running.stdout.readline, "")
        assert any("Stop: Ctrl-C" in line for line in lines)
        running.send_signal(signal.SIGINT)
        assert running.wait(HANG_SECONDS) == 0
    services = shared.status().services
    assert {(each.state, each.last_exit) for each in services} == {("stopped", 0)}


def test_interrupted_while_starting_it_leaves_nothing_running(shared: CommandLine) -> None:
    shared.run("down")
    with shared.start("up") as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("database")
        running.send_signal(signal.SIGINT)
        assert running.wait(HANG_SECONDS) == 130
    assert shared.pids() == {}


def test_fresh_asks_before_it_deletes(shared: CommandLine) -> None:
    shared.run("down")
    secret = shared.data / "secrets" / "identity_key"
    before = secret.read_text()
    done = shared.run("up", "--fresh")
    assert done.returncode == 1
    assert f"delete the platform in {shared.data}: its database" in done.stderr
    assert secret.read_text() == before

    shared.up("--fresh", "--yes")
    assert secret.read_text() != before


def test_newer_data_is_refused(shared: CommandLine) -> None:
    shared.run("down")
    version = shared.data / "VERSION"
    before = version.read_text()
    version.write_text("999\n")
    try:
        done = shared.run("up")
    finally:
        version.write_text(before)
    assert done.returncode == 1
    assert "newer version" in done.stderr
