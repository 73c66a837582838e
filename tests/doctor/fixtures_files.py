"""What makes each check of files and secrets fail."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from financebuy.doctor.subject import Subject
from tests.doctor.installation import Fixture, Installation, mode, statement
from tests.doctor.spoiling import aged, configured, gone, line, linked, more, text

DESTROYED = """insert into public.key_epochs
(tree, epoch, provider, state, created_at, retired_at, destroyed_at)
values ('backup', 9, 'file', 'destroyed', now(), now(), now())"""
KEY = "5" + 63 * "a"


@contextmanager
def _of_somebody_else(installation: Installation) -> Iterator[Subject]:
    """Root gives a secret away; who is not root keeps heads in a directory of root's."""
    if os.geteuid() != 0:
        with configured(audit_heads="/usr/share/man")(installation) as subject:
            yield subject
        return
    file = installation.root / "secrets/db_auditor"
    before = file.stat()
    os.chown(file, 65_534, before.st_gid)
    try:
        yield installation.subject()
    finally:
        os.chown(file, before.st_uid, before.st_gid)


@contextmanager
def _one_secret_twice(installation: Installation) -> Iterator[Subject]:
    other = (installation.root / "secrets/db_app_user").read_text()
    with text("secrets/db_auditor", lambda _before: other)(installation) as subject:
        yield subject


@contextmanager
def _on_a_command_line(installation: Installation) -> Iterator[Subject]:
    secret = (installation.root / "secrets/db_auditor").read_text().strip()
    waits = "import sys; sys.stdout.write('here'); sys.stdout.flush(); sys.stdin.read()"
    command = [sys.executable, "-c", waits, f"--password={secret}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout is not None
        process.stdout.read(4)
        try:
            yield installation.subject()
        finally:
            process.kill()


@contextmanager
def _in_a_log(installation: Installation) -> Iterator[Subject]:
    secret = (installation.root / "secrets/db_auditor").read_text().strip()
    with line("logs/valkey.log", f"connecting with {secret}")(installation) as subject:
        yield subject


@contextmanager
def _destroyed_key_back(installation: Installation) -> Iterator[Subject]:
    with (
        line("secrets/kek", f"backup 9 {KEY}")(installation),
        statement(DESTROYED)(installation) as subject,
    ):
        yield subject


@contextmanager
def _program_for_all(installation: Installation) -> Iterator[Subject]:
    copy = installation.root / "server-postgres-0.0"
    copy.mkdir()
    copy.chmod(0o777)
    try:
        yield installation.subject()
    finally:
        copy.rmdir()


@contextmanager
def _heads_for_all(installation: Installation) -> Iterator[Subject]:
    folder = installation.root / "audit/epoch-1"
    folder.mkdir()
    folder.chmod(0o777)
    try:
        yield installation.subject()
    finally:
        folder.rmdir()


FIXTURES: dict[str, Fixture] = {
    "files.secrets_are_private": mode("secrets/kek", 0o644),
    "files.keys_of_certificates_are_private": mode("tls/server.key", 0o640),
    "files.certificates_are_not_replaced": mode("tls/ca.crt", 0o664),
    "files.directories_are_private": mode("secrets", 0o755),
    "files.database_is_private": mode("postgres/base", 0o755),
    "files.configuration_is_private": mode("postgres/pg_hba.conf", 0o644),
    "files.logs_are_private": mode("logs/postgres.log", 0o644),
    "files.state_is_not_replaced": mode("platform.json", 0o666),
    "files.heads_are_not_rewritten": _heads_for_all,
    "files.sockets_are_private": mode("run/valkey.sock", 0o777),
    "files.programs_are_not_replaced": _program_for_all,
    "files.parents_are_not_replaced": mode("..", 0o777),
    "files.belong_to_the_platform": _of_somebody_else,
    "files.nothing_is_a_link": linked("secrets/db_auditor"),
    "files.every_secret_is_there": gone("secrets/db_fb_monitor"),
    "files.secrets_are_long": text("secrets/db_auditor", lambda _before: "hunter2\n"),
    "files.secrets_are_all_different": _one_secret_twice,
    "files.passwords_are_young": aged("secrets/db_app_user", days=400),
    "files.nothing_else_is_among_the_secrets": more("secrets/kek.bak", KEY),
    "files.no_secret_is_on_a_command_line": _on_a_command_line,
    "files.no_secret_is_in_a_log": _in_a_log,
    "files.every_key_is_in_the_key_file": statement(
        """insert into public.key_epochs (tree, epoch, provider, state, created_at, retired_at)
        values ('backup', 7, 'file', 'retired', now(), now())"""
    ),
    "files.no_destroyed_key_is_back": _destroyed_key_back,
}
