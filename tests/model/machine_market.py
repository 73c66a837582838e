"""The market: time, sessions, quotes, fees."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws
from tests.model.machine_base import SETTLES, Machine
from tests.model.rules import Schedule
from tests.support.world import MONDAY, OPEN


class MarketRules(Machine):
    """What nobody asks for."""

    @rule(minutes=st.integers(1, 400))
    def let_time_pass(self, minutes: int) -> None:
        self.ledger.clock.time += timedelta(minutes=minutes)
        self._tell_clock()

    @rule()
    def close_the_day(self) -> None:
        self.ledger.clock.is_open = False
        self._tell_clock()

    @rule(quoted=draws.usually)
    def open_the_next(self, quoted: bool) -> None:
        """Mostly with a first quote, without which no market order is taken."""
        clock = self.ledger.clock
        if clock.upcoming in SETTLES:
            clock.session, clock.upcoming = clock.upcoming, SETTLES[clock.upcoming]
            clock.time = max(clock.time, _ten_o_clock(clock.session))
            clock.is_open = True
            self._tell_clock()
            for symbol in draws.SYMBOLS if quoted else ():
                self._quote(symbol, Decimal(100), Decimal("0.01"))

    @rule(symbol=draws.some_symbol, last=draws.price, spread=draws.decimals("0.0001", "1", 4))
    def quote(self, symbol: str, last: Decimal, spread: Decimal) -> None:
        self._quote(symbol, last, spread)

    @rule(side=st.sampled_from(["buy", "sell"]), terms=draws.terms, minutes=st.integers(-600, 600))
    def charge(self, side: str, terms: dict[str, Decimal], minutes: int) -> None:
        since = self.ledger.clock.time + timedelta(minutes=minutes)
        if any(s.since == since for s in self.ledger.schedules[side]):
            return
        terms = (
            {**terms, "maximum": max(terms["maximum"], terms.get("minimum", Decimal(0)))}
            if "maximum" in terms
            else terms
        )
        self.world.fees(side, since, **terms)
        exact = {name: Fraction(value) for name, value in terms.items()}
        self.ledger.schedules[side].append(Schedule(since, **exact))


def _ten_o_clock(day: date) -> datetime:
    return OPEN + (day - MONDAY)
