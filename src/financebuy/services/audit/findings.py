"""What a verification finds and says."""

from collections.abc import Callable
from dataclasses import dataclass, field

KINDS = {
    "changed": "a row is not what was sealed",
    "removed": "a row that was sealed is gone",
    "inserted": "a row stands among sealed ones, and no seal knows it",
    "seal": "a seal does not hold by itself, or is missing",
    "head": "a head or a record is not signed by its key, or says something else",
    "outside": "what is kept outside of the database says something else",
}
"""What each kind of finding means."""

MOST_FINDINGS = 1_000

Progress = Callable[[int, int], None]
"""Told how many rows of how many were compared."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: `where` names the row, seal or store."""

    kind: str
    where: str
    what: str


@dataclass(slots=True)
class Report:
    """What was verified, and what is wrong. `key` is what the newest head was signed with."""

    epochs: int = 0
    seals: int = 0
    rows: int = 0
    retired: int = 0
    unsealed: int = 0
    heads_outside: int = 0
    key: str | None = None
    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return self.count == 0

    def add(self, kind: str, where: str, what: str) -> None:
        """Add a finding; after many they are only counted."""
        self.count += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, where, what))
