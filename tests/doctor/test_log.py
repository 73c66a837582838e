"""What the database's log tells of who was there, and what it keeps to itself."""

import re
import time
from collections.abc import Callable

import pytest

from financebuy.cluster import accounts
from financebuy.cluster.secret_rotation import Rotator
from financebuy.cluster.supervision import databases
from tests.doctor.installation import HANG_SECONDS, Installation

pytestmark = pytest.mark.xdist_group("doctor-fixes")
A_HASH = re.compile(r"SCRAM-SHA-256\$\d")


def log_of(installation: Installation, awaited: str) -> str:
    """The log, once it has `awaited`: the server writes it a moment later."""
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        text = installation.servers.directory.log("postgres").read_text()
        if awaited in text or time.monotonic() > deadline:
            return text
        time.sleep(0.01)


def lines(text: str, *words: str) -> list[str]:
    return [line for line in text.splitlines() if all(word in line for word in words)]


def test_who_changes_an_object_is_in_the_log(installation: Installation) -> None:
    connection = installation.connection
    connection.execute("create table public.entered (answer text)")
    connection.execute("insert into public.entered values ('forty-two')")
    connection.execute("drop table public.entered")
    text = log_of(installation, "drop table public.entered")
    assert len(lines(text, "postgres@financebuy", "[local]", "create table public.entered")) == 1
    assert len(lines(text, "postgres@financebuy", "[local]", "drop table public.entered")) == 1
    assert "forty-two" not in text


def test_who_comes_and_goes_is_in_the_log(installation: Installation) -> None:
    installation.close()
    pid = installation.connection.info.backend_pid
    installation.close()
    text = log_of(installation, f"[{pid}] 00000 postgres@financebuy [local]")
    deadline = time.monotonic() + HANG_SECONDS
    while not lines(text, f"[{pid}]", "disconnection: session time"):
        assert time.monotonic() < deadline, lines(text, f"[{pid}]")
        text = log_of(installation, "disconnection")
    assert len(lines(text, f"[{pid}]", "connection authorized: user=postgres")) == 1


def test_no_hash_of_a_password_is_in_the_log(
    installation: Installation, tell: Callable[[str], None]
) -> None:
    """The migration has set a password for each login, and a rotation sets them again."""
    before = log_of(installation, "connection authorized")
    changed = Rotator(installation.servers.endpoints, accounts.for_servers()).passwords()
    databases.migrate_after_asking(installation.servers.endpoints, lambda _question: False)
    installation.connection.execute("create role after_the_rotation")
    installation.connection.execute("drop role after_the_rotation")
    text = log_of(installation, "drop role after_the_rotation")
    assert A_HASH.search(text) is None
    since = text[len(before) :]
    statements = lines(since, "LOG:  statement: ")
    # Nor what the program itself makes at each start, which is long.
    assert len(statements) == 2, statements
    tell(f"{changed} new passwords and a migration, in a log of {len(since.splitlines())} lines")
