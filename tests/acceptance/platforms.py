"""A platform as its user has it: through the command line, in another process."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.supervision.control import Status, read_status

HANG_SECONDS = 300.0
"""Nothing takes this long unless it hangs."""


@dataclass(frozen=True)
class CommandLine:
    """`financebuy` on one data directory."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self._argv(command, options),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=HANG_SECONDS,
            env=self.environment_of_commands(),
        )

    def start(self, command: str, *options: str) -> "subprocess.Popen[str]":
        """Start a command; stdout and stderr come together."""
        return subprocess.Popen(
            self._argv(command, options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment_of_commands(),
        )

    def up(self, *options: str) -> subprocess.CompletedProcess[str]:
        """`financebuy up --detach`, which must succeed."""
        done = self.run("up", "--detach", *options)
        assert done.returncode == 0, done.stderr
        return done

    def printed_status(self) -> dict[str, Any]:
        """`financebuy status -o json`, whatever it finds."""
        done = self.run("status", "-o", "json")
        assert done.returncode in {0, 2, 3}, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def status(self) -> Status:
        """What `financebuy status` knows, without starting a process."""
        return read_status(DataDirectory(self.data))

    def pids(self) -> dict[str, int]:
        """Pid of each service that runs."""
        services = self.status().services
        return {each.name: each.process.pid for each in services if each.process is not None}

    @property
    def supervisor(self) -> int:
        """The supervisor's pid."""
        found = self.status().state.supervisor
        assert found is not None
        return found.pid

    @property
    def api(self) -> str:
        """The API's address."""
        return Endpoints.read(self.data).api_url

    def wait_until_good(self) -> Status:
        """The status, once everything is ready."""
        deadline = time.monotonic() + HANG_SECONDS
        while not (found := self.status()).is_good:
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    def kill_everything(self) -> None:
        """`kill -9` of the supervisor and of every service."""
        for pid in [self.supervisor, *self.pids().values()]:
            kill(pid)

    def _argv(self, command: str, options: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "financebuy", command, "--data", str(self.data), *options]

    def environment_of_commands(self) -> dict[str, str]:
        """This one's settings; those of whoever runs the tests are none of a test's business."""
        kept = {name: value for name, value in os.environ.items() if "FINANCEBUY" not in name}
        return {**kept, **self.environment}


def kill(pid: int) -> None:
    """`kill -9`, and wait until the process is gone."""
    try:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + HANG_SECONDS
        while process.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline, process
            time.sleep(0.01)
    except psutil.NoSuchProcess:  # at any moment: whoever is its parent may have collected it
        return


def api_url(printed: str) -> str:
    """The API's address in what `up` printed."""
    found = re.search(r"http://[\d.]+:\d+", printed)
    assert found is not None, printed
    return found[0]
