"""What the pages, helps and messages tell people to type exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from financebuy.cli import app
from financebuy.cli.lazy import COMMANDS
from financebuy.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
# The changelog says what commands were called then.
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "CHANGELOG.md"})
SOURCE = ROOT / "src" / "financebuy"
SOURCES = sorted(path for end in ("py", "sql") for path in SOURCE.rglob(f"*.{end}"))
# Inline code, a prompt, or a line of its own; a command ends where a shell would end it.
CODE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(
    r"(?:^ *(?:Examples?: )?|[|($;&] ?|< ?<\(|\bfix: |\.venv/bin/)financebuy ([^|;&)#`\n]*)",
    re.MULTILINE,
)

STRING = re.compile(r"\"(financebuy [^\"\n]*)\"")


def code_of(page: str) -> Iterator[str]:
    """The inline code and the lines of the code blocks of a page."""
    for number, part in enumerate(re.split(r"^```.*$", page, flags=re.MULTILINE)):
        yield from part.splitlines() if number % 2 else CODE.findall(part)


def words_of(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote that the text ends in
        return text.split()


def problem(words: list[str]) -> str | None:
    """Why `financebuy WORDS` is no command of ours, or None."""
    if not words or words[0].startswith("-") or not words[0][0].isalpha() or words[0].isupper():
        return None
    command: Any = typer.main.get_command(app)
    context = command.make_context("financebuy", [], resilient_parsing=True)
    while words and hasattr(command, "get_command"):
        below = command.get_command(context, words[0])
        # A noun whose first word may be a file has a command for it: `reconcile bank.csv`.
        if below is None:
            return None if re.search(r"[.…]|^[A-Z]+$", words[0]) else f"no command {words[0]!r}"
        command, words = below, words[1:]
        context = command.make_context(words[:1], [], parent=context, resilient_parsing=True)
    known = {
        name for each in command.get_params(context) for name in (*each.opts, *each.secondary_opts)
    }
    given = {word.partition("=")[0] for word in words[: [*words, "--"].index("--")]}
    unknown = sorted(word for word in given if re.match(r"--?[a-z]", word) and word not in known)
    return f"no option {', '.join(unknown)}" if unknown else None


def wrong(texts: Iterator[str]) -> list[str]:
    found = (each for text in texts for each in COMMAND.findall(text))
    return sorted(
        {f"financebuy {each}: {why}" for each in found if (why := problem(words_of(each)))}
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_commands_of_a_page_exist(page: Path) -> None:
    assert not wrong(code_of(page.read_text(encoding="utf-8")))


def test_the_commands_that_messages_and_helps_name_exist() -> None:
    """Inline code, what a check of the doctor advises, and strings that are a command."""
    fix = re.compile(r"^-- (fix: .*)$", re.MULTILINE)
    for named, folder in ((CODE, ""), (fix, "sql/doctor"), (STRING, "cli"), (STRING, "doctor")):
        sources = [path for path in SOURCES if path.is_relative_to(SOURCE / folder)]
        texts = (path.read_text(encoding="utf-8") for path in sources)
        found = [command for text in texts for command in named.findall(text)]
        assert len(found) > 2
        assert not wrong(iter(found))


@pytest.mark.parametrize(
    "text",
    [
        "financebuy acount list", "$ financebuy order place buy AAPL 1 --wiat 60",
        "financebuy check books | financebuy order plce", "-- fix: financebuy audit begin-epoch",
        "$(financebuy user key make x)",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_found(text: str) -> None:
    assert wrong(iter([text]))


def test_enough_is_looked_at() -> None:
    seen = {
        words_of(each)[0]
        for page in PAGES
        for text in code_of(page.read_text(encoding="utf-8"))
        for each in COMMAND.findall(text)
        if each
    }
    assert seen >= set(COMMANDS)


def test_the_settings_that_are_named_exist() -> None:
    known = {setting.name for setting in SETTINGS}
    # Some are the tests' own.
    known |= set(
        re.findall(
            r"FINANCEBUY_[A-Z_]+",
            "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")),
        )
    )
    texts = "".join(
        path.read_text(encoding="utf-8") for path in [*PAGES, *SOURCES, ROOT / "Makefile"]
    )
    named = set(re.findall(r"FINANCEBUY_[A-Z_]*[A-Z]", texts))
    assert not sorted(named - known - {"FINANCEBUY_BENCH_DATABASE"})
