"""Starting programs with a clean environment, and telling a process from another of its pid."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import ServerFailedError

# PG*, PYTHON*, LD_*, LC_* and proxies of the user's shell must not reach a server.
CLEAN_ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
}


@dataclass(frozen=True, slots=True)
class ProcessId:
    """A pid together with its start time, since pids are used again."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "ProcessId":
        """Raises `psutil.NoSuchProcess` when there is none."""
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process if it still runs; a zombie does not."""
        try:
            process = psutil.Process(self.pid)
            # The clock's tick is 10 ms; a pid does not come round again within one.
            same = abs(process.create_time() - self.started) < 0.05
            running = same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if running else None


def run(argv: Sequence[str | Path], account: Account, timeout: float = 120) -> str:
    """Run a program to its end as `account` and return its output.

    Raises `ServerFailedError` with that output when it fails.
    """
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            cwd="/",
            env=dict(CLEAN_ENVIRONMENT),
            check=False,
            **account.switch,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServerFailedError(f"{argv[0]} does not run as {account.name}: {error}") from error
    if done.returncode != 0:
        raise ServerFailedError(f"{Path(argv[0]).name} failed: {done.stdout.strip()}")
    return done.stdout


def start(
    argv: Sequence[str | Path],
    account: Account,
    *,
    output: int,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own; stdout and stderr go to `output`.

    Its own session keeps a Ctrl-C in the terminal from reaching it: the supervisor decides the
    order in which servers stop.
    """
    try:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env={**CLEAN_ENVIRONMENT, "HOME": str(cwd), **(environment or {})},
            start_new_session=True,
            umask=0o077,
            **account.switch,
        )
    except OSError as error:
        raise ServerFailedError(f"{argv[0]} does not start as {account.name}: {error}") from error


def can_run(argv: Sequence[str | Path], account: Account) -> bool:
    """Whether `account` can run this program to a good end."""
    try:
        run(argv, account, timeout=60)
    except ServerFailedError:
        return False
    return True


def can_enter(directory: Path, account: Account) -> bool:
    """Whether `account` gets through to this directory and into it."""
    return account.is_self or can_run(["test", "-x", directory], account)


def pid_alive(pid: int) -> bool:
    """Whether any process has this pid."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
