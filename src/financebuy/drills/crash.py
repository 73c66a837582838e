"""The crash drill: kill parts of a platform under load, again and again, and reconcile.

What is killed comes from the seed, and what the clients ask; when exactly, and so what is lost in
flight, never repeats.
"""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from financebuy.drills import evidence, journal
from financebuy.drills.crew import Crew, crew
from financebuy.drills.investors import books_of, open_investors
from financebuy.drills.reconcile import reconcile, stories
from financebuy.drills.report import Moments, Report, write_report
from financebuy.drills.subject import Subject, Victim
from financebuy.settings import Settings

# Fast enough that orders fill, sessions close and money settles amid the kills; and from a month
# in which a stock that the clients hold is split.
_MARKET = {
    "FINANCEBUY_MARKET_DAYS_PER_MINUTE": "20",
    "FINANCEBUY_MARKET_START": "2005-02-01",
}
_LOAD_SECONDS = (1.0, 4.0)
_ORPHANED_SECONDS = (0.2, 2.0)
_AFTER_SECONDS = 1.5
_SETTLE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class CrashDrill:
    """What was asked for. `place` is an empty directory, which the drill fills."""

    place: Path
    rounds: int = 20
    seed: int = 1
    clients: int = 8
    accounts: int = 4
    control: bool = False
    """Break the promise on purpose, to see that the drill notices."""

    @property
    def data(self) -> Path:
        """The data directory of the platform under test."""
        return self.place / "platform"

    @property
    def journal(self) -> Path:
        """The clients' own evidence."""
        return self.place / "journal.jsonl"


def run_crash_drill(drill: CrashDrill, tell: Callable[[str], None]) -> Report:
    """Run it from beginning to end; `tell` hears how it gets on.

    Raises:
        NoRecoveryError: the platform did not come back.
        CrewFailedError: the drill's own processes failed.
    """
    started = time.time()
    settings = Settings.read({}, drill.data)
    with ExitStack() as stack:
        subject = Subject(drill.data, _MARKET)
        stack.callback(subject.down)
        tell("starting a platform of its own")
        subject.up()
        investors = open_investors(settings, drill.accounts)
        if drill.control:
            # Only now: without the accounts there would be nothing to acknowledge.
            tell("control: commits are acknowledged before they are written")
            subject.break_promise()
        started_crew = stack.enter_context(
            crew(
                subject.endpoints.api_url,
                investors,
                drill.journal,
                clients=drill.clients,
                seed=drill.seed,
                settle_seconds=_SETTLE_SECONDS,
            )
        )
        moments = _play(drill, subject, started_crew, tell)
        tell("the traffic ends; every acknowledged command is sent once more")
        started_crew.finish()
        tell("reconciling")
        told = stories(journal.read(drill.journal))
        accounts = [UUID(each.account_id) for each in investors]
        found = evidence.collect(subject.endpoints.database_url("auditor"), accounts)
        checks = books_of(settings)
    return write_report(
        seed=drill.seed,
        clients=drill.clients,
        accounts=drill.accounts,
        control=drill.control,
        moments=moments,
        told=told,
        evidence=found,
        findings=reconcile(told, found),
        checks=checks,
        started=started,
        ended=time.time(),
    )


def _play(
    drill: CrashDrill, subject: Subject, started_crew: Crew, tell: Callable[[str], None]
) -> list[Moments]:
    chance = random.Random(drill.seed)  # noqa: S311 (repeatable on purpose)
    # What the control lets the database forget is lost only when the database dies.
    victims = [Victim.POSTGRES, Victim.EVERYTHING] if drill.control else [*Victim]
    moments = []
    for number in range(drill.rounds):
        victim = victims[number % len(victims)]
        each = _round(subject, started_crew, victim, chance)
        moments.append(each)
        back = each.back - each.killed
        tell(f"round {number + 1} of {drill.rounds}: killed {victim}, back after {back:.1f} s")
    return moments


def _round(subject: Subject, started_crew: Crew, victim: Victim, chance: random.Random) -> Moments:
    began = time.time()
    started_crew.wait_for_an_answer()
    time.sleep(chance.uniform(*_LOAD_SECONDS))
    killed = time.time()
    is_back = subject.kill(victim, chance)
    if victim is Victim.SUPERVISOR:
        # What it had started goes on without it for a while.
        time.sleep(chance.uniform(*_ORPHANED_SECONDS))
    subject.recover(victim, is_back)
    back = time.time()
    started_crew.wait_for_an_answer()
    time.sleep(_AFTER_SECONDS)
    return Moments(victim, began, killed, back, time.time())
