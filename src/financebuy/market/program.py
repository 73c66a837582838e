"""The market's loop: finish what the quotes of now allow, wait, move the market one step."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from financebuy.database.pools import Connection
from financebuy.database.programs import DATABASE_AWAY, Connect, locking, pause
from financebuy.market.book import Book
from financebuy.market.clock import Clock, ClockState, ReplayClock
from financebuy.market.history import PriceHistory
from financebuy.market.pace import POLL_SECONDS, Pace
from financebuy.market.reporting import VENUE, Submit
from financebuy.market.sessions import Step, StepKind
from financebuy.market.store import MarketStore
from financebuy.market.venue import PaperVenue
from financebuy.program.life import Signals

RETRY_SECONDS = 1.0
# The worker settles a day in milliseconds, and at full speed a replay has nothing else to wait for.
SETTLE_POLL_SECONDS = 0.01
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MarketOptions:
    """What a new market starts with. `days_per_minute` holds until an operator sets the speed."""

    start: date
    days_per_minute: Decimal | None
    seed: int
    volume_share: Decimal


async def run_market(
    connect: Connect, submit: Submit, options: MarketOptions, signals: Signals
) -> None:
    """Run until told to stop. A lost database is waited for; then all state is read from it anew.

    `connect` lends connections as fb_venue, `submit` sends a fact (`CommandWriter.submit`).
    """
    while not signals.stop.is_set():
        try:
            async with locking(connect) as connection:
                await _run_on(connection, submit, options, signals)
        except DATABASE_AWAY as error:
            log.warning("the database is away, trying again: %s", error)
            await pause(signals.stop, RETRY_SECONDS)


async def _run_on(
    connection: Connection, submit: Submit, options: MarketOptions, signals: Signals
) -> None:
    store = MarketStore(connection)
    history = PriceHistory(connection, options.seed)
    venue = PaperVenue(Book(connection, VENUE), submit, options.volume_share)
    market = Market(store, ReplayClock(history), venue, options, signals.stop)
    if await market.wait_for_lock() and await market.wait_for_data(history):
        signals.ready.set()
        await market.run()


class Market:
    """One market over one connection."""

    def __init__(
        self,
        store: MarketStore,
        clock: Clock,
        venue: PaperVenue,
        options: MarketOptions,
        stop: asyncio.Event,
    ) -> None:
        self._store = store
        self._clock = clock
        self._venue = venue
        self._start = options.start
        self._pace = Pace(store, clock, options.days_per_minute)
        self._stop = stop

    async def wait_for_lock(self) -> bool:
        """Wait while another market runs; False when told to stop."""
        if not await self._store.try_lock():
            log.info("another market runs on this database, waiting for it to end")
            while not await self._store.try_lock():
                if await pause(self._stop, RETRY_SECONDS):
                    return False
        return True

    async def wait_for_data(self, history: PriceHistory) -> bool:
        """Wait for calendar and bars, then make sure there is a clock; False when told to stop."""
        while await self._store.clock() is None:
            evening = await history.session_before(self._start)
            if evening is not None and await history.next_session_date(evening) is not None:
                await self._store.begin(self._clock.mode, await history.session(evening))
            elif await pause(self._stop, POLL_SECONDS):
                return False
        return True

    async def run(self) -> None:
        """Step after step, until told to stop."""
        state = await self.resume()
        while not self._stop.is_set():
            step = await self.next_step(state)
            if step is None:
                state = await self._rest(state)
            elif await self._wait_until_due(step):
                state = await self.take(step, state)

    async def next_step(self, state: ClockState) -> Step | None:
        """What comes after a state; None while its day is being settled, and after the last bar."""
        # What the next day is like may depend on the end of this one: a split, for one.
        return await self._clock.next_step(state) if state.settled else None

    async def resume(self) -> ClockState:
        """Show the venue the quotes of now, and let it finish what it began with them."""
        state = await self.state()
        log.info("at %s, session %s, %s", state.market_time, state.session_date, state.phase)
        step = await self._clock.current_step(state)
        quotes = {} if step is None else step.quotes()
        self._venue.show(
            quotes,
            state.market_time,
            state.quote_seq,
            session=state.session_date,
            opening=step is not None and step.tick == 0,
        )
        await self._venue.recall()
        await self._venue.work(every=True)
        return state

    async def _wait_until_due(self, step: Step) -> bool:
        """Serve orders until the step may happen; False when told to stop before."""
        while not await self._pace.is_due(step):
            if await pause(self._stop, self._pace.nap(step)):
                return False
            await self._venue.work(every=False)
        if self._pace.is_stepping:
            # What was ordered before the step was asked for is served before it.
            await self._venue.work(every=False)
        return True

    async def serve(self) -> None:
        """Let the venue answer what was ordered since it last looked."""
        await self._venue.work(every=False)

    async def take(self, step: Step, state: ClockState) -> ClockState:
        """Move the market, then let the venue trade: all of it is in the database afterwards."""
        quote_seq = state.quote_seq + 1
        quotes = step.quotes()
        sizes = self._venue.sizes(quotes.values())
        if step.kind is StepKind.CLOSE:
            # Before the close is known, or the job that ends the day's orders would come first.
            await self._venue.hold_auction(
                step.auction(), step.at, quote_seq, step.session.session_date
            )
        async with self._pace.counting(step):
            if step.kind is StepKind.OPEN:
                await self._store.open_session(step, quote_seq, sizes)
            elif step.kind is StepKind.TICK:
                await self._store.publish_tick(
                    step, quote_seq, sizes, durable=self._venue.has_orders
                )
            else:
                await self._store.close_session(step, quote_seq)
        if step.kind is not StepKind.TICK:
            log.info("session %s: %s", step.session.session_date, step.kind.value)
        self._venue.show(
            quotes,
            step.at,
            quote_seq,
            session=step.session.session_date,
            opening=step.kind is StepKind.OPEN,
        )
        closed = step.kind is StepKind.CLOSE
        await self._venue.work(every=not closed)
        return ClockState(
            market_time=step.at,
            phase="closed" if closed else "open",
            session_date=step.session.session_date,
            quote_seq=quote_seq,
            settled=not closed,
        )

    async def _rest(self, state: ClockState) -> ClockState:
        """Take orders while the day is being settled, and after the last one."""
        if state.settled and state.phase == "closed":
            await self._store.finish()
            log.info(
                "%s was the last day that has prices: import more to go on", state.session_date
            )
        await self._venue.work(every=False)
        await pause(self._stop, POLL_SECONDS if state.settled else SETTLE_POLL_SECONDS)
        return await self.state()

    async def state(self) -> ClockState:
        """Where the database says the market is."""
        state = await self._store.clock()
        if state is None:
            raise LookupError("the market's clock was deleted while the market ran")
        return state
