"""How much wall time a replay gives each step."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from financebuy.market.clock import Control, wall_time
from financebuy.market.sessions import Session, Step, StepKind, plan_session


def session(hours: float) -> Session:
    opens_at = datetime(2012, 6, 1, 13, 30, tzinfo=UTC)
    closes_at = opens_at + timedelta(hours=hours)
    return plan_session(1, date(2012, 6, 1), None, (opens_at, closes_at), [])


WHOLE, HALF = session(6.5), session(3.5)


def steps(of: Session) -> list[Step]:
    ticks = [Step(StepKind.TICK, of, tick) for tick in range(1, len(of.times))]
    return [Step(StepKind.OPEN, of, 0), *ticks, Step(StepKind.CLOSE, of, len(of.times))]


def total(of: Session, speed: str | None) -> timedelta:
    control = Control(
        paused=False, days_per_minute=None if speed is None else Decimal(speed), steps_waiting=0
    )
    return sum((wall_time(step, control) for step in steps(of)), timedelta(0))


@pytest.mark.parametrize("of", [WHOLE, HALF])
@pytest.mark.parametrize(("speed", "seconds"), [("1", 60), ("0.5", 120), ("60", 1)])
def test_a_day_takes_its_share_of_a_minute(of: Session, speed: str, seconds: int) -> None:
    assert abs(total(of, speed) - timedelta(seconds=seconds)) < timedelta(milliseconds=1)


@pytest.mark.parametrize(("of", "hours"), [(WHOLE, 6.5), (HALF, 3.5)])
def test_in_real_time_only_closed_hours_are_skipped(of: Session, hours: float) -> None:
    assert total(of, None) == timedelta(hours=hours)


def test_a_session_steps_from_its_open_to_its_close() -> None:
    assert len(steps(WHOLE)) == 79
    assert len(steps(HALF)) == 43
    assert steps(WHOLE)[0].at == WHOLE.opens_at
    assert steps(WHOLE)[-1].at == WHOLE.closes_at
    assert steps(WHOLE)[-1].quotes() == {}
