"""The goals, each a ratio in one run: what is asked, and whether a report shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from financebuy.bench.entrants import (
    BARE_BATCH,
    COPY,
    FASTAPI,
    GROWN,
    ONE_CALL,
    OURS,
    OURS_BATCH,
    PGLEDGER,
    PGLEDGER_BATCH,
    SYNCHRONOUS,
    VALKEY_GET,
)
from financebuy.bench.report import Line, Verdict, fastest, find
from financebuy.bench.statistics import Figure, ratio

MET, MISSED, NOT_MEASURED = "met", "missed", "not measured"
WAS_NOT_RUN = "was not run"


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of a scenario, of ours against theirs; without `theirs` ours alone.

    `their_in_flight` None: whatever suits them best. One of `at_least` and `at_most` is given.
    """

    scenario: str
    in_flight: int
    theirs: Sequence[str] = ()
    their_in_flight: int | None = None
    quantity: str = "per_second"
    ours: str = OURS
    at_least: float | None = None
    at_most: float | None = None

    @property
    def text(self) -> str:
        """In words."""
        limit = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        what = f"{self.scenario}, {self.in_flight} in flight: {self.quantity} {limit}"
        if not self.theirs:
            return what
        best = f"{self.their_in_flight}" if self.their_in_flight else "its best"
        return f"{what} of {' or '.join(self.theirs)} at {best}"

    def measure(self, lines: Sequence[Line]) -> tuple[Figure, str | None] | str:
        """What the report says of it, and against which line; why not, when somebody is missing."""
        if not any(line.scenario == self.scenario for line in lines):
            return f"{self.scenario} {WAS_NOT_RUN}"
        our = find(lines, self.scenario, self.ours, self.in_flight)
        if our is None:
            return _missing(self.ours, self.in_flight)
        if not self.theirs:
            return Figure.of(our.values(self.quantity)), None
        their = fastest(lines, self.scenario, self.theirs, self.their_in_flight)
        if their is None:
            return _missing(" or ".join(self.theirs), self.their_in_flight)
        figure = ratio(our.values(self.quantity), their.values(self.quantity))
        return figure, f"{their.contender}, {their.in_flight}"

    def margin(self, measured: float) -> float:
        """How many times it is surpassed; 1 and more is enough."""
        if self.at_least is not None:
            return measured / self.at_least
        assert self.at_most is not None  # noqa: S101 (one of the two is given)
        return self.at_most / measured if measured else inf


_TAKES = {
    PGLEDGER: "--pgledger FILE",
    PGLEDGER_BATCH: "--pgledger FILE",
    GROWN: "--grown 10000000",
}
"""Who takes part only when an option is given."""


def _missing(who: str, in_flight: int | None) -> str:
    if who in _TAKES:
        return f"takes {_TAKES[who]}"
    return f"without {who}" + (f" at {in_flight}" if in_flight else "")


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise, and the bars that show it. Without bars it is shown `elsewhere`."""

    name: str
    says: str
    bars: Sequence[Bar] = ()
    elsewhere: str | None = None


GOALS = (
    Goal(
        "G1", "deposits in process against one call a transaction",
        (
            Bar("deposit", 64, ONE_CALL, 64, at_least=3),
            Bar("deposit", 256, ONE_CALL, 256, at_least=10),
            Bar("deposit", 256, ONE_CALL, at_least=3.5),
        ),
    ),
    Goal(
        "G2", "an order to buy and its fill", (Bar("buy-and-fill", 256, ONE_CALL, at_least=4),)
    ),
    Goal(
        "G3", "one hot account",
        (
            Bar("hot-account", 16, ONE_CALL, 16, at_least=10),
            Bar("hot-account", 64, ONE_CALL, 64, at_least=20),
            Bar("hot-account", 64, ONE_CALL, 64, "p99", at_most=0.05),
        ),
    ),
    Goal("G4", "p99 at 64 in flight", (Bar("deposit", 64, ONE_CALL, 64, "p99", at_most=0.25),)),
    Goal(
        "G5", "all safety against plain tables; of the audit alone: `bench audit`",
        (Bar("bare-tables", 64, (BARE_BATCH,), 64, "cpu", ours=OURS_BATCH, at_most=1.5),),
    ),
    Goal("G6", "a lone command", (Bar("deposit", 1, ONE_CALL, 1, at_least=0.95),)),
    Goal(
        "G7", "what is left at ten million transactions",
        (
            Bar("growth", 256, (OURS,), 256, ours=GROWN, at_least=0.9),
            Bar("growth", 256, (OURS,), 256, "wal", ours=GROWN, at_most=1.3),
        ),
    ),
    Goal(
        "G8", "HTTP to committed, authenticated",
        (
            Bar("http-order", 64, ONE_CALL, at_least=1.5),
            Bar("http-order", 64, (FASTAPI,), at_least=5),
        ),
    ),
    Goal(
        "G9", "how long a request over HTTP takes",
        (
            Bar("http-order", 64, quantity="p99", at_most=25),
            Bar("http-order", 256, quantity="p99", at_most=50),
            Bar("http-order", 1_000, quantity="p95", at_most=100),
        ),
    ),
    Goal(
        "G10", "what a synchronous replica leaves",
        (Bar("standby", 256, (OURS,), 256, ours=SYNCHRONOUS, at_least=0.85),),
    ),
    Goal(
        "G11", "reading a portfolio at 100,000 accounts, and from copies",
        (
            Bar("many-portfolios", 1, quantity="p99", at_most=1),
            Bar("portfolio-cached", 256, (VALKEY_GET,), 256, at_least=3),
        ),
    ),
    Goal(
        "G12", "every read under row security uses an index",
        elsewhere="by a test: tests/sql/test_read_plans.py",
    ),
    Goal(
        "G13", "a transfer against pgledger's single call and its batch",
        (
            Bar("deposit", 256, (PGLEDGER,), at_least=2.5),
            Bar("deposit", 256, (PGLEDGER_BATCH,), 256, at_least=1),
        ),
    ),
    Goal(
        "G14", "importing prices against COPY into the same table",
        (
            Bar("prices", 1, (COPY,), 1, at_least=0.5),
            Bar("many-prices", 1, (COPY,), 1, at_least=0.5),
        ),
    ),
    Goal(
        "G15", "memory of the API, and over an hour",
        elsewhere="by a test: tests/api/test_memory.py",
    ),
)  # fmt: skip
"""In order. Of those without bars a report says that they were not measured, and why."""


def judge(lines: Sequence[Line], goals: Sequence[Goal] = GOALS) -> list[Verdict]:
    """A verdict a bar; one for a goal that has none."""
    return [verdict for goal in goals for verdict in _of_goal(goal, lines)]


def _of_goal(goal: Goal, lines: Sequence[Line]) -> list[Verdict]:
    if not goal.bars:
        verdict = Verdict(
            goal.name, goal.says, "no scenario", None, None, NOT_MEASURED, goal.elsewhere
        )
        return [verdict]
    return [_of_bar(goal, bar, lines) for bar in goal.bars]


def _of_bar(goal: Goal, bar: Bar, lines: Sequence[Line]) -> Verdict:
    found = bar.measure(lines)
    if isinstance(found, str):
        return Verdict(goal.name, goal.says, bar.text, None, None, NOT_MEASURED, found)
    figure, against = found
    margin = bar.margin(figure.median)
    verdict = MET if margin >= 1 else MISSED
    return Verdict(goal.name, goal.says, bar.text, figure, against, verdict, margin=margin)
