"""A trading session as it is replayed: its hours, its securities, its steps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from uuid import UUID

from financebuy.domain.market import TICK_INTERVAL, Bar, Quote, bridge, tick_times


@dataclass(frozen=True, slots=True)
class Listing:
    """What a security did in a session: its real bar, and simulated quotes within it."""

    security_id: UUID
    bar: Bar
    previous_close: Decimal | None
    quotes: list[Quote]


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day. `times` are the market times of its ticks, the first one its open."""

    session_date: date
    next_session_date: date | None
    opens_at: datetime
    closes_at: datetime
    times: list[datetime]
    listings: list[Listing]


@dataclass(frozen=True, slots=True)
class DayOfSecurity:
    """One security's row of a session's history."""

    security_id: UUID
    symbol: str
    bar: Bar
    previous_close: Decimal | None


class StepKind(Enum):
    """What a step does to the market."""

    OPEN = "open"
    TICK = "tick"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Step:
    """The market's next move. `tick` counts within the session; a close follows the last one."""

    kind: StepKind
    session: Session
    tick: int

    @property
    def at(self) -> datetime:
        """Market time of the step."""
        if self.kind is StepKind.CLOSE:
            return self.session.closes_at
        return self.session.times[self.tick]

    def quotes(self) -> dict[UUID, Quote]:
        """The quotes that the step shows; a close shows none, the venue is shut."""
        if self.kind is StepKind.CLOSE:
            return {}
        return {each.security_id: each.quotes[self.tick] for each in self.session.listings}

    def auction(self) -> dict[UUID, Quote]:
        """The closing auction: one price, the day's real close, and the last tick's volume again.

        At any other step there is none.
        """
        if self.kind is not StepKind.CLOSE:
            return {}
        return {
            each.security_id: each.quotes[-1]._replace(
                last=each.bar.close, bid=each.bar.close, ask=each.bar.close
            )
            for each in self.session.listings
        }


def plan_session(
    seed: int,
    session_date: date,
    next_session_date: date | None,
    hours: tuple[datetime, datetime],
    securities: list[DayOfSecurity],
    interval: timedelta = TICK_INTERVAL,
) -> Session:
    """Draw a session's quotes; the same arguments give the same session."""
    times = tick_times(*hours, interval)
    listings = [
        Listing(
            each.security_id,
            each.bar,
            each.previous_close,
            bridge(seed, each.symbol, session_date, each.bar, len(times)),
        )
        for each in securities
    ]
    return Session(session_date, next_session_date, *hours, times, listings)
