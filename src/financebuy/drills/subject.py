"""The platform under test: started as a user starts it, killed as an accident kills it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import psutil
import psycopg

from financebuy.cluster import ports
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.state import PlatformState
from financebuy.cluster.supervision.control import Status, read_status
from financebuy.cluster.supervision.readiness import answers
from financebuy.errors import FinanceBuyError
from financebuy.sql import load

_UP_SECONDS = 120.0
_RECOVERY_SECONDS = 120.0
_DOWN_SECONDS = 60.0
_POLL_SECONDS = 0.02
# Below the ports of outgoing connections: there a client that knocks at a dead server's port may
# be given that very port, and talk to itself.
_PORTS = range(20_000, 30_000)


class Victim(StrEnum):
    """What a round kills."""

    POSTGRES = "postgres"
    API = "api"
    MARKET = "market"
    SUPERVISOR = "supervisor"
    EVERYTHING = "everything"


class NoRecoveryError(FinanceBuyError):
    """The platform did not come back."""

    exit_code = 2


class NothingToKillError(FinanceBuyError):
    """The victim does not run, so nothing can be learned from killing it."""

    exit_code = 3


class Subject:
    """A fresh platform on a data directory of its own."""

    def __init__(self, data: Path, settings: Mapping[str, str]) -> None:
        """`settings` are variables of the environment, as `FINANCEBUY_…`."""
        self.data = data
        self._environment = {
            **{name: value for name, value in os.environ.items() if not _is_ours(name)},
            "FINANCEBUY_POSTGRES_PORT": str(_port()),
            "FINANCEBUY_API_PORT": str(_port()),
            **settings,
        }

    @property
    def endpoints(self) -> Endpoints:
        """Where it is."""
        return Endpoints.read(self.data)

    def up(self) -> None:
        """`financebuy up --detach`. Raises `NoRecoveryError`, with what it said."""
        try:
            done = self._run("up", "--detach", "--yes", seconds=_UP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise NoRecoveryError(f"`financebuy up` took more than {error.timeout} s") from error
        if done.returncode != 0:
            raise NoRecoveryError(f"`financebuy up` failed ({done.returncode}): {done.stdout}")

    def break_promise(self) -> None:
        """Let the database acknowledge commits before they are written: a kill then loses some."""
        queries = load("drills")
        with psycopg.connect(self.endpoints.admin_url, autocommit=True) as connection:
            connection.execute(queries.acknowledge_before_writing)
            connection.execute(queries.write_late)
            connection.execute(queries.reload)

    def down(self) -> None:
        """`financebuy down`; nothing if it does not run."""
        if self.data.exists():
            self._run("down", seconds=_DOWN_SECONDS)

    def kill(self, victim: Victim, chance: random.Random) -> Callable[[], bool]:
        """SIGKILL the victim. Returns a check whether the platform has come back by itself.

        Raises `NothingToKillError`, as for a market whose replay has ended.
        """
        before = self._state()
        targets = list(_processes(before, victim, chance))
        if not targets:
            raise NothingToKillError(f"no process of {victim} runs")
        for process in targets:
            _kill(process)
        psutil.wait_procs(targets, timeout=5)
        return lambda: self._has_replaced(victim, before)

    def recover(self, victim: Victim, is_back: Callable[[], bool]) -> None:
        """Wait for the supervisor to do its work; start it again where it was killed itself."""
        if victim in {Victim.SUPERVISOR, Victim.EVERYTHING}:
            self.up()
            return
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while not is_back():
            if time.monotonic() > deadline:
                raise NoRecoveryError(f"{victim} is not back after {_RECOVERY_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def is_ready(self) -> bool:
        """Whether every service is ready and the API says so too."""
        api = self._state().api
        return self._status().is_good and answers(api)

    def _has_replaced(self, victim: Victim, before: PlatformState) -> bool:
        now = {each.name: each.process for each in self._status().services}
        old = {each.name: each.process for each in before.services}
        return now[victim] not in {None, old[victim]} and self.is_ready()

    def _state(self) -> PlatformState:
        return self.endpoints.state

    def _status(self) -> Status:
        return read_status(DataDirectory(self.data))

    def _run(self, *arguments: str, seconds: float) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-P", "-m", "financebuy", *arguments, "--data", str(self.data)],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )


def _is_ours(name: str) -> bool:
    return name.startswith("FINANCEBUY_")


def _port() -> int:
    start = random.choice(_PORTS)  # noqa: S311 (nobody has to guess it)
    return next(port for port in range(start, _PORTS.stop) if ports.is_free(port))


def _processes(
    state: PlatformState, victim: Victim, chance: random.Random
) -> Iterator[psutil.Process]:
    """The processes to kill, in this order."""
    if victim in {Victim.SUPERVISOR, Victim.EVERYTHING} and state.supervisor is not None:
        # First, or it would begin to restart the others.
        yield from filter(None, [state.supervisor.identity.process()])
    for service in state.services:
        process = service.process.identity.process() if service.process is not None else None
        if process is None or victim not in {service.name, Victim.EVERYTHING}:
            continue
        # A postmaster dies alone (its backends then notice), or its whole family with it.
        family = victim is Victim.EVERYTHING or chance.random() < 0.5
        children = process.children(recursive=True) if family else []
        yield process
        yield from children


def _kill(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return
