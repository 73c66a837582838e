"""One supervised process: started, watched, started again with a growing pause."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.files import open_log
from financebuy.cluster.processes import ProcessId, start
from financebuy.cluster.state import ProcessRecord, ServiceRecord, ServiceState

_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_PROBE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """What to run, as whom, how to tell that it is ready, and how to stop it."""

    name: str
    argv: Sequence[str | Path]
    account: Account
    cwd: Path
    log: Path
    is_ready: Callable[[int], bool]
    """Given its pid."""
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: int = SIGTERM
    hard_signal: int = SIGKILL
    start_seconds: float = 60.0
    """How long it may take to become ready when the platform starts."""
    poll_seconds: float = 0.02
    """How often to look meanwhile."""


def pause_before_restart(failures: int) -> float:
    """Seconds to wait after the n-th failure in a row (from 1): 0.5, 1, 2 … 30."""
    doublings = min(failures - 1, 10)
    return min(_FIRST_PAUSE_SECONDS * (1 << doublings), _LONGEST_PAUSE_SECONDS)


class Service:
    """A `ServiceSpec` at work. Times are seconds since 1970."""

    def __init__(self, spec: ServiceSpec) -> None:
        self.spec = spec
        self._child: subprocess.Popen[bytes] | None = None
        self._identity: ProcessId | None = None
        self._state: ServiceState = "stopped"
        self._since = time.time()
        self._restarts = 0
        self._failures = 0
        self._last_exit: int | None = None
        self._due = 0.0

    @property
    def state(self) -> ServiceState:
        """Where it stands."""
        return self._state

    @property
    def stop_signal(self) -> int:
        """See `Stoppable`."""
        return self.spec.stop_signal

    @property
    def hard_signal(self) -> int:
        """See `Stoppable`."""
        return self.spec.hard_signal

    @property
    def last_exit(self) -> int | None:
        """Exit code of its last end, negative for a signal."""
        return self._last_exit

    def record(self) -> ServiceRecord:
        """What `platform.json` says of it."""
        identity = self._identity
        process = None if identity is None else ProcessRecord(identity.pid, identity.started)
        return ServiceRecord(
            name=self.spec.name,
            state=self._state,
            process=process,
            since=self._since,
            restarts=self._restarts,
            last_exit=self._last_exit,
        )

    def start(self) -> None:
        """Start the process. Raises `ServerFailedError` when the program cannot be run."""
        output = open_log(self.spec.log)
        try:
            self._child = start(
                self.spec.argv,
                self.spec.account,
                output=output,
                cwd=self.spec.cwd,
                environment=self.spec.environment,
            )
        finally:
            os.close(output)
        # Until it is waited for, a child that has ended keeps its pid, so this finds it.
        self._identity = ProcessId.of(self._child.pid)
        self._enter("starting")

    def is_alive(self) -> bool:
        """See `Stoppable`."""
        return self._child is not None and self._child.poll() is None

    def send(self, number: int) -> None:
        """See `Stoppable`."""
        if self._child is not None:
            self._child.send_signal(number)

    def tick(self, now: float) -> None:
        """Notice what has happened since the last tick, and do what is due."""
        if self._state == "waiting" and now >= self._due:
            self._restart(now)
        elif self._state in {"starting", "ready"} and not self.is_alive():
            self._ended(now)
        elif self._state == "starting" and now >= self._due:
            self._due = now + _PROBE_SECONDS
            self.probe()
        elif self._state == "ready" and self._failures and now - self._since > _STEADY_SECONDS:
            self._failures = 0

    def probe(self) -> bool:
        """Whether it is ready now; remembers it."""
        if self._child is None or not self.spec.is_ready(self._child.pid):
            return False
        self._enter("ready")
        return True

    def mark_stopped(self) -> None:
        """After it was stopped on purpose."""
        self._last_exit = None if self._child is None else self._child.poll()
        self._child = self._identity = None
        self._enter("stopped")

    def _restart(self, now: float) -> None:
        self._restarts += 1
        try:
            self.start()
        except (ServerFailedError, OSError):
            # The program has gone, as an update may be replacing it, or its log cannot be opened.
            self._wait_after_failure(now)

    def _ended(self, now: float) -> None:
        assert self._child is not None  # noqa: S101 (it was started to be in this state)
        self._last_exit = self._child.returncode
        self._child = self._identity = None
        self._wait_after_failure(now)

    def _wait_after_failure(self, now: float) -> None:
        self._failures += 1
        self._due = now + pause_before_restart(self._failures)
        self._enter("waiting")

    def _enter(self, state: ServiceState) -> None:
        self._state = state
        self._since = time.time()
