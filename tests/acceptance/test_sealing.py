"""The worker of a running platform seals what is done, and says loudly when it has stopped."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from financebuy.cluster.endpoints import Endpoints
from financebuy.services.audit.outside import Directory
from tests.acceptance.platforms import HANG_SECONDS, CommandLine

pytestmark = pytest.mark.embedded
WAIT_SECONDS = 120.0
"""Far more than a few passes of the sealer take."""


def typed(platform: CommandLine, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command of a noun: the data directory comes last."""
    return subprocess.run(
        [sys.executable, "-m", "financebuy", *words, "--data", str(platform.data)],
        capture_output=True, text=True, check=False, timeout=HANG_SECONDS,
        env=platform.environment_of_commands(), stdin=subprocess.DEVNULL,
    )  # fmt: skip


def printed(platform: CommandLine, *words: str, code: int = 0) -> dict[str, Any]:
    """What a command prints in JSON."""
    done = typed(platform, *words, "-o", "json")
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "the sealer has done nothing of it"
        time.sleep(0.5)


def test_the_worker_seals_and_stops_loudly(data_dir: Path) -> None:
    platform = CommandLine(data_dir, {"FINANCEBUY_SEAL_SECONDS": "1"})
    try:
        platform.up()
        endpoints = Endpoints.read(data_dir)
        with psycopg.connect(endpoints.admin_url, autocommit=True) as admin:
            watch(platform, admin, Directory(data_dir / "audit"))
    finally:
        platform.run("down")


def watch(platform: CommandLine, admin: "psycopg.Connection[Any]", outside: Directory) -> None:
    """From the first seal to a stop, and on again."""

    def status() -> tuple[Any, ...]:
        query = "select seal_seq, unsealed_rows, uncopied_heads, stopped from fb.audit_status()"
        row = admin.execute(query).fetchone()
        assert row is not None
        return row

    # What an operator does now is sealed, and its head is copied, with nobody asking for it.
    assert typed(platform, "market", "pause").returncode == 0
    eventually(lambda: status()[0] is not None and status()[1:] == (0, 0, None))
    good = printed(platform, "audit", "status")
    assert good["stopped"] is None
    assert good["sealed_rows"] > 0
    assert typed(platform, "status").returncode == 0
    newest = outside.newest(1)
    assert newest is not None
    assert newest.seal_seq == good["seal_seq"]
    assert typed(platform, "audit", "verify").returncode == 0

    # The database seems to be on another server: a dump was loaded elsewhere.
    pretend(admin, "elsewhere")
    eventually(lambda: status()[3] is not None)
    stopped = typed(platform, "status")
    assert stopped.returncode == 2
    assert "sealer has stopped" in stopped.stderr
    assert "another server" in stopped.stderr
    found = printed(platform, "audit", "status", code=2)
    assert "audit recover" in found["stopped"]
    before = status()[0]
    assert typed(platform, "market", "resume").returncode == 0, "writers do not wait for the sealer"
    time.sleep(3)
    assert status()[0] == before, "nothing is sealed while it has stopped"
    assert "sealing has stopped" in typed(platform, "logs", "worker").stdout

    pretend(admin, None)
    eventually(lambda: status()[1:] == (0, 0, None) and status()[0] > before)
    assert typed(platform, "status").returncode == 0
    assert typed(platform, "audit", "verify").returncode == 0


def pretend(admin: "psycopg.Connection[Any]", identifier: str | None) -> None:
    """Write another server's identifier into the epoch, past the triggers; None: the right one."""
    with admin.transaction():
        admin.execute("set local session_replication_role = replica")
        admin.execute(
            "update audit_epochs set system_identifier = coalesce(%s,"
            " (select c.system_identifier::text from pg_control_system() as c))",
            (identifier,),
        )
