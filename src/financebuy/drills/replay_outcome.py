"""What a replay is to do, and what a run of it did."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from financebuy.services.checks import CheckResult


@dataclass(frozen=True, slots=True)
class Season:
    """What is replayed. `volume_share` is small, so that orders often fill in parts."""

    place: Path
    accounts: int
    seed: int
    first: date
    last: date
    quote_minutes: int
    volume_share: Decimal


@dataclass(slots=True)
class Outcome:
    """What a run did. `books` are the lines of each part of `replay_books`."""

    workers: int
    sessions: int = 0
    weeks: int = 0
    first: date | None = None
    last: date | None = None
    steps: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    """By function and outcome: `place_order accepted`, `place_order insufficient_quantity`."""
    books: dict[str, list[str]] = field(default_factory=dict)
    checks: list[CheckResult] = field(default_factory=list)
    facts: int = 0
    """What the venue reported."""
    seconds: float = 0.0

    def lines(self, part: str, text: str) -> Sequence[str]:
        """The lines of a part of the books that contain `text`."""
        return [line for line in self.books[part] if text in line]


Tell = Callable[[Outcome, date], None]
"""Hears of each week."""
