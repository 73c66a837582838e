"""Looking at a platform, and stopping it, from another process than its supervisor."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from signal import SIGTERM

import psutil
import psycopg

from financebuy.cluster import accounts
from financebuy.cluster.endpoints import MONITOR, Endpoints
from financebuy.cluster.errors import ClusterError, NotRunningError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.processes import ProcessId
from financebuy.cluster.state import PlatformState, ServiceRecord
from financebuy.cluster.supervision import orphans
from financebuy.cluster.supervision.lock import locked
from financebuy.sql import load

_STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MarketClock:
    """Where the market is."""

    mode: str
    phase: str
    time: datetime | None
    session: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """How a platform is: what was written down, checked against what really runs."""

    state: PlatformState
    supervised: bool
    services: tuple[ServiceRecord, ...]

    @property
    def is_running(self) -> bool:
        """Whether anything runs at all."""
        return self.supervised or any(each.process is not None for each in self.services)

    @property
    def is_good(self) -> bool:
        """Whether a supervisor watches, and everything is ready."""
        states = {each.state for each in self.services}
        return self.supervised and self.state.stage == "running" and states == {"ready"}


def read_status(directory: DataDirectory) -> Status:
    """Raises `NotRunningError` when no platform was ever started in `directory`."""
    state = Endpoints.read(directory.root).state
    supervisor = state.supervisor
    supervised = supervisor is not None and supervisor.identity.process() is not None
    return Status(state, supervised, tuple(_checked(state)))


def _checked(state: PlatformState) -> Iterator[ServiceRecord]:
    for service in state.services:
        process = service.process
        if process is not None and process.identity.process() is None:
            yield ServiceRecord(service.name, "stopped", restarts=service.restarts)
        else:
            yield service


def market_clock(directory: DataDirectory) -> MarketClock | None:
    """The market's clock, or None when the database cannot be asked or has no market."""
    try:
        url = Endpoints.read(directory.root).database_url(MONITOR)
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(load("cluster").market_clock).fetchone()
    except (psycopg.Error, ClusterError):
        return None
    return None if row is None else MarketClock(*row)


def stop_platform(directory: DataDirectory) -> list[str]:
    """Stop the platform, supervised or not; returns the names of what was stopped.

    Raises `NotRunningError` when nothing runs.
    """
    status = read_status(directory)
    supervisor = status.state.supervisor
    process = supervisor.identity.process() if supervisor is not None else None
    if supervisor is not None and process is not None:
        _ask_to_stop(supervisor.identity, process)
        return [each.name for each in status.services]
    with locked(directory, accounts.for_servers()):
        stopped = orphans.stop(directory)
    if not stopped:
        raise NotRunningError(f"nothing runs on {directory.root}")
    return stopped


def _ask_to_stop(identity: ProcessId, supervisor: psutil.Process) -> None:
    try:
        supervisor.send_signal(SIGTERM)
    except psutil.AccessDenied:
        owner = supervisor.username()
        raise ClusterError(f"the platform belongs to {owner}: stop it as {owner}") from None
    except psutil.NoSuchProcess:
        return
    deadline = time.monotonic() + _STOP_SECONDS
    while identity.process() is not None:
        if time.monotonic() > deadline:
            raise ClusterError(f"the supervisor (pid {supervisor.pid}) does not stop")
        time.sleep(0.02)
