"""What happens next in the market, and when.

A clock is asked for the step after a state and for how long to wait before it. The replay walks
history; a live clock answers the same two questions from a feed.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from financebuy.market.sessions import Session, Step, StepKind

Phase = Literal["open", "closed", "finished"]


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where the market is, as the database has it. `settled`: nothing is left of a closed day."""

    market_time: datetime
    phase: Phase
    session_date: date
    quote_seq: int
    settled: bool


@dataclass(frozen=True, slots=True)
class Control:
    """What the operator asked. `days_per_minute` None is real time; steps count while paused."""

    paused: bool
    days_per_minute: Decimal | None
    steps_waiting: int


class Clock(Protocol):
    """Replay or live."""

    mode: Literal["replay", "live"]

    async def current_step(self, state: ClockState) -> Step | None:
        """The step whose quotes a state shows; None when the market is closed."""

    async def next_step(self, state: ClockState) -> Step | None:
        """The step after a state; None when there is nothing more."""

    def delay(self, step: Step, control: Control) -> timedelta:
        """Wall time between the step before and this one."""


class History(Protocol):
    """Where a replay's sessions come from."""

    async def next_session_date(self, after: date) -> date | None:
        """The next session that has bars."""

    async def session(self, session_date: date) -> Session:
        """A session with its quotes."""


class ReplayClock:
    """Walks the sessions that have bars, one after the other; closed hours take no time."""

    mode: Literal["replay", "live"] = "replay"

    def __init__(self, history: History) -> None:
        self._history = history
        self._session: Session | None = None

    async def current_step(self, state: ClockState) -> Step | None:
        """The last tick that is not after the state's market time."""
        if state.phase != "open":
            return None
        session = await self._load(state.session_date)
        tick = max(0, bisect_right(session.times, state.market_time) - 1)
        return Step(StepKind.TICK, session, tick)

    async def next_step(self, state: ClockState) -> Step | None:
        """The next tick, else the close, else the next session's open."""
        if state.phase != "open":
            session_date = await self._history.next_session_date(state.session_date)
            if session_date is None:
                return None
            return Step(StepKind.OPEN, await self._load(session_date), 0)
        session = await self._load(state.session_date)
        # By time, not by count: after a change of the number of ticks a session goes on as well.
        tick = bisect_right(session.times, state.market_time)
        kind = StepKind.TICK if tick < len(session.times) else StepKind.CLOSE
        return Step(kind, session, tick)

    def delay(self, step: Step, control: Control) -> timedelta:
        """See `wall_time`."""
        return wall_time(step, control)

    async def _load(self, session_date: date) -> Session:
        if self._session is None or self._session.session_date != session_date:
            self._session = await self._history.session(session_date)
        return self._session


def wall_time(step: Step, control: Control) -> timedelta:
    """An even share of the day's wall time, or the market's own time between two steps."""
    times = step.session.times
    if control.days_per_minute is not None:
        a_day = timedelta(minutes=1) / float(control.days_per_minute)
        return a_day / (len(times) + 1)
    if step.kind is StepKind.OPEN:
        return timedelta(0)
    return step.at - times[step.tick - 1]
