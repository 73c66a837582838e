"""A report as Markdown: the command, the figures, the verdicts; also in the middle of a page."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from financebuy.bench.formats import COLUMNS, GOAL_COLUMNS, goals_table, table
from financebuy.bench.report import Report
from financebuy.errors import FinanceBuyError

BEGIN = "<!-- begin: financebuy bench -->"
END = "<!-- end: financebuy bench -->"
_MARKED = re.compile(f"^{BEGIN}$.*?^{END}$", re.MULTILINE | re.DOTALL)
_NUMBERS = frozenset(COLUMNS[2:]) | {"measured"}


class NoMarksError(FinanceBuyError):
    """A page that is somebody's is not overwritten."""

    exit_code = 64
    text = f"this page has nowhere to put the tables: give it the lines {BEGIN} and {END}"


def as_markdown(report: Report) -> str:
    """The command and what it ran on, then both tables with the columns of the command line."""
    here = report.circumstances
    facts = (
        f"{report.rounds} rounds of {report.seconds_each:g} s on {here.cores} cores and"
        f" {here.memory_gib} GiB, load {here.load:g} before, version {here.version},"
        f" {here.measured_at:%Y-%m-%d}."
    )
    return "\n\n".join(
        (
            f"```\n{report.command}\n```",
            facts,
            _table(COLUMNS, table(report)),
            _table(GOAL_COLUMNS, goals_table(report)),
        )
    )


def between_the_marks(page: str, text: str) -> str | None:
    """The page with `text` between its marks, each a line; None for a page without them."""
    found = _MARKED.search(page)
    if found is None:
        return None
    return f"{page[: found.start()]}{BEGIN}\n\n{text}\n\n{END}{page[found.end() :]}"


def check_page(file: Path) -> None:
    """Before an hour is spent on measuring. Raises `NoMarksError`."""
    if file.exists() and between_the_marks(file.read_text(), "") is None:
        raise NoMarksError(field=file.name)


def write_markdown(report: Report, file: Path) -> None:
    """Put the tables between the marks of the page; a file that is new has nothing else.

    Raises `NoMarksError`.
    """
    check_page(file)
    page = file.read_text() if file.exists() else f"{BEGIN}\n{END}\n"
    written = between_the_marks(page, as_markdown(report))
    assert written is not None  # noqa: S101 (it was checked)
    file.write_text(written)


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    lines = [
        "| " + " | ".join(columns) + " |",
        "|" + "|".join("---:" if each in _NUMBERS else "---" for each in columns) + "|",
    ]
    lines += ["| " + " | ".join(_cell(row[each]) for each in columns) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")
