"""Reports for the tests, of rounds that nobody measured."""

from datetime import UTC, datetime

from financebuy.bench.entrants import Place
from financebuy.bench.figures import Circumstances
from financebuy.bench.goals import judge
from financebuy.bench.report import Line, Report, Turn

HERE = Circumstances(
    measured_at=datetime(2020, 1, 2, tzinfo=UTC), version="1.2.3", cores=2, memory_gib=8, load=0.1,
    system="Linux", python="3.11.0",
)  # fmt: skip


def line(
    scenario: str,
    contender: str,
    in_flight: int,
    *rates: float,
    p99: float = 9.0,
    cpu: float = 50.0,
) -> Line:
    """A place whose rounds had these rates."""
    turns = [Turn(rate, 1.5, 4.25, p99, cpu, 2_000.0, int(rate)) for rate in rates]
    return Line.of(Place(scenario, contender, in_flight), turns)


def report(*lines: Line) -> Report:
    """A report of these lines."""
    return Report(
        circumstances=HERE, command="financebuy bench run", seed=1, rounds=2, seconds_each=3.0,
        accounts=1_000, lines=list(lines), goals=judge(lines),
    )  # fmt: skip
