"""One run of the replay drill: a scratch platform, its workers, and week after week of history.

The market is the platform's own, moved step by step, so that what is ordered in a moment is
ordered in the same moment of every run, however fast the machine. Orders go in one by one, since
the venue serves who came first; money goes in all at once, through as many writers as workers.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from financebuy.bootstrap import Platform, open_platform
from financebuy.database.commands import ROLES, Verdict
from financebuy.database.pools import Connection
from financebuy.drills.replay_customers import Customers
from financebuy.drills.replay_outcome import Outcome, Season, Tell
from financebuy.drills.replay_weeks import Weeks
from financebuy.drills.scratch import ProgramEndedError, Scratch, scratch_platform
from financebuy.market.book import Book
from financebuy.market.clock import ClockState, ReplayClock
from financebuy.market.history import PriceHistory
from financebuy.market.program import Market, MarketOptions
from financebuy.market.reporting import VENUE
from financebuy.market.sessions import Step, StepKind
from financebuy.market.store import MarketStore
from financebuy.market.venue import PaperVenue
from financebuy.services.checks import check_books
from financebuy.settings import Settings

_ROLES = (*sorted(set(ROLES.values())), "auditor")
_SETTLE_SECONDS = 120.0
_POLL_SECONDS = 0.01
# The tick of a day at which the investors look in: some quotes have passed by then.
_LOOK_IN_TICK = 2


def run_season(season: Season, workers: int, tell: Tell) -> Outcome:
    """Replay it once; `tell` hears of each week.

    Raises:
        ProgramEndedError: a worker has ended, or a day is never settled.
    """
    began = time.monotonic()
    with scratch_platform(season.place, workers) as scratch:
        outcome = asyncio.run(_run(season, scratch, workers, tell))
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


async def _run(season: Season, scratch: Scratch, workers: int, tell: Tell) -> Outcome:
    settings = replace(Settings.read({}, scratch.data), command_writers=workers)
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(
            open_platform(settings, _ROLES, scratch.connections)
        )
        # What the venue reports is written in its order: see `financebuy.market.__main__`.
        venue = await stack.enter_async_context(
            open_platform(replace(settings, command_writers=1), ("fb_venue",), scratch.connections)
        )
        connection = await stack.enter_async_context(venue.pools.long("fb_venue"))
        run = _Run(season, scratch, platform, Outcome(workers), tell)
        await run.everything(venue, connection)
        return run.outcome


class _Run:
    def __init__(
        self, season: Season, scratch: Scratch, platform: Platform, outcome: Outcome, tell: Tell
    ) -> None:
        self.outcome = outcome
        self._season, self._scratch, self._platform, self._tell = season, scratch, platform, tell
        self._customers = Customers(platform, outcome.commands)
        self._weeks = Weeks(self._customers, season.seed)

    async def everything(self, venue: Platform, connection: Connection) -> None:
        market = await self._market(venue, connection)
        state = await market.resume()
        await self._customers.open_accounts(self._season.accounts, self._season.first)
        week: tuple[int, int] | None = None
        while (step := await market.next_step(state)) is not None:
            session = step.session.session_date
            if session > self._season.last:
                break
            if session.isocalendar()[:2] != week:
                week = session.isocalendar()[:2]
                self._tell(self.outcome, session)
                await self._weeks.begin(state.market_time)
                await market.serve()
            state = await self._day(market, step, state)
        self.outcome.weeks = self._weeks.count
        self.outcome.books = await self._customers.books()
        self.outcome.checks = await check_books(self._platform)

    async def _market(self, venue: Platform, connection: Connection) -> Market:
        async def submit(function: str, row: dict[str, Any]) -> Verdict:
            self.outcome.facts += 1
            return await venue.writer.submit(function, row)

        season = self._season
        interval = timedelta(minutes=season.quote_minutes)
        history = PriceHistory(connection, season.seed, interval)
        options = MarketOptions(season.first, None, season.seed, season.volume_share)
        market = Market(
            MarketStore(connection),
            ReplayClock(history),
            PaperVenue(Book(connection, VENUE), submit, season.volume_share),
            options,
            asyncio.Event(),
        )
        await market.wait_for_lock()
        await market.wait_for_data(history)
        return market

    # ------------------------------------------------------------------ time

    async def _day(self, market: Market, step: Step, state: ClockState) -> ClockState:
        """A session from its open until it is settled."""
        while True:
            state = await market.take(step, state)
            self.outcome.steps += 1
            if step.kind is StepKind.CLOSE:
                break
            if step.tick == _LOOK_IN_TICK and self._is_the_day(step.session.session_date):
                await self._weeks.look_in(state.market_time, state.session_date)
                await market.serve()
            following = await market.next_step(state)
            assert following is not None  # noqa: S101 (an open session has a close)
            step = following
        self.outcome.sessions += 1
        session = step.session.session_date
        self.outcome.first, self.outcome.last = self.outcome.first or session, session
        return await self._settled(market)

    def _is_the_day(self, session: date) -> bool:
        """Whether the investors look in: on Wednesdays and Thursdays."""
        return session.isoweekday() in (3, 4)

    async def _settled(self, market: Market) -> ClockState:
        deadline = time.monotonic() + _SETTLE_SECONDS
        while not (state := await market.state()).settled:
            self._scratch.check()
            if time.monotonic() > deadline:
                raise ProgramEndedError(f"the session {state.session_date} is never settled")
            await asyncio.sleep(_POLL_SECONDS)
        return state
