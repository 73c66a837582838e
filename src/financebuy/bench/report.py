"""The report: what each place did in each round, and the figures of its rounds."""

from collections.abc import Iterable, Sequence

import msgspec

from financebuy.bench.entrants import Place
from financebuy.bench.figures import Circumstances
from financebuy.bench.statistics import Figure


class Turn(msgspec.Struct, frozen=True):
    """One turn. Milliseconds a command, microseconds of the server's CPU and bytes of WAL each."""

    per_second: float
    p50: float
    p95: float
    p99: float
    cpu: float
    wal: float
    commands: int


QUANTITIES = ("per_second", "p50", "p95", "p99", "cpu", "wal")


class Line(msgspec.Struct, frozen=True):
    """One place: its turns in the order of the rounds, and their figures."""

    scenario: str
    contender: str
    in_flight: int
    per_second: Figure
    p50: Figure
    p95: Figure
    p99: Figure
    cpu: Figure
    wal: Figure
    turns: list[Turn]

    @classmethod
    def of(cls, place: Place, turns: Sequence[Turn]) -> "Line":
        """The figures of a place's turns."""
        per_second, p50, p95, p99, cpu, wal = (
            Figure.of([getattr(turn, name) for turn in turns]) for name in QUANTITIES
        )
        return cls(*place, per_second, p50, p95, p99, cpu, wal, list(turns))

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.scenario, self.contender, self.in_flight)

    def values(self, quantity: str) -> list[float]:
        """One of `QUANTITIES`, round by round."""
        return [getattr(turn, quantity) for turn in self.turns]


class Verdict(msgspec.Struct, frozen=True):
    """A goal or a part of it: what was asked, what was measured, whether that is enough."""

    goal: str
    says: str
    bar: str
    measured: Figure | None
    against: str | None
    """Which line it was measured against; of several rivals the fastest."""
    verdict: str
    """met, missed or not measured"""
    why: str | None = None
    """It was not measured."""
    margin: float | None = None
    """How many times it is surpassed: what was measured by what was asked, 1 and more is met."""
    run: int | None = None
    """Of several that are shown together, the one that measured it."""


class Report(msgspec.Struct, frozen=True):
    """What is written as JSON."""

    circumstances: Circumstances
    command: str
    seed: int
    rounds: int
    seconds_each: float
    accounts: int
    lines: list[Line]
    goals: list[Verdict]


def find(lines: Iterable[Line], scenario: str, contender: str, in_flight: int) -> Line | None:
    """The line of a place, if it took part."""
    place = Place(scenario, contender, in_flight)
    return next((line for line in lines if line.place == place), None)


def fastest(
    lines: Iterable[Line], scenario: str, contenders: Sequence[str], in_flight: int | None
) -> Line | None:
    """The fastest of some contenders, with so many in flight or with whatever suits them best."""
    found = [
        line
        for line in lines
        if line.scenario == scenario
        and line.contender in contenders
        and in_flight in (None, line.in_flight)
    ]
    return max(found, key=lambda line: line.per_second.median, default=None)
