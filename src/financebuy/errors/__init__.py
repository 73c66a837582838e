"""The tree of errors that FinanceBuy raises on purpose, as one namespace.

Each class says how it looks from outside: `code` (the integer of Alpaca's API), `status` (HTTP),
`slug` (the refusal code of the SQL functions) and `exit_code` (the command line). What the database
answers becomes one of them here and nowhere else.
"""

from typing import Any

from financebuy.errors.availability import *  # noqa: F403
from financebuy.errors.commands import *  # noqa: F403
from financebuy.errors.people import *  # noqa: F403
from financebuy.errors.root import *  # noqa: F403
from financebuy.errors.root import FinanceBuyError, RefusedError


def _subclasses(root: type[FinanceBuyError]) -> dict[str, type[FinanceBuyError]]:
    found = {root.slug: root}
    for child in root.__subclasses__():
        found |= _subclasses(child)
    return found


def refused(code: str, field: str | None = None, detail: Any = None) -> FinanceBuyError:
    """Make the error of a refusal code (`fb.*` functions return it) with the field it names."""
    return _subclasses(FinanceBuyError).get(code, RefusedError)(field=field, detail=detail)
