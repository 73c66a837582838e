"""What a check and its result are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from financebuy.doctor.subject import Subject
from financebuy.errors import FinanceBuyError

Row = Mapping[str, Any]
"""Something that was seen and should not be: names and values."""

ROWS_SHOWN = 20
REMEDY = "remedy"


class Severity(StrEnum):
    """How bad it is when the check fails.

    High: money, personal data or history can be lost, read or changed. Medium: a wall fewer, or it
    would be found out late. Low: it costs time or space.
    """

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(StrEnum):
    """What a check found out."""

    PASS = "pass"  # noqa: S105 (a verdict)
    FAIL = "fail"
    NOT_EVALUATED = "not evaluated"


class NotEvaluatedError(FinanceBuyError):
    """A check could not look; the message says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. Its `id` is `area.name`, and stays the same for ever.

    `title` says what holds, `reference` where the rule comes from. `fix` is a command or a
    statement, with names of what was seen in braces: `{relation}`. `look` returns what breaks the
    rule; where it cannot look it raises. `remedy` in a row is for the fix alone, and no evidence.
    """

    id: str
    title: str
    severity: Severity
    reference: str
    fix: str
    look: Callable[[Subject], Iterable[Row]] = field(repr=False)

    @property
    def area(self) -> str:
        """What the check is about."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found: `total` things, of which `evidence` is the first.

    `fixes` are the commands that mend them; `reason` says why a check was not evaluated.
    """

    check: Check
    verdict: Verdict
    evidence: list[Row] = field(default_factory=list)
    total: int = 0
    fixes: list[str] = field(default_factory=list)
    reason: str | None = None


def result_of(check: Check, rows: Iterable[Row]) -> Result:
    """Judge what a check saw."""
    found = list(rows)
    if not found:
        return Result(check, Verdict.PASS)
    first = found[:ROWS_SHOWN]
    fixes = list(dict.fromkeys(_filled(check.fix, row) for row in first))
    shown: list[Row] = [{name: row[name] for name in row if name != REMEDY} for row in first]
    return Result(check, Verdict.FAIL, shown, len(found), fixes)


def _filled(fix: str, row: Row) -> str:
    for name, value in row.items():
        fix = fix.replace(f"{{{name}}}", str(value))
    return fix
