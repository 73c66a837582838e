"""A PostgreSQL that lives as long as a test or a drill, in a directory of its own."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from financebuy.cluster import accounts, ports
from financebuy.cluster.binaries import Programs, postgres_programs
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.files import make_directory, open_log, write_file
from financebuy.cluster.postgres import SUPERUSER, PostgresFiles
from financebuy.cluster.processes import run, start

_ACCESS = """
local all all scram-sha-256
local replication all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
"""

_DEFAULTS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "shared_preload_libraries": "pg_stat_statements",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] %e %q%u@%d %h %a ",
}

_UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_HANG_SECONDS = 60.0
# Each server has a directory of its own in it.
_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108
_ROOM = 4 * 1024**3


class ThrowawayServer:
    """A running PostgreSQL of one's own. `password` is the superuser's."""

    def __init__(
        self, files: PostgresFiles, log: Path, password: str, settings: Mapping[str, str]
    ) -> None:
        self._files = files
        self._log = log
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.password = password
        self.socket_dir = files.sockets
        self.port = files.port
        self.url = self.url_for(SUPERUSER, password)
        """The superuser's URL, by unix socket, to the database `postgres`."""

    def url_for(self, user: str, password: str, database: str = "postgres") -> str:
        """URL of any role and database of this server, by unix socket."""
        return f"postgresql://{user}:{password}@/{database}?host={self.socket_dir}&port={self.port}"

    @property
    def pid(self) -> int:
        """The postmaster's pid. Raises `ServerFailedError` when it does not run."""
        if self._process is None:
            raise ServerFailedError("this server is stopped")
        return self._process.pid

    def start(self) -> None:
        """Start it (again) and wait until it accepts connections."""
        output = open_log(self._log)
        argv = self._files.argv()
        try:
            process = start(argv, self._files.account, output=output, cwd=self._files.data)
        finally:
            os.close(output)
        self._process = process
        deadline = time.monotonic() + _HANG_SECONDS
        while not self._files.is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServerFailedError(f"PostgreSQL did not start:\n{self._log.read_text()}")
            time.sleep(0.01)

    def follow(self, primary: "ThrowawayServer") -> None:
        """Become a standby of `primary`, which runs; to be called while this one is stopped.

        The primary keeps the log that this one has not had yet, whatever checkpoints it writes.
        """
        shutil.rmtree(self._files.data)
        secret = self.socket_dir / "primary.pass"
        write_file(secret, f"*:*:*:{SUPERUSER}:{primary.password}\n", self._files.account)
        source = f"host={primary.socket_dir} port={primary.port} user={SUPERUSER} passfile={secret}"
        tool = self._files.programs.tool("pg_basebackup")
        run(
            [tool, "--pgdata", self._files.data, "--dbname", source, "--write-recovery-conf",
             "--create-slot", "--slot", f"standby_{secrets.token_hex(4)}", "--checkpoint", "fast",
             "--no-sync"],
            self._files.account,
        )  # fmt: skip
        self._files.configure(self._settings, _ACCESS)
        self.password = primary.password
        self.url = self.url_for(SUPERUSER, self.password)

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop it by a signal: SIGINT is a fast shutdown, SIGQUIT leaves recovery to do."""
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(_HANG_SECONDS)
        finally:
            self._process = None

    def kill(self) -> None:
        """`kill -9` of the postmaster; its backends notice and end. `start` recovers."""
        self.stop(signal.SIGKILL)


@contextmanager
def throwaway_server(
    directory: Path | None = None,
    *,
    fsync: bool = False,
    settings: Mapping[str, str] | None = None,
    programs: Programs | None = None,
) -> Iterator[ThrowawayServer]:
    """A fresh PostgreSQL in `directory` (default: a temporary one), stopped and deleted at the end.

    Under root the servers' account must be able to reach `directory`, which rules out
    pytest's `tmp_path`. With `fsync` off it starts faster and a power failure loses data; the
    temporary directory is in memory then, where there is room. `programs` are PostgreSQL's, when
    not the wheel's.
    """
    home = _temporary(in_memory=not fsync) if directory is None else directory
    server = _prepare(home, fsync, settings or {}, programs)
    try:
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)
        shutil.rmtree(home)


def _temporary(*, in_memory: bool) -> Path:
    # A copied database is 20 MB of small files: a disk's cache soon takes ten times as long.
    parent = _MEMORY if in_memory and _has_room(_MEMORY) else None
    return Path(tempfile.mkdtemp(prefix="financebuy-", dir=parent))


def _has_room(place: Path) -> bool:
    if not os.access(place, os.W_OK) or os.statvfs(place).f_flag & os.ST_NOEXEC:
        return False
    return min(shutil.disk_usage(place).free, psutil.virtual_memory().available) >= _ROOM


def _prepare(
    home: Path, fsync: bool, settings: Mapping[str, str], programs: Programs | None
) -> ThrowawayServer:
    account = accounts.for_servers()
    make_directory(home, account)
    files = PostgresFiles(
        programs=programs or postgres_programs(account, home),
        account=account,
        data=home / "postgres",
        sockets=home,
        port=ports.any_free(),
    )
    password = secrets.token_hex(16)
    password_file = home / "password"
    write_file(password_file, password, account)
    files.initialise(password_file, sync=fsync)
    chosen = {**_DEFAULTS, **({} if fsync else _UNSAFE_AND_FAST), **settings}
    files.configure(chosen, _ACCESS)
    return ThrowawayServer(files, home / "postgres.log", password, chosen)
