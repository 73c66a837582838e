"""Reports as Markdown: commands, figures, verdicts; also in the middle of a page."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from financebuy.bench.formats import COLUMNS, GOAL_COLUMNS, RUN, goals_table, table, with_run
from financebuy.bench.report import Report
from financebuy.bench.runs import Runs
from financebuy.errors import FinanceBuyError

BEGIN = "<!-- begin: financebuy bench -->"
END = "<!-- end: financebuy bench -->"
_MARKED = re.compile(f"^{BEGIN}$.*?^{END}$", re.MULTILINE | re.DOTALL)
_NUMBERS = frozenset(COLUMNS[2:]) | {"measured", RUN}


class NoMarksError(FinanceBuyError):
    """A page that is somebody's is not overwritten."""

    exit_code = 64
    text = f"this page has nowhere to put the tables: give it the lines {BEGIN} and {END}"


def as_markdown(runs: Runs) -> str:
    """The command and what it ran on, then both tables with the columns of the command line.

    Several runs are a list, whose numbers stand in the tables.
    """
    tables = (
        _table(with_run(COLUMNS, runs), table(runs)),
        _table(with_run(GOAL_COLUMNS, runs), goals_table(runs)),
    )
    if not runs.several:
        (run,) = runs.runs
        return "\n\n".join((f"```\n{run.command}\n```", _facts(run), *tables))
    listed = "\n".join(
        f"{number}. `{run.command}`: {_facts(run)}" for number, run in enumerate(runs.runs, start=1)
    )
    return "\n\n".join((f"Runs, by the number in the column `{RUN}`:", listed, *tables))


def _facts(run: Report) -> str:
    here = run.circumstances
    return (
        f"{run.rounds} rounds of {run.seconds_each:g} s on {here.cores} cores and"
        f" {here.memory_gib} GiB, load {here.load:g} before, version {here.version},"
        f" {here.measured_at:%Y-%m-%d}."
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


def write_markdown(runs: Runs, file: Path) -> None:
    """Put the tables between the marks of the page; a file that is new has nothing else.

    Raises `NoMarksError`.
    """
    check_page(file)
    page = file.read_text() if file.exists() else f"{BEGIN}\n{END}\n"
    written = between_the_marks(page, as_markdown(runs))
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
