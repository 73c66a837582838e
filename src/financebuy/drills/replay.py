"""The replay drill: history with investors who trade every week, once for each number of workers.

Every run starts from nothing, and all of them must end with books that balance and are the same
to the last lot.
"""

import multiprocessing
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import Any

from financebuy.drills.replay_outcome import Outcome, Season
from financebuy.drills.replay_report import ReplayReport, write_replay_report
from financebuy.drills.replay_run import run_season
from financebuy.drills.scratch import ProgramEndedError
from financebuy.errors import FinanceBuyError

FIRST_BAR, LAST_BAR = date(2000, 3, 1), date(2013, 3, 1)
"""The first and the last day of the shipped history."""
_VOLUME_SHARE = Decimal("0.001")
_NEWS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ReplayDrill:
    """What was asked for. `place` is a directory that the drill may fill."""

    place: Path
    accounts: int = 20
    workers: Sequence[int] = (1, 2, 8)
    seed: int = 1
    first: date = FIRST_BAR
    last: date = LAST_BAR
    quote_minutes: int = 30
    at_once: int = 1
    """How many runs go on side by side, each with a server of its own."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    run: int
    workers: int
    day: date
    sessions: int
    commands: int
    facts: int
    seconds: float


def run_replay_drill(drill: ReplayDrill, tell: Callable[[Progress], None]) -> ReplayReport:
    """Run it from beginning to end; `tell` hears how far each run is.

    Raises:
        ProgramEndedError: a process of the drill failed.
    """
    started = time.time()
    season = Season(
        drill.place, drill.accounts, drill.seed, drill.first, drill.last, drill.quote_minutes,
        _VOLUME_SHARE,
    )  # fmt: skip
    outcomes = _Runs(season, drill.workers, drill.at_once).finish(tell)
    return write_replay_report(season, outcomes, started, time.time())


class _Runs:
    """Runs in processes of their own, so many side by side."""

    def __init__(self, season: Season, workers: Sequence[int], at_once: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._heard: Queue[Any] = spawn.Queue()
        self._waiting = [
            spawn.Process(
                target=run_one,
                args=(replace(season, place=season.place / f"run-{n}"), n, count, self._heard),
            )
            for n, count in enumerate(workers)
        ]
        self._running: list[BaseProcess] = []
        self._at_once = at_once
        self._outcomes: dict[int, Outcome] = {}

    def finish(self, tell: Callable[[Progress], None]) -> list[Outcome]:
        """All outcomes, in the order of the runs."""
        total = len(self._waiting)
        try:
            while len(self._outcomes) < total:
                self._start()
                with suppress(Empty):
                    self._hear(self._heard.get(timeout=_NEWS_SECONDS), tell)
        finally:
            for process in self._running:
                # A run ends its server and its workers before it ends itself.
                if len(self._outcomes) < total and process.is_alive():
                    process.terminate()
                process.join()
        return [self._outcomes[n] for n in sorted(self._outcomes)]

    def _start(self) -> None:
        alive = [process for process in self._running if process.is_alive()]
        while self._waiting and len(alive) < self._at_once:
            process = self._waiting.pop(0)
            process.start()
            alive.append(process)
            self._running.append(process)
        if any(process.exitcode for process in self._running):
            raise ProgramEndedError("a run of the drill has died")

    def _hear(self, news: Any, tell: Callable[[Progress], None]) -> None:
        if isinstance(news, Progress):
            tell(news)
        elif isinstance(news, str):
            raise ProgramEndedError(news)
        else:
            number, outcome = news
            self._outcomes[number] = outcome


def run_one(season: Season, number: int, workers: int, heard: "Queue[Any]") -> None:
    """One run, told to the drill through a queue."""
    began = time.monotonic()

    def tell(outcome: Outcome, day: date) -> None:
        heard.put(
            Progress(
                number, workers, day, outcome.sessions, outcome.commands.total(), outcome.facts,
                time.monotonic() - began,
            )
        )  # fmt: skip

    # Told to end, it stops its server and its workers on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    season.place.mkdir(mode=0o755)
    try:
        heard.put((number, run_season(season, workers, tell)))
    except FinanceBuyError as error:
        heard.put(error.message)
    except KeyboardInterrupt:
        heard.put("interrupted")
