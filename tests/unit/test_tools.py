"""The project's own tools: they guard everything else, so they are tested too."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import check_links, check_words, examples

ROOT = Path(__file__).resolve().parents[2]

PAGE = """Before.

<!-- demo:start -->
Say it:

```console
$ name=world
$ echo "hello \\
$name"
hello nobody
$ echo '12.50
>   done'
7
```
<!-- demo:end -->
After.
"""


def test_an_example_runs_in_one_shell() -> None:
    block = examples.BLOCK.findall(examples.example(PAGE, "demo"))[0]
    commands = [step.command for step in examples.steps(block)]
    assert commands == ["name=world", 'echo "hello \\\n$name"', "echo '12.50\n  done'"]
    assert examples.run(commands, ROOT, os.environ) == ["", "hello world", "12.50\n  done"]


def test_an_example_differs_by_words() -> None:
    found = examples.differences(PAGE, "demo", ROOT, os.environ)
    assert [(step.output, printed) for step, printed in found] == [
        ("hello nobody", "hello world"),
        ("7", "12.50\n  done"),
    ]


def test_ids_times_and_amounts_may_differ() -> None:
    written = (
        "order  01a21539-980e-755e-bc01-17af9e2899ac  filled 3 at 1,565.64  2012-06-01 14:40:00"
    )
    printed = "order 01a21540-0000-755e-bc01-000000000000 filled 12 at 99.5 2012-06-04 10:00:01.5"
    assert examples.masked(written) == examples.masked(printed)
    assert examples.masked(written) != examples.masked(printed.replace("filled", "rejected"))


def test_an_example_is_rewritten_in_place() -> None:
    page = examples.rewritten(PAGE, "demo", ROOT, os.environ)
    assert page == PAGE.replace("hello nobody", "hello world").replace("\n7\n", "\n12.50\n  done\n")


def test_a_failing_example_names_its_command() -> None:
    with pytest.raises(examples.ExampleFailedError, match=r"exit code 3\n\$ exit 3"):
        examples.run(["true", "exit 3", "true"], ROOT, os.environ)


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("there.md", None),
        ("there.md#a-heading-with-code", None),
        ("https://example.org", None),
        ("there.md#nothing", "no such heading"),
        ("nowhere.md", "no such file"),
        ("../../outside.md", "leads out of the repository"),
    ],
)
def test_links_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str, reason: str | None
) -> None:
    monkeypatch.setattr(check_links, "ROOT", tmp_path)
    (tmp_path / "there.md").write_text("# A heading with `code`\n")
    assert check_links.problem(tmp_path / "page.md", link) == reason


def test_words_of_one_machine_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_words, "ROOT", tmp_path)
    (tmp_path / "Makefile").write_text("all:\n\tdo" + "cker run\n\techo good\n\tcd /wo" + "rk/x\n")
    found = list(check_words.findings("Makefile"))
    assert [finding.split(": ")[:2] for finding in found] == [
        ["Makefile:2", "needs a container"],
        ["Makefile:4", "names a path of one machine"],
    ]


def test_what_is_missing_is_named_with_a_way_to_get_it(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "tr", "id", "git"):
        (programs / name).symlink_to(shutil.which(name) or name)
    done = subprocess.run(
        [ROOT / "tools" / "system-packages", "dev", "/bin/false"],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "missing: python3 python3-venv curl" in done.stderr
    assert "apt-get install python3 python3-venv curl" in done.stderr


def test_what_cannot_be_tried_is_said(tmp_path: Path) -> None:
    """Without a Chromium and PostgreSQL 15; where both are, neither is named."""
    for program in ("sh", "dirname"):
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    lacking = {"PATH": str(tmp_path), "PG15": str(tmp_path)}
    said = subprocess.run(
        [ROOT / "tools" / "not-tried"], capture_output=True, text=True, check=True, env=lacking
    ).stdout
    assert "passkeys in a browser (tests/browser): there is no Chromium" in said
    assert "PostgreSQL 15 (make test-pg15)" in said
    (tmp_path / "postgres").symlink_to("/bin/sh")
    (tmp_path / "chromium").symlink_to("/bin/sh")
    said = subprocess.run(
        [ROOT / "tools" / "not-tried"], capture_output=True, text=True, check=True, env=lacking
    ).stdout
    assert "Chromium" not in said
    assert "PostgreSQL 15" not in said
