"""Write the reference pages that are made from the code: `make_reference.py`."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from financebuy import api, cache, crypto, services, sql
from financebuy import errors as tree
from financebuy.errors import FinanceBuyError
from financebuy.settings import SETTINGS
from financebuy.sql.headers import header
from tools.classification_reference import data_classification
from tools.command_line_reference import command_line
from tools.doctor_reference import doctor
from tools.http_reference import http_api

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "<!-- Made by `make reference`. -->"
ANSWERING = (tree, api, services, cache, crypto)
"""The packages whose errors a caller may meet."""


def settings() -> str:
    """Every variable that configures FinanceBuy."""
    rows = "\n".join(f"| `{setting.name}` | {setting.help} |" for setting in SETTINGS)
    return f"""# Settings

{MADE}

FinanceBuy is configured by environment variables. An empty one counts as unset. A value that cannot
be used, or a `FINANCEBUY_*` variable that nobody reads, ends the program with exit code 64.

| variable | what it does |
|---|---|
{rows}
"""


def errors() -> str:
    """Every error, as a caller sees it."""
    rows = "\n".join(
        f"| `{error.slug}` | {error.status} | {error.code} | {error.exit_code} | {error.text} |"
        for error in _by_slug(FinanceBuyError)
    )
    return f"""# Errors

{MADE}

Over HTTP an error is a problem document (RFC 9457) with the members `code` and `message` besides.
A refusal that is about one input names it as `field`.

| error | HTTP | code | exit code | means |
|---|---:|---:|---:|---|
{rows}
"""


def checks() -> str:
    """Every invariant of the books and of access."""
    return f"""# Checks

{MADE}

Each is a query that must return no rows.

## The books

`financebuy check books` runs these on one snapshot.

| check | holds when |
|---|---|
{_rows("checks")}

## Access

`financebuy check access` asks the catalogue who may do what.

| check | holds when |
|---|---|
{_rows("access")}
"""


def _rows(folder: str) -> str:
    return "\n".join(
        f"| `{name.removesuffix('.sql')}` | {header(sql.text(f'{folder}/{name}')).title} |"
        for name in sql.names(folder)
    )


PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_line,
    "http-api.md": http_api,
    "settings.md": settings,
    "errors.md": errors,
    "checks.md": checks,
    "doctor.md": doctor,
    "data-classification.md": data_classification,
}


def _by_slug(root: type[FinanceBuyError]) -> list[type[FinanceBuyError]]:
    """The errors that a caller can tell apart, in the order of their HTTP status and name."""
    places: list[str] = []
    for package in ANSWERING:
        found = walk_packages(package.__path__, f"{package.__name__}.")
        places += [import_module(module.name).__name__ for module in found]
    named = {
        error.slug: error
        for error in _tree(root)
        if "slug" in vars(error) and error.__module__ in places
    }
    return sorted(named.values(), key=lambda error: (error.status, error.slug))


def _tree(root: type[FinanceBuyError]) -> Iterator[type[FinanceBuyError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


def main() -> int:
    """Write the pages; returns the exit code."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
