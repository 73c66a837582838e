"""The command line's shell: exit codes, help, and modules loaded only when they are used."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from financebuy import __version__
from financebuy.cli import run
from financebuy.cli.lazy import COMMANDS


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FINANCEBUY_DATA", str(tmp_path / "none"))


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"financebuy {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["status", "--no-such-option"],
        ["status", "-o", "yaml"],
        ["logs", "-n", "-1"],
        ["status", "surplus"],
    ],
)
def test_a_wrong_command_line_is_64(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 64
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("financebuy: ")


def test_a_wrong_setting_is_64(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FINANCEBUY_API_PORT", "many")
    assert run(["status"]) == 64
    assert "FINANCEBUY_API_PORT" in capsys.readouterr().err


def test_a_near_miss_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["staus"]) == 64
    assert "'status'" in capsys.readouterr().err


def test_nothing_at_all_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 64
    assert "financebuy up" in capsys.readouterr().out


def test_what_does_not_run_is_not_evaluated(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status"]) == 3
    assert "no platform" in capsys.readouterr().err
    assert run(["logs"]) == 1
    assert run(["down"]) == 0


def _every_command() -> Iterator[list[str]]:
    for name in COMMANDS:
        module = importlib.import_module(f"financebuy.cli.{name}")
        yield from _leaves(typer.main.get_command(module.app), [name])


def _leaves(command: object, path: list[str]) -> Iterator[list[str]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path
        return
    for name, each in below.items():
        yield from _leaves(each, [*path, name])


@pytest.mark.parametrize("command", list(_every_command()), ids=" ".join)
def test_every_command_explains_itself_with_an_example(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--help"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    *_, examples = out.partition("Example")
    assert examples
    # Whoever copies a line has a whole command: none is folded but by its own backslash.
    lines = [line for line in examples.splitlines()[1:] if line.strip()]
    assert all(line.startswith(("   financebuy ", "     ")) for line in lines), lines
    assert "<bool>" not in out


def test_the_version_is_printed_without_loading_the_commands() -> None:
    script = (
        "import sys; from financebuy.cli import run; run(['--version']);"
        "print([m for m in ('psycopg', 'alembic', 'sqlalchemy') if m in sys.modules])"
    )
    printed = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert printed.splitlines()[1] == "[]"


def test_a_paragraph_of_the_help_wraps_where_the_terminal_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["deposit", "--help"]) == 0
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    start = next(n for n, line in enumerate(shown) if line.startswith("Customers pay"))
    paragraph = shown[start : shown.index("", start)]
    assert len(paragraph) > 2
    assert all(len(line) > 60 for line in paragraph[:-1]), paragraph


def test_what_is_missing_is_named_as_the_help_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["document", "add", "grace@example.com"]) == 64
    assert "'KIND'" in capsys.readouterr().err


def test_a_place_that_cannot_be_used_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "data"
    assert run(["up", "--data", str(place)]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"financebuy: {place}")
    assert "Traceback" not in printed


def test_a_choice_is_refused_in_our_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["secrets", "rotate", "--only", "doors"]) == 64
    printed = capsys.readouterr().err
    assert "'doors' is not one of 'passwords', 'identity', 'cache'" in printed
    assert "Value error" not in printed
