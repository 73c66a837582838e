"""`financebuy audit` on a platform's data directory: what it prints, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from financebuy.cli import run
from financebuy.services.audit.outside import Directory
from tests.support.audit import Audited
from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.world import World

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def audit(database: Database, tmp_path: Path) -> Audited:
    """A data directory whose heads and key are where the platform looks for them."""
    root = tmp_path / "data"
    write_data_directory(root, database)
    found = Audited(database, Directory(root / "audit"))
    (root / "secrets" / "audit_key").write_text(found.signer.seed.hex())
    found.signer = type(found.signer)("financebuy-audit", found.signer.seed)
    with World(database) as world:
        world.account(world.user(), cash=10)
    return found


@pytest.fixture
def financebuy(audit: Audited, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def command(*arguments: str, data: bool = True) -> tuple[int, str, str]:
        capsys.readouterr()
        more = ("--data", str(tmp_path / "data")) if data else ()
        code = run(["audit", *arguments, *more])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_from_nothing_sealed_to_a_file_that_anybody_verifies(
    audit: Audited, financebuy: Command, tmp_path: Path
) -> None:
    code, _, told = financebuy("verify")
    assert (code, told.splitlines()[-1]) == (3, "nothing is sealed yet")
    sealed = audit.seal()
    code, _, told = financebuy("verify")
    newest = audit.outside.newest(1)
    assert newest is not None
    said = f"history is what was sealed: {sealed} rows in {newest.seal_seq} seals\n"
    assert (code, told) == (0, said)
    code, out, _ = financebuy("status", "-o", "json")
    assert (code, json.loads(out)["sealed_rows"]) == (0, sealed)
    code, out, _ = financebuy("key")
    key = out.strip()
    assert (code, key) == (0, str(audit.signer.verifier))

    code, out, _ = financebuy("search", "--action", "deposit", "-o", "json")
    (line,) = json.loads(out)
    code, out, _ = financebuy("prove", line["in_table"], line["row_id"])
    proof, file = tmp_path / "row.json", tmp_path / "all.parquet"
    proof.write_text(out)
    assert financebuy("verify", "--proof", str(proof), "--key", key, data=False)[0] == 0
    proof.write_text(out.replace("deposit", "withdrawal"))
    assert financebuy("verify", "--proof", str(proof), data=False)[0] == 2
    code, out, _ = financebuy("export", str(file), "-o", "json")
    assert (code, json.loads(out)["rows"]) == (0, sealed)
    heads = str(tmp_path / "data" / "audit")
    alone = ("verify", "--file", str(file), "--key", key, "--heads", heads)
    assert financebuy(*alone, data=False)[0] == 0
    assert financebuy("export", str(file))[0] == 64


def test_a_changed_row_is_printed_with_exit_code_2(audit: Audited, financebuy: Command) -> None:
    audit.seal()
    with World(audit.database) as world:
        world.admin.execute("set session_replication_role = replica")
        world.admin.execute("update transactions set amount = amount + 1")
    code, out, told = financebuy("verify", "-o", "json")
    found = json.loads(out)
    assert (code, found["good"], found["count"]) == (2, False, 1)
    assert found["findings"][0]["where"].startswith("transactions ")
    assert "history is not what was sealed" in told
    code, _, told = financebuy("recover", "--reason", "none")
    assert (code, "does not verify" in told) == (64, True)


def test_a_restore_is_signed_for(audit: Audited, financebuy: Command, tmp_path: Path) -> None:
    audit.seal()
    code, out, _ = financebuy("recover", "--reason", "a drill", "-o", "json")
    assert (code, json.loads(out)["epoch"]) == (0, 2)
    assert financebuy("recover", "--reason", " ")[0] == 64
    code, out, told = financebuy("retain", "--to", str(tmp_path), "-o", "json")
    assert (code, json.loads(out), told) == (0, [], "no month is due\n")
