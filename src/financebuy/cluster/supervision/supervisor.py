"""The supervisor: starts services in order, restarts what dies, stops all of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.state import PlatformState, ServiceRecord, Stage, describe_exit
from financebuy.cluster.supervision.programs import PROGRAMS
from financebuy.cluster.supervision.rotation import rotate
from financebuy.cluster.supervision.service import Service, ServiceSpec
from financebuy.cluster.supervision.stop_request import StopRequest
from financebuy.cluster.supervision.stopping import stop_all

# Together with a probe that is under way, and the last wait, this stays below ten seconds.
_STOP_SECONDS = 8.0
_PROGRAM_GRACE_SECONDS = 3.5
_SERVER_GRACE_SECONDS = 2.0

_TICK_SECONDS = 0.25
_ROTATION_SECONDS = 5.0
_TAIL_LINES = 12


@dataclass(slots=True)
class Supervisor:
    """Everything that runs on one data directory. `state` is what `platform.json` says."""

    directory: DataDirectory
    account: Account
    """Who may read the state: whom the programs run as."""
    stop_request: StopRequest
    state: PlatformState
    services: list[Service]
    tell: Callable[[str], None]
    """Hears of every service that ends, and of its new start."""
    chores: list[Callable[[], None]] = field(default_factory=list)
    """What is done every few seconds besides."""
    trouble: str = ""
    """The last trouble with files that was told."""

    def launch(self, spec: ServiceSpec) -> Service:
        """Start a service; `wait` says when it is ready."""
        service = Service(spec)
        # Before it starts, so that it is stopped whatever happens next.
        self.services.append(service)
        service.start()
        self.publish("starting")
        return service

    def wait(self, service: Service) -> None:
        """Wait until a service is ready.

        Raises `ServerFailedError`, with the end of its log, when it ends or stays silent, and
        `StartInterruptedError` when the user stops the platform meanwhile.
        """
        spec = service.spec
        deadline = time.monotonic() + spec.start_seconds
        while not service.probe():
            self.stop_request.raise_if_requested()
            if not service.is_alive() or time.monotonic() > deadline:
                raise ServerFailedError(
                    f"{spec.name} did not start; the end of {spec.log}:\n{_tail(spec.log)}"
                )
            time.sleep(spec.poll_seconds)

    def watch(self) -> None:
        """Restart what dies and rotate the logs, until a signal asks to stop.

        A full disk must not end what it does not have to end, so trouble with files is told only.
        """
        rotation_due = 0.0
        while not self.stop_request.requested:
            with self._telling_of_trouble():
                self._tick()
                if time.monotonic() >= rotation_due:
                    rotation_due = time.monotonic() + _ROTATION_SECONDS
                    # Before the logs are rotated: one of the chores reads them.
                    for chore in self.chores:
                        chore()
                    self._rotate()
            self.stop_request.wait(_TICK_SECONDS)

    def stop(self) -> None:
        """Stop everything within ten seconds, the programs before the servers they use."""
        with self._telling_of_trouble():
            self.publish("stopping")
        programs = [each for each in self.services if each.spec.name in PROGRAMS]
        servers = [each for each in self.services if each.spec.name not in PROGRAMS]
        deadline = time.monotonic() + _STOP_SECONDS
        stop_all(programs, _PROGRAM_GRACE_SECONDS)
        # What the programs left over is PostgreSQL's: its last checkpoint writes all at once.
        stop_all(servers, max(_SERVER_GRACE_SECONDS, deadline - time.monotonic()))
        for service in self.services:
            service.mark_stopped()
        self.state = msgspec.structs.replace(self.state, supervisor=None)
        with self._telling_of_trouble():
            self.publish("stopped")

    def publish(self, stage: Stage) -> None:
        """Write the state file, if there is anything new to say."""
        services = tuple(service.record() for service in self.services)
        changed = msgspec.structs.replace(self.state, stage=stage, services=services)
        if changed == self.state and self.directory.state_file.exists():
            return
        changed = msgspec.structs.replace(changed, updated=time.time())
        changed.write(self.directory.state_file, self.account)
        self.state = changed

    @contextmanager
    def _telling_of_trouble(self) -> Iterator[None]:
        """Go on after trouble with files, and tell of it once."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            if reason != self.trouble:
                self.trouble = reason
                self.tell(f"cannot keep state or logs: {reason}")

    def _tick(self) -> None:
        for service in self.services:
            if self.stop_request.requested:
                return
            before = service.record()
            service.tick(time.time())
            self._tell_change(before, service.record())
        self.publish("running")

    def _tell_change(self, before: ServiceRecord, after: ServiceRecord) -> None:
        if after.state == before.state:
            return
        if after.state == "waiting":
            self.tell(f"{after.name} ended ({describe_exit(after.last_exit)}), will start again")
        elif after.state == "ready":
            self.tell(f"{after.name} is ready again (restarts: {after.restarts})")

    def _rotate(self) -> None:
        for service in self.services:
            rotate(service.spec.log)
        rotate(self.directory.log("supervisor"))


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:])
