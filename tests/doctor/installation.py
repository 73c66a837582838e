"""A real installation for the doctor, and the ways to spoil one thing of it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from financebuy.cluster.endpoints import Endpoints
from financebuy.doctor.subject import Connection, Subject
from financebuy.settings import Settings
from tests.support.servers import Servers

HANG_SECONDS = 60.0


class Installation:
    """PostgreSQL and Valkey as `financebuy up` starts them, and the administrator's connection."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The administrator's, as long as it lasts: a restart of the server ends it."""
        if self._connection is None or self._connection.closed:
            url = self.servers.endpoints.admin_url
            self._connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        return self._connection

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def restart_postgres(self) -> None:
        """With the configuration as it is now; connections end."""
        self.close()
        self.servers.restart("postgres")

    @property
    def root(self) -> Path:
        """The data directory."""
        return self.servers.directory.root

    def subject(self) -> Subject:
        """What the doctor is given."""
        return self.subject_with(Settings.read({}, self.root))

    def subject_with(self, settings: Settings) -> Subject:
        """The same, where the environment says something else."""
        return Subject(Endpoints.read(self.root), settings, self.connection)


Spoiled = AbstractContextManager[Subject]
Fixture = Callable[[Installation], Spoiled]
"""Changes one thing for as long as the block lasts, so that one check fails."""


@dataclass(frozen=True)
class Statement:
    """A change of the catalogue or of rows, in a transaction that is rolled back."""

    text: str

    @contextmanager
    def __call__(self, installation: Installation) -> Iterator[Subject]:
        with installation.connection.transaction(force_rollback=True):
            installation.connection.execute(self.text.encode())
            yield installation.subject()


def statement(text: str) -> Fixture:
    """See `Statement`."""
    return Statement(text)


def setting(name: str, value: str) -> Fixture:
    """`alter system` and a reload, for a setting that needs no restart."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        change = sql.SQL("alter system set {} = {}").format(sql.Identifier(name), value)
        back = sql.SQL("alter system reset {}").format(sql.Identifier(name))
        before = _shown(installation.connection, name)
        try:
            connection = installation.connection
            _reload(connection, change, lambda: _shown(connection, name) != before)
            yield installation.subject()
        finally:
            # Another one, if the server was started again meanwhile.
            connection = installation.connection
            _reload(connection, back, lambda: _shown(connection, name) == before)

    return spoil


def restarted(
    name: str, value: str, then: str | None = None, at_last: str | None = None
) -> Fixture:
    """`alter system` and a restart, for a setting that needs one; `then` is a statement after it.

    `at_last` takes back what `then` did.
    """

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        change = sql.SQL("alter system set {} = {}").format(sql.Identifier(name), value)
        installation.connection.execute(change)
        installation.restart_postgres()
        try:
            for line in then.split(";") if then else ():
                installation.connection.execute(line.encode())
            yield installation.subject()
        finally:
            # It is done already if what the doctor says was run.
            with suppress(psycopg.errors.UndefinedObject):
                installation.connection.execute((at_last or "").encode())
            back = sql.SQL("alter system reset {}").format(sql.Identifier(name))
            installation.connection.execute(back)
            installation.restart_postgres()

    return spoil


def _shown(connection: Connection, name: str) -> str:
    row = connection.execute("select current_setting(%s) as value", [name]).fetchone()
    assert row is not None
    return str(row["value"])


def _reload(connection: Connection, change: sql.Composed, done: Callable[[], bool]) -> None:
    connection.execute(change)
    connection.execute("select pg_reload_conf()")
    deadline = time.monotonic() + HANG_SECONDS
    while not done():
        assert time.monotonic() < deadline, change
        time.sleep(0.005)


def mode(path: str, bits: int) -> Fixture:
    """Other permissions of a file or directory, named from the data directory."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        before = file.stat().st_mode & 0o7777
        file.chmod(bits)
        try:
            yield installation.subject()
        finally:
            file.chmod(before)

    return spoil


def content(path: str, change: Callable[[str], str]) -> Fixture:
    """Another text in a file, which keeps its owner and permissions."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        before = file.read_bytes()
        times = file.stat()
        file.write_text(change(before.decode()))
        try:
            yield installation.subject()
        finally:
            file.write_bytes(before)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    return spoil
