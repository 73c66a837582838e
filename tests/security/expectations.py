"""What `access.toml` says, by relation and role."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("access.toml")
NOBODY = "nobody"
"""A login with nothing but what PUBLIC has."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Who may do what with one relation."""

    kind: str
    own: frozenset[str] = frozenset()
    all: frozenset[str] = frozenset()
    own_by: str = "account_id"
    owner: str = "fb_owner"
    columns: dict[str, list[str]] = field(default_factory=dict)
    writes: dict[str, list[str]] = field(default_factory=dict)

    def reading(self, role: str) -> str:
        """own, all, or none."""
        if role in self.own:
            return "own"
        return "all" if role in self.all or role in (self.owner, "fb_backup") else "none"

    def may(self, role: str, operation: str) -> bool:
        """Whether `role` may do what is not reading."""
        return role == self.owner or operation in self.writes.get(role, [])


@dataclass(frozen=True, slots=True)
class Expectations:
    """The whole file. Names without a schema are those of public, functions those of fb."""

    roles: frozenset[str]
    owners: frozenset[str]
    tables: dict[str, Expected]
    functions: dict[str, frozenset[str]]
    private_functions: dict[str, frozenset[str]]


def read() -> Expectations:
    """Read the file; a table that stands in it twice is a mistake."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    tables: dict[str, Expected] = {}
    for group in found["group"]:
        for name in group["tables"]:
            full = name if "." in name else f"public.{name}"
            assert full not in tables, f"{full} is classified twice"
            tables[full] = _expected(group)
    functions: dict[str, set[str]] = {}
    for role, names in found["functions"].items():
        for name in names:
            functions.setdefault(name, set()).add(role)
    return Expectations(
        frozenset(found["roles"]),
        frozenset(found["owners"]),
        tables,
        {name: frozenset(roles) for name, roles in functions.items()},
        {role: frozenset(names) for role, names in found["private_functions"].items()},
    )


def _expected(group: dict[str, object]) -> Expected:
    known = {"class", "about", "own", "all", "own_by", "owner", "columns", "writes", "tables"}
    assert set(group) <= known, set(group) - known
    chosen = {
        name: frozenset(value) if name in ("own", "all") else value  # type: ignore[call-overload]
        for name, value in group.items()
        if name not in ("class", "about", "tables")
    }
    return Expected(kind=str(group["class"]), **chosen)
