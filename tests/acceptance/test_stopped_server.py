"""Every command on a platform whose PostgreSQL is gone: a line that says so, and no traceback."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from financebuy.cli import run
from financebuy.cli.lazy import COMMANDS
from financebuy.cluster import accounts, ports
from financebuy.database import pools
from tests.support.databases import Database, clone
from tests.support.directories import add_demo_users, write_data_directory

ELSEWHERE = {"up", "down", "logs", "tls", "drill", "bench"}
"""What starts or stops servers of its own, or needs none."""
INPUT = {
    "user password", "document add", "prices import", "reconcile file", "signins read", "db load",
    "db psql", "payment add",
}  # fmt: skip
"""What looks first at a file or at what is typed, or becomes another program."""
OTHER = {"status": 3, "doctor": 2, "audit key": 0}
"""What says more than that the database is away, or does not need it."""

ID = "0190b7a0-0000-7000-8000-000000000000"
WORDS = {
    "email": "ada@example.com", "USER": ID, "ROLE": "read", "status": "approved",
    "STATUS": "active", "kind": "passport", "ID": ID, "KEY-ID": "K", "epoch": "1",
    "log": "{folder}/log", "file": "{folder}/new", "SYMBOL": "AAPL", "QUANTITY": "1",
    "amount": "1", "TRANSFER-ID": ID, "reason": "x", "TARGET": ID, "SIDE": "buy",
    "KIND": "split", "DATE": "2026-01-05", "DAYS": "1", "TEXT": "apple", "CODE": "EUR",
    "RATE": "1", "resolution": "x", "TRANSACTION": ID, "FACT": "deposit_received",
    "FIELD=VALUE...": "amount=1", "table": "entries", "row": ID, "origin": "127.0.0.1",
    "--reason": "x", "--as-of": "2026-01-05", "--time": "recorded", "--from": "2026-01-05",
    "--to": "2026-01-06", "--cost": "1", "--acquired": "2026-01-05", "--rate": ID,
    "--before": "2026-01-01", "--source": "bank", "--date": "2026-01-05",
}  # fmt: skip
WHOLE = {"audit retain": ["--to", "{folder}"]}


def _leaves(command: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, each in below.items():
        yield from _leaves(each, [*path, name])


def _words(command: Any) -> Iterator[str]:
    for each in command.params:
        if each.param_type_name == "argument":
            if each.required:
                yield WORDS[each.metavar or each.name]
        elif each.name == "yes":
            yield "--yes"
        elif each.required:
            yield from (each.opts[0], WORDS[each.opts[0]])


def _every_command() -> Iterator[Any]:
    for name in COMMANDS:
        if name not in ELSEWHERE:
            module = importlib.import_module(f"financebuy.cli.{name}")
            for path, command in _leaves(typer.main.get_command(module.app), [name]):
                if (name := " ".join(path)) not in INPUT:
                    yield pytest.param(path, [*WHOLE.get(name, _words(command))], id=name)


@pytest.fixture(scope="module")
def gone(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A platform with its demo users, whose server answers no longer."""
    root: Path = tmp_path_factory.mktemp("gone") / "data"
    with clone(template) as database:
        secrets = write_data_directory(root, database)
        add_demo_users(root)
        nobody = f"127.0.0.1:{ports.any_free()}"
        secrets.write("database_url", f"postgresql://postgres:x@{nobody}/x", accounts.current())
    return root


@pytest.mark.parametrize(("path", "words"), list(_every_command()))
def test_it_ends_with_one_line(
    path: list[str], words: list[str], gone: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("FINANCEBUY_COMMAND_SECONDS", "1")
    monkeypatch.setattr(pools, "_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(pools, "_KNOCK_SECONDS", 0.0)
    code = run([*path, *[each.format(folder=tmp_path) for each in words], "--data", str(gone)])
    err = capsys.readouterr().err
    if (expected := OTHER.get(" ".join(path))) is not None:
        assert code == expected
        return
    assert code == 1, err
    (line,) = err.splitlines()
    assert "database" in line or "server" in line
    assert line.startswith("financebuy: ")
