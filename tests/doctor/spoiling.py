"""More ways to spoil one thing of an installation: files, and what only a restart changes."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from psycopg import sql

from financebuy.cluster import accounts
from financebuy.cluster.binaries import postgres_programs
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.processes import run
from financebuy.cluster.supervision.stopping import stop_all
from financebuy.doctor.subject import Subject
from financebuy.settings import Settings
from tests.doctor.installation import HANG_SECONDS, Fixture, Installation

_DAY_SECONDS = 86_400


@contextmanager
def kept(file: Path) -> Iterator[os.stat_result]:
    """At the end `file` is as it was, with its times and its permissions."""
    before, stood = file.read_bytes(), file.stat()
    try:
        yield stood
    finally:
        file.write_bytes(before)
        os.utime(file, ns=(stood.st_atime_ns, stood.st_mtime_ns))


def text(path: str, change: Callable[[str], str]) -> Fixture:
    """Another text in a file, which keeps its owner, its permissions and its time."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        with kept(file) as stood:
            file.write_text(change(file.read_text()))
            os.utime(file, ns=(stood.st_atime_ns, stood.st_mtime_ns))
            # What runs is told by a file too.
            yield replace(installation.subject(), endpoints=Endpoints.read(installation.root))

    return spoil


def line(path: str, added: str) -> Fixture:
    """One line more at the end of a file."""
    return text(path, lambda before: f"{before.rstrip()}\n{added}\n")


def first_line(path: str, added: str) -> Fixture:
    """One line more at the top of a file."""
    return text(path, lambda before: f"{added}\n{before}")


def aged(path: str, days: float) -> Fixture:
    """A file that was written `days` ago."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        with kept(file):
            then = time.time() - days * _DAY_SECONDS
            os.utime(file, (then, then))
            yield installation.subject()

    return spoil


def written_since(path: str) -> Fixture:
    """A file that the server has not read since it was written. It counts whole seconds."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        # A session that was told to read again may do so late; a new one has read what there is.
        installation.close()
        unread = "select modification > pg_conf_load_time() as unread from pg_stat_file(%s)"
        with kept(file):
            while installation.connection.execute(unread, [str(file)]).fetchone() != {
                "unread": True
            }:
                time.sleep(0.01)
                file.touch()
            yield installation.subject()

    return spoil


def more(path: str, content: str) -> Fixture:
    """A file that is not the platform's."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        file.touch(0o600)
        file.write_text(content)
        try:
            yield installation.subject()
        finally:
            file.unlink(missing_ok=True)

    return spoil


def gone(path: str) -> Fixture:
    """A file that somebody took away."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        aside = installation.root.parent / file.name
        file.rename(aside)
        try:
            yield installation.subject()
        finally:
            aside.replace(file)

    return spoil


def linked(path: str) -> Fixture:
    """A file that is a link to where it was moved."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        file = installation.root / path
        aside = installation.root.parent / file.name
        file.rename(aside)
        file.symlink_to(aside)
        try:
            yield installation.subject()
        finally:
            aside.replace(file)

    return spoil


def configured(**changed: object) -> Fixture:
    """Other settings of the platform, as its environment gives them."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        environment = {f"FINANCEBUY_{name.upper()}": str(value) for name, value in changed.items()}
        settings = Settings.read(environment, installation.root)
        yield replace(installation.subject(), settings=settings)

    return spoil


def for_new_sessions(name: str, value: str) -> Fixture:
    """`alter system` and a reload, for a setting that a session keeps as it began."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        change = sql.SQL("alter system set {} = {}").format(sql.Identifier(name), value)
        _reload_for_new(installation, change, name, value)
        try:
            yield installation.subject()
        finally:
            back = sql.SQL("alter system reset {}").format(sql.Identifier(name))
            _reload_for_new(installation, back, name, None)

    return spoil


def _reload_for_new(
    installation: Installation, change: sql.Composed, name: str, value: str | None
) -> None:
    installation.connection.execute(change)
    installation.connection.execute("select pg_reload_conf()")
    shown = "select current_setting(%s) = %s as changed"
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        installation.close()
        answer = installation.connection.execute(shown, [name, value or ""]).fetchone()
        if answer == {"changed": value is not None}:
            return
        assert time.monotonic() < deadline, change
        time.sleep(0.005)


def waiting(name: str, value: str) -> Fixture:
    """`alter system` and a reload, for a setting that needs a restart which does not come."""

    @contextmanager
    def spoil(installation: Installation) -> Iterator[Subject]:
        change = sql.SQL("alter system set {} = {}").format(sql.Identifier(name), value)
        _reload(installation, change, waits=True)
        try:
            yield installation.subject()
        finally:
            back = sql.SQL("alter system reset {}").format(sql.Identifier(name))
            # If the restart came, it is the way back that waits for another.
            shown = installation.connection.execute("select current_setting(%s) as value", [name])
            _reload(installation, back, waits=shown.fetchone() == {"value": value})

    return spoil


def _reload(installation: Installation, change: sql.Composed, *, waits: bool) -> None:
    installation.connection.execute(change)
    installation.connection.execute("select pg_reload_conf()")
    deadline = time.monotonic() + HANG_SECONDS
    pending = "select exists(select 1 from pg_settings as s where s.pending_restart) as waits"
    while installation.connection.execute(pending).fetchone() != {"waits": waits}:
        assert time.monotonic() < deadline, change
        time.sleep(0.005)


@contextmanager
def without_checksums(installation: Installation) -> Iterator[Subject]:
    """The server's data directory as it is after `pg_checksums --disable`."""
    _checksums(installation, "--disable")
    try:
        yield installation.subject()
    finally:
        shown = installation.connection.execute("select current_setting('data_checksums') as value")
        if shown.fetchone() == {"value": "off"}:
            _checksums(installation, "--enable")


def _checksums(installation: Installation, change: str) -> None:
    account = accounts.for_servers()
    program = postgres_programs(account, installation.root).tool("pg_checksums")
    installation.close()
    found = [s for s in installation.servers.supervisor.services if s.spec.name == "postgres"]
    stop_all(found, HANG_SECONDS)
    run(
        [program, "--no-sync", "--pgdata", installation.servers.directory.postgres, change], account
    )
    installation.restart_postgres()
