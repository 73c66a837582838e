"""A scratch platform of a drill: a fresh server with the schema, its secrets, its workers."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from financebuy.bootstrap import Connections, local_connections
from financebuy.cluster.accounts import current
from financebuy.cluster.files import make_directory
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.secret_files import IDENTITY_KEY_NUMBER, KEYS, LOGIN_ROLES, SecretFiles
from financebuy.cluster.state import ApiRecord, DatabaseRecord, PlatformState
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.cluster.tuning import Machine, postgres_settings
from financebuy.database.migrate import migrate
from financebuy.errors import FinanceBuyError
from financebuy.settings import Settings
from financebuy.sql import load

_READY_SECONDS = 180.0
_END_SECONDS = 10.0
_MOST_OUTPUT = 4000


class ProgramEndedError(FinanceBuyError):
    """A program of the drill itself has ended: nothing can be concluded."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Scratch:
    """A database of a drill's own, and how to reach it."""

    connections: Connections
    data: Path
    """What programs are given as `--data`."""
    programs: "list[subprocess.Popen[bytes]]"

    def url(self, role: str) -> str:
        """Where the database is, as `role`."""
        return self.connections.url(role)

    def check(self) -> None:
        """Raises `ProgramEndedError` when one of the programs has ended."""
        for program in self.programs:
            if program.poll() is not None:
                said = (self.data / "programs.log").read_text(errors="replace")[-_MOST_OUTPUT:]
                raise ProgramEndedError(f"a program has ended ({program.returncode})\n{said}")


@contextmanager
def scratch_platform(place: Path, workers: int) -> Iterator[Scratch]:
    """A server in `place` without fsync, loaded with the history, and `workers` worker programs.

    All of it ends with the block. Nobody's power fails in a drill of arithmetic, so that nothing
    has to wait for a disk.
    """
    settings = postgres_settings(Machine.read()) | {"max_connections": str(100 + 10 * workers)}
    unsafe = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    with ExitStack() as stack:
        server = stack.enter_context(throwaway_server(place / "server", settings=settings | unsafe))
        data = place / "platform"
        connections = _prepare(server, data)
        programs = [stack.enter_context(_worker(data)) for _ in range(workers)]
        scratch = Scratch(connections, data, programs)
        _wait_for_history(scratch)
        yield scratch


def _prepare(server: ThrowawayServer, data: Path) -> Connections:
    passwords = {role: secrets.token_hex(16) for role in LOGIN_ROLES}
    key = secrets.token_bytes(32)
    migrate(
        server.url,
        passwords=passwords,
        identity_keys={IDENTITY_KEY_NUMBER: key},
        rules=Settings(data_dir=data, paper=True).rules,
    )
    _write_directory(data, server, passwords, key)
    return replace(local_connections(Settings(data_dir=data), LOGIN_ROLES), cache_url=None)


def _write_directory(
    root: Path, server: ThrowawayServer, passwords: Mapping[str, str], identity_key: bytes
) -> None:
    """What programs read of a platform: its secrets and its state."""
    me, directory = current(), DataDirectory(root)
    make_directory(directory.root, me)
    make_directory(directory.secrets, me)
    files = SecretFiles(directory.secrets)
    files.write("database_url", server.url, me)
    files.write("valkey", "unused", me)
    for name in KEYS:
        files.write(name, secrets.token_hex(32), me)
    files.write("identity_key", identity_key.hex(), me)
    for role, password in passwords.items():
        files.write(f"db_{role}", password, me)
    PlatformState(
        stage="running",
        paper=True,
        database=DatabaseRecord(kind="external", name="postgres"),
        api=ApiRecord("127.0.0.1", 1),
        # There is no cache: everything must work without.
        cache_socket=str(directory.root / "no-cache.sock"),
    ).write(directory.state_file, me)


@contextmanager
def _worker(data: Path) -> "Iterator[subprocess.Popen[bytes]]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FINANCEBUY_")}
    with (data / "programs.log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "-P", "-m", "financebuy.worker", "--data", str(data)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield program
    finally:
        program.terminate()
        try:
            program.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _wait_for_history(scratch: Scratch) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    with psycopg.connect(scratch.url("auditor"), autocommit=True) as connection:
        while connection.execute(load("drills").worker_is_ready).fetchone() != (True,):
            scratch.check()
            if time.monotonic() > deadline:
                raise ProgramEndedError("the workers do not become ready")
            time.sleep(0.05)
