"""What each command may cost, of one PostgreSQL version, and how that is compared and written.

A figure above its budget is a command that became dearer. One below it is a budget to be lowered,
so that what was won stays won.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.budget.measuring import Figures

HERE = Path(__file__).parent
TITLE = """\
# What a command costs on PostgreSQL {major}: at most this, and not less without saying so here.
# `make budgets` lowers it; docs/internals/testing.md says what is counted.
"""


LEFT_OUT = {"alone": {"wal_records"}, "batch": {"wal_bytes"}}
"""Where pages happen to be split is chance: one more is a record, and up to 8 kB of a batch."""

Budgets = Mapping[str, Mapping[str, Figures]]
"""By case, `alone` or `batch`, and name."""


def tolerated(size: str, name: str, budget: int) -> int:
    """How far a figure may be off.

    Where a page is full, a row that moves to another one is locked by a record more, and where a
    row lies is chance. An index more is a record for each row: of 64 commands, 64.
    """
    return {
        ("alone", "wal_bytes"): 100 + budget // 50,
        ("batch", "wal_records"): 48 + budget // 100,
    }.get((size, name), 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not what its budget says; without a budget it is 0."""

    case: str
    size: str
    name: str
    budget: int
    found: int

    @property
    def is_dearer(self) -> bool:
        return self.found > self.budget

    def __str__(self) -> str:
        told = f"{self.case}, {self.size}: {self.name} {self.found}, budget {self.budget}"
        return told if self.is_dearer else f"{told}: lower the budget to {self.found}"


def budget_file(major: int, directory: Path = HERE) -> Path:
    """The budgets of a version, or of the newest one before it, or else of the oldest."""
    found = {
        int(path.stem.rpartition("-")[2]): path for path in directory.glob("postgresql-*.toml")
    }
    older = [version for version in found if version <= major]
    return found[max(older) if older else min(found)]


def read(path: Path) -> Budgets:
    """The budgets in a file; none where there is no file."""
    if not path.exists():
        return {}
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {case: {size: _flat(f) for size, f in sizes.items()} for case, sizes in content.items()}


def write(path: Path, budgets: Budgets) -> None:
    """A figure a line, so that a change shows what it makes dearer or cheaper."""
    major = path.stem.rpartition("-")[2]
    parts = [TITLE.format(major=major)]
    for case in sorted(budgets):
        for size, figures in budgets[case].items():
            name = f'"{case}"' if " " in case else case
            parts.append("\n".join([f"[{name}.{size}]", *_lines(figures), ""]))
    path.write_text("\n".join(parts), encoding="utf-8")


def kept(measured: Budgets) -> Budgets:
    """What of the figures is budgeted."""
    return {
        case: {
            size: {name: n for name, n in figures.items() if name not in LEFT_OUT[size]}
            for size, figures in sizes.items()
        }
        for case, sizes in measured.items()
    }


def differences(
    budgets: Budgets, measured: Budgets, *, exact: bool = False
) -> Iterator[Difference]:
    """Every figure of `measured` that is not within its budget's tolerance, and what is gone."""
    for case, sizes in kept(measured).items():
        for size, figures in sizes.items():
            allowed = budgets.get(case, {}).get(size, {})
            for name in sorted(figures.keys() | allowed.keys()):
                budget, found = allowed.get(name, 0), figures.get(name, 0)
                if abs(found - budget) > (0 if exact else tolerated(size, name, budget)):
                    yield Difference(case, size, name, budget, found)


def renewed(budgets: Budgets, measured: Budgets, *, may_rise: bool = False) -> Budgets:
    """Budgets as low as what was measured; a case that there was not before comes whole.

    Lower too where that is tolerated, or else chance would decide later what is off.
    """
    result = {
        case: {size: dict(f) for size, f in (budgets.get(case) or sizes).items()}
        for case, sizes in kept(measured).items()
    }
    beyond = set(differences(result, measured))
    for change in differences(result, measured, exact=True):
        if not change.is_dearer or (may_rise and change in beyond):
            figures = result[change.case][change.size]
            figures[change.name] = change.found
            if not change.found and change.name.startswith("written "):
                del figures[change.name]
    return result


def _flat(figures: Mapping[str, int | Mapping[str, int]]) -> Figures:
    flat: Figures = {}
    for name, value in figures.items():
        if isinstance(value, int):
            flat[name] = value
        else:
            flat |= {f"{name} {table}": n for table, n in value.items()}
    return flat


def _lines(figures: Figures) -> list[str]:
    written = {n.partition(" ")[2]: v for n, v in figures.items() if n.startswith("written ")}
    plain = [f"{name} = {n}" for name, n in figures.items() if " " not in name]
    tables = ", ".join(f"{table} = {n}" for table, n in sorted(written.items()))
    return [*plain, f"written = {{ {tables} }}"] if written else plain
