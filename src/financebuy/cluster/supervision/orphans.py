"""Processes that a killed supervisor left behind: found, and stopped cleanly.

They are recognised by what they are (program and working directory, or command line), not by
recorded pids: the supervisor may have been killed before it could write one down.
"""

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.processes import ProcessId, pid_alive
from financebuy.cluster.supervision.programs import PROGRAMS, program_arguments
from financebuy.cluster.supervision.stopping import stop_all

_PROGRAM_GRACE_SECONDS = 5.0
_SERVER_GRACE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Orphan:
    """A process of ours without a supervisor."""

    name: str
    identity: ProcessId
    stop_signal: int = signal.SIGTERM
    hard_signal: int = signal.SIGKILL

    def is_alive(self) -> bool:
        """See `Stoppable`."""
        return self.identity.process() is not None

    def send(self, number: int) -> None:
        """See `Stoppable`."""
        process = self.identity.process()
        if process is None:
            return
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return


def find(directory: DataDirectory) -> list[Orphan]:
    """What runs on this data directory. Meant for when nobody supervises it."""
    wanted = ["name", "cwd", "cmdline", "create_time", "ppid"]
    named = {
        process.pid: (name, process.info)
        for process in psutil.process_iter(wanted)
        if (name := _name(process.info, directory)) is not None
    }
    # PostgreSQL's backends are its postmaster's business.
    leaders = {pid: pair for pid, pair in named.items() if pair[1]["ppid"] not in named}
    return [
        _orphan(name, ProcessId(pid, info["create_time"])) for pid, (name, info) in leaders.items()
    ]


def stop(directory: DataDirectory) -> list[str]:
    """Stop them, programs before servers; returns the names of what was stopped."""
    found = find(directory)
    stop_all([each for each in found if each.name in PROGRAMS], _PROGRAM_GRACE_SECONDS)
    stop_all([each for each in found if each.name not in PROGRAMS], _SERVER_GRACE_SECONDS)
    _remove_stale_lock_files(directory)
    return [each.name for each in found]


def _name(info: Mapping[str, Any], directory: DataDirectory) -> str | None:
    if info["name"] == "postgres" and info["cwd"] == str(directory.postgres):
        return "postgres"
    if info["name"] == "valkey-server" and info["cwd"] == str(directory.valkey):
        return "valkey"
    arguments = (info["cmdline"] or [])[1:]
    return next((p for p in PROGRAMS if program_arguments(p, directory.root) == arguments), None)


def _orphan(name: str, identity: ProcessId) -> Orphan:
    if name == "postgres":
        # A fast shutdown, else an immediate one, which leaves a recovery to do.
        return Orphan(name, identity, signal.SIGINT, signal.SIGQUIT)
    return Orphan(name, identity)


def _remove_stale_lock_files(directory: DataDirectory) -> None:
    """Remove lock files whose pid is somebody's who is not ours, at which PostgreSQL would balk.

    That is a stranger, or a killed postmaster that its new parent has not collected yet. Safe,
    because the caller holds the lock of the data directory and nothing of it runs any more.
    A pid that nobody has is left to PostgreSQL, which checks its shared memory as well.
    """
    of_sockets = directory.sockets.glob(".s.PGSQL.*.lock")
    for path in (directory.postgres / "postmaster.pid", *of_sockets):
        pid = _pid_in_file(path)
        if pid is not None and pid_alive(pid) and not find(directory):
            path.unlink()


def _pid_in_file(path: Path) -> int | None:
    try:
        first = path.read_text().partition("\n")[0].strip()
    except OSError:
        return None
    return int(first) if first.isdigit() else None
