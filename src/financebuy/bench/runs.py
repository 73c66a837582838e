"""Reports of several runs as one: each line with its run, the goals judged over all of them."""

from collections.abc import Iterator, Sequence

import msgspec

from financebuy.bench.goals import GOALS, WAS_NOT_RUN, Goal, judge
from financebuy.bench.report import Line, Report, Verdict


class Runs(msgspec.Struct, frozen=True):
    """What is shown: one report or more. Runs are numbered from 1, as they were named."""

    runs: list[Report]
    goals: list[Verdict]

    @classmethod
    def of(cls, runs: Sequence[Report], goals: Sequence[Goal] = GOALS) -> "Runs":
        """Judged by the goals as they are now."""
        return cls(list(runs), judge_runs([run.lines for run in runs], goals))

    @property
    def several(self) -> bool:
        """Whether it must be said which run a figure is of."""
        return len(self.runs) > 1

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Each line and its run's number: scenarios as they first come, then run by run."""
        scenarios = dict.fromkeys(line.scenario for run in self.runs for line in run.lines)
        for scenario in scenarios:
            for number, run in enumerate(self.runs, start=1):
                yield from ((number, line) for line in run.lines if line.scenario == scenario)


def judge_runs(
    runs: Sequence[Sequence[Line]], goals: Sequence[Goal] = GOALS
) -> list[Verdict]:  # fmt: skip
    """The verdicts over the lines of some runs: of each bar, every one that a run measured.

    Figures of two runs are never compared: a goal is a ratio in one run. Of a bar that none has
    measured there is one verdict, with the reason of the run that came nearest.
    """
    if len(runs) == 1:
        return judge(runs[0], goals)
    by_run = [judge(lines, goals) for lines in runs]
    return [verdict for same in zip(*by_run, strict=True) for verdict in _of_bar(same)]


def _of_bar(verdicts: Sequence[Verdict]) -> list[Verdict]:
    measured = [
        msgspec.structs.replace(verdict, run=number)
        for number, verdict in enumerate(verdicts, start=1)
        if verdict.measured is not None
    ]
    # A run without the scenario says less than one in which somebody was missing.
    return measured or [min(verdicts, key=lambda each: (each.why or "").endswith(WAS_NOT_RUN))]
