"""`platform.json`: what runs, where it listens, and how it has fared.

The supervisor writes it, everything else reads it. It also remembers the ports, so that a
platform comes back where it was.
"""

import signal
import time
from pathlib import Path
from typing import Literal

import msgspec

from financebuy.cluster.accounts import Account
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.files import write_file
from financebuy.cluster.processes import ProcessId

Stage = Literal["starting", "running", "stopping", "stopped"]
ServiceState = Literal["starting", "ready", "waiting", "stopped"]


class ProcessRecord(msgspec.Struct, frozen=True):
    """A pid and the start of its process in seconds since 1970."""

    pid: int
    started: float

    @property
    def identity(self) -> ProcessId:
        """The same, able to say whether it still runs."""
        return ProcessId(self.pid, self.started)


class ServiceRecord(msgspec.Struct, frozen=True):
    """One supervised process. `last_exit` is an exit code, negative for a signal."""

    name: str
    state: ServiceState
    process: ProcessRecord | None = None
    since: float = 0.0
    restarts: int = 0
    last_exit: int | None = None


def describe_exit(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "still running"
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


class DatabaseRecord(msgspec.Struct, frozen=True):
    """Where PostgreSQL is. An external one's address is a secret (`database_url`)."""

    kind: Literal["embedded", "external"]
    name: str = "financebuy"
    host: str = "127.0.0.1"
    port: int = 5432
    sockets: str = ""


class ApiRecord(msgspec.Struct, frozen=True):
    """Where the API listens, and whether it speaks TLS."""

    host: str
    port: int
    tls: bool = False

    @property
    def reachable_host(self) -> str:
        """Where this machine reaches it: nobody can call the address that means all of them."""
        # Compared with, not bound to.
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # nosec


class PlatformState(msgspec.Struct, frozen=True):
    """The whole file."""

    stage: Stage
    paper: bool
    database: DatabaseRecord
    api: ApiRecord
    cache_socket: str
    supervisor: ProcessRecord | None = None
    services: tuple[ServiceRecord, ...] = ()
    notes: tuple[str, ...] = ()
    updated: float = msgspec.field(default_factory=time.time)

    @classmethod
    def read(cls, path: Path) -> "PlatformState | None":
        """The state, or None when there is none yet. Raises `ClusterError` if it is unreadable."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise ClusterError(f"cannot read {path}: {error}") from error

    def write(self, path: Path, account: Account) -> None:
        """Replace the file in one step."""
        text = msgspec.json.format(msgspec.json.encode(self), indent=2)
        write_file(path, text + b"\n", account)
