"""The pure rules of the design: exact rounding, fees, holds, days. Fractions lose nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

ZERO = Fraction(0)
CENTS, SHARES = 2, 9
"""Decimal places of the currency and of every security of these tests."""
NEW_YORK = ZoneInfo("America/New_York")


def half_even(value: Fraction, scale: int) -> Fraction:
    """Round to `scale` decimal places, ties to the even neighbour (Python's round does that)."""
    return Fraction(round(value * 10**scale), 10**scale)


def up(value: Fraction, scale: int) -> Fraction:
    return Fraction(ceil(value * 10**scale), 10**scale)


def down(value: Fraction, scale: int) -> Fraction:
    return Fraction(floor(value * 10**scale), 10**scale)


def has_scale(value: Decimal | None, scale: int) -> bool:
    """Whether a number has at most `scale` decimal places; trailing zeros are none."""
    return value is None or Fraction(value) * 10**scale % 1 == 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Fees from a market time on: flat + per share + basis points, within bounds."""

    since: datetime
    flat: Fraction = ZERO
    per_share: Fraction = ZERO
    basis_points: Fraction = ZERO
    minimum: Fraction = ZERO
    maximum: Fraction | None = None

    def fee(self, quantity: Fraction, gross: Fraction) -> Fraction:
        """The unrounded fee of an order that has traded so much; nothing for nothing."""
        if quantity <= 0:
            return ZERO
        fee = self.flat + self.per_share * quantity + self.basis_points * gross / 10_000
        fee = max(fee, self.minimum)
        return fee if self.maximum is None else min(fee, self.maximum)


def schedule_at(schedules: list[Schedule], at: datetime) -> Schedule:
    """The newest that has begun; trading is free without one."""
    begun = [schedule for schedule in schedules if schedule.since <= at]
    return max(begun, key=lambda s: s.since) if begun else Schedule(at)


@dataclass(slots=True)
class Quote:
    bid: Fraction | None
    ask: Fraction | None
    last: Fraction
    session: date


@dataclass(slots=True)
class Clock:
    time: datetime
    is_open: bool
    session: date
    upcoming: date


def hold_price(
    side: str, quote: Quote, stop: Fraction | None, clock: Clock, scale: int, collar: Fraction
) -> Fraction:
    """The worst price of a market order: the ask (else the last close) and a collar above it.

    That of a stop order is the same around its stop, where that is worse.
    """
    if side == "buy":
        base = quote.ask if clock.is_open and quote.ask is not None else quote.last
        return up((base if stop is None else max(base, stop)) * (1 + collar), scale)
    base = quote.bid if clock.is_open and quote.bid is not None else quote.last
    return down((base if stop is None else min(base, stop)) * (1 - collar), scale)


def last_session(time_in_force: str, clock: Clock) -> date | None:
    """At whose close an order ends; one for the open that comes after it waits for the next."""
    if time_in_force == "gtc":
        return None
    return clock.session if clock.is_open and time_in_force != "opg" else clock.upcoming


@dataclass(frozen=True, slots=True)
class Size:
    """How much is wanted (of the two one is None) and how much of it is done."""

    quantity: Fraction | None
    notional: Fraction | None
    filled: Fraction = ZERO
    gross: Fraction = ZERO

    def after(self, other: "Size") -> "Size":
        """The same wish, with what another one has done."""
        return Size(self.quantity, self.notional, other.filled, other.gross)

    def takes(self, reported: Fraction, price: Fraction) -> Fraction:
        """How much of a reported fill is within the order."""
        return min(reported, self.room(price))

    def room(self, price: Fraction) -> Fraction:
        if self.quantity is not None:
            return max(self.quantity - self.filled, ZERO)
        assert self.notional is not None
        return down(max(self.notional - self.gross, ZERO) / price, SHARES)

    def cash_hold(self, price: Fraction, schedule: Schedule, charged: Fraction) -> Fraction:
        """The worst that a buy may still cost: the rest at its hold price, and the fees."""
        if self.quantity is not None:
            cost = (self.quantity - self.filled) * price
            fee = schedule.fee(self.quantity, self.gross + cost)
        else:
            assert self.notional is not None
            cost = max(self.notional - self.gross, ZERO)
            # How many shares a sum buys is unknown; twice what it buys at the hold price is ample.
            fee = schedule.fee(self.filled + up(2 * cost / price, SHARES), self.notional)
        return up(cost + max(fee - charged, ZERO), CENTS)

    def share_hold(self, price: Fraction) -> Fraction:
        """The most shares that a sell may still take."""
        if self.quantity is not None:
            return self.quantity - self.filled
        assert self.notional is not None
        return up(max(self.notional - self.gross, ZERO) / price, SHARES)


def trading_day(at: datetime) -> date:
    return at.astimezone(NEW_YORK).date()


def following_weekday(day: date) -> date:
    """When a trade of a day that no calendar has settles."""
    following = day + timedelta(days=1)
    while following.isoweekday() > 5:
        following += timedelta(days=1)
    return following
