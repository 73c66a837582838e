"""One run of the replay drill: a scratch platform, its workers, and week after week of history.

The market is the platform's own, moved step by step, so that what is ordered in a moment is
ordered in the same moment of every run, however fast the machine. Orders go in one by one, since
the venue serves who came first; money goes in all at once, through as many writers as workers.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from financebuy.bootstrap import Platform, open_platform
from financebuy.database.commands import ROLES, Verdict, parameters
from financebuy.database.pools import Connection
from financebuy.drills.replay_traders import (
    Draw,
    Evening,
    Funds,
    Price,
    Shares,
    Traded,
    Wish,
    Working,
    by_ordinal,
)
from financebuy.drills.scratch import ProgramEndedError, Scratch, scratch_platform
from financebuy.market.book import Book
from financebuy.market.clock import ClockState, ReplayClock
from financebuy.market.history import PriceHistory
from financebuy.market.program import Market, MarketOptions
from financebuy.market.sessions import Step, StepKind
from financebuy.market.store import MarketStore
from financebuy.market.venue import VENUE, PaperVenue
from financebuy.services import identity
from financebuy.services.accounts import open_account
from financebuy.services.caller import PLATFORM, Caller
from financebuy.services.checks import CheckResult, check_books
from financebuy.services.rows import fetch_all
from financebuy.settings import Settings
from financebuy.sql import load

SQL = load("drills")
BANK = "sandbox"
_ROLES = (*sorted(set(ROLES.values())), "auditor")
CENT = Decimal("0.01")
_OPENING = Decimal(100_000)
_METHODS = ("fifo", "lifo", "highest_cost")
_SETTLE_SECONDS = 120.0
_POLL_SECONDS = 0.01
# The tick of a day at which the investors look in: some quotes have passed by then.
_LOOK_IN_TICK = 2
PARTS = {
    "balances": SQL.replay_book_balances,
    "holdings": SQL.replay_book_holdings,
    "lots": SQL.replay_book_lots,
    "orders": SQL.replay_book_orders,
    "fills": SQL.replay_book_fills,
    "entries": SQL.replay_book_entries,
    "actions": SQL.replay_book_actions,
}
"""What runs are compared by: queries whose rows name no id."""


@dataclass(frozen=True, slots=True)
class Season:
    """What is replayed. `volume_share` is small, so that orders often fill in parts."""

    place: Path
    accounts: int
    seed: int
    first: date
    last: date
    quote_minutes: int
    volume_share: Decimal


@dataclass(slots=True)
class Outcome:
    """What a run did. `books` are the lines of each of `PARTS`."""

    workers: int
    sessions: int = 0
    weeks: int = 0
    first: date | None = None
    last: date | None = None
    steps: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    """By function and outcome: `place_order accepted`, `place_order insufficient_quantity`."""
    books: dict[str, list[str]] = field(default_factory=dict)
    checks: list[CheckResult] = field(default_factory=list)
    facts: int = 0
    """What the venue reported."""
    seconds: float = 0.0


Tell = Callable[[Outcome, date], None]


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
        connection = await stack.enter_async_context(venue.pools.connection("fb_venue"))
        run = _Run(season, scratch, platform, Outcome(workers), tell)
        await run.everything(venue, connection)
        return run.outcome


class _Run:
    def __init__(
        self, season: Season, scratch: Scratch, platform: Platform, outcome: Outcome, tell: Tell
    ) -> None:
        self.outcome = outcome
        self._season, self._scratch, self._platform, self._tell = season, scratch, platform, tell
        self._owners: list[Caller] = []
        self._accounts: list[UUID] = []
        self._asked: list[UUID] = []

    async def everything(self, venue: Platform, connection: Connection) -> None:
        market = await self._market(venue, connection)
        state = await market.resume()
        await self._open_accounts()
        week: tuple[int, int] | None = None
        while (step := await market.next_step(state)) is not None:
            session = step.session.session_date
            if session > self._season.last:
                break
            if session.isocalendar()[:2] != week:
                week = session.isocalendar()[:2]
                self._tell(self.outcome, session)
                await self._weekend(state)
                await market.serve()
            state = await self._day(market, step, state)
        self.outcome.books = await self._books()
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
                await self._look_in(state)
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

    # ------------------------------------------------------------------ people

    async def _open_accounts(self) -> None:
        """Two accounts a person, with money, fees and a method for their lots."""
        for number in range(-(-self._season.accounts // 2)):
            person = identity.NewUser(f"replay-{number}@example.com", "Rita", f"Replay {number}")
            user = await identity.create_user(self._platform, PLATFORM, person)
            await identity.set_kyc_status(self._platform, PLATFORM, user.user_id, "approved")
            for _ in range(min(2, self._season.accounts - len(self._accounts))):
                account = await open_account(self._platform, PLATFORM, user.user_id)
                self._owners.append(Caller(user.user_id, origin="drill"))
                self._accounts.append(account.account_id)
        for side, points in (("buy", 3), ("sell", 5)):
            await self._send("set_fee_schedule", {
                "identity": PLATFORM.token(self._platform), "key": f"fees {side}", "side": side,
                "effective_from": datetime.combine(self._season.first, datetime.min.time(), UTC)
                + timedelta(days=1),
                "flat": None, "per_share": None, "basis_points": Decimal(points),
                "minimum": CENT, "maximum": None,
            })  # fmt: skip
        for ordinal in range(len(self._accounts)):
            await self._ask(ordinal, "set_preferences", f"preferences {ordinal}", {
                "lot_method": _METHODS[ordinal % 3], "reinvest_dividends": ordinal % 2 == 0,
            })  # fmt: skip
            await self._ask(ordinal, "deposit_received", f"opening {ordinal}", {"amount": _OPENING})

    # ------------------------------------------------------------------ what is asked when

    async def _weekend(self, state: ClockState) -> None:
        """Money, all at once; what the bank and the venue say of before; then orders in turn."""
        week = self.outcome.weeks = self.outcome.weeks + 1
        evening = await self._evening(state.market_time)
        await self._bank_answers(week)
        await self._venue_takes_back(week, state.market_time)
        draws = [self._draw(week, ordinal, "night") for ordinal in range(len(self._accounts))]
        await asyncio.gather(
            *(
                self._wish(draw, wish)
                for draw in draws
                for wish in draw.money(evening.funds[draw.ordinal])
            )
        )
        for draw in draws:
            for wish in draw.weekly(evening):
                await self._wish(draw, wish)

    async def _look_in(self, state: ClockState) -> None:
        week = self.outcome.weeks
        evening = await self._evening(state.market_time)
        for ordinal in range(len(self._accounts)):
            draw = self._draw(week, ordinal, f"day {state.session_date}")
            for wish in draw.daily(evening):
                await self._wish(draw, wish)

    def _draw(self, week: int, ordinal: int, moment: str) -> Draw:
        return Draw(self._season.seed, week, ordinal, moment)

    async def _wish(self, draw: Draw, wish: Wish) -> None:
        function, fields = wish
        key = f"{function} {draw.ordinal} {draw.week} {draw.moment}"
        if function == "transfer":
            fields = fields | {"target": str(self._accounts[draw.ordinal ^ 1])}
            if draw.ordinal ^ 1 >= len(self._accounts):
                return
        verdict = await self._ask(
            draw.ordinal, function, fields.get("client_order_id", key), fields
        )
        if (
            function == "request_withdrawal"
            and verdict.command_id
            and verdict.outcome == "accepted"
        ):
            self._asked.append(verdict.command_id)

    async def _bank_answers(self, week: int) -> None:
        """Withdrawals that were asked for are paid, one in five comes back; a payment bounces."""
        asked, self._asked = self._asked, []
        for number, transfer_id in enumerate(asked):
            function = "withdrawal_returned" if number % 5 == 4 else "withdrawal_settled"
            field = "reason" if function == "withdrawal_returned" else "bank_reference"
            name = f"{function} {week} {number}"
            row = {"key": name, "transfer_id": transfer_id, field: name, "effective_at": None}
            await self._send(function, row)
        if week % 9 == 8:
            ordinal = Random(f"{self._season.seed} {week}").randrange(len(self._accounts))  # noqa: S311
            bounced = week - (week - ordinal) % 4 if week % 4 != ordinal % 4 else week - 4
            reference = f"deposit_received {ordinal} {bounced} night"
            await self._send("deposit_returned", {
                "key": f"bounce {week}", "bank": BANK, "bank_reference": reference,
                "reason": "no cover", "effective_at": None,
            })  # fmt: skip

    async def _venue_takes_back(self, week: int, evening: datetime) -> None:
        """Now and then a trade of the last day is busted, and another one corrected."""
        if week % 6 != 5:
            return
        since = {"accounts": self._accounts, "since": evening - timedelta(hours=12)}
        fills = await self._rows(Traded, SQL.replay_fills, since)
        dice = Random(f"{self._season.seed} {week} back")  # noqa: S311 (repeatable on purpose)
        for number, fill in enumerate(dice.sample(fills, min(2, len(fills)))):
            row = {
                "venue": VENUE, "venue_execution_id": f"back {week} {number}",
                "ref_venue_execution_id": fill.venue_execution_id, "effective_at": None,
            }  # fmt: skip
            if number == 0:
                await self._send("execution_busted", row)
            else:
                right = {"quantity": fill.quantity, "price": fill.price + CENT}
                await self._send("execution_corrected", row | right)

    # ------------------------------------------------------------------ the command path

    async def _ask(self, ordinal: int, function: str, key: str, fields: dict[str, Any]) -> Verdict:
        row = {"account_id": self._accounts[ordinal], **fields}
        if function == "deposit_received":
            row |= {"bank": BANK, "bank_reference": key, "currency": "USD"}
        else:
            row |= {"identity": self._owners[ordinal].token(self._platform), "key": key}
        return await self._send(function, row)

    async def _send(self, function: str, row: dict[str, Any]) -> Verdict:
        """Through the command writer; what a row does not name is not given."""
        names = parameters(function)
        given = {"origin": "drill"} | {name: row[name] for name in names if name in row}
        verdict = await self._platform.writer.submit(function, dict.fromkeys(names) | given)
        self.outcome.commands[f"{function} {verdict.code or verdict.outcome}"] += 1
        return verdict

    # ------------------------------------------------------------------ what there is

    async def _evening(self, at: datetime) -> Evening:
        mine = {"accounts": self._accounts}
        prices = await self._rows(Price, SQL.replay_prices, {})
        return Evening(
            at=at,
            funds=await self._rows(Funds, SQL.replay_accounts, mine),
            shares=by_ordinal(await self._rows(Shares, SQL.replay_holdings, mine)),
            orders=by_ordinal(await self._rows(Working, SQL.replay_orders, mine)),
            prices={each.security_id: each.last for each in prices},
        )

    async def _rows(self, kind: type[Any], query: str, values: dict[str, Any]) -> list[Any]:
        async with self._platform.pools.connection("auditor") as connection:
            return await fetch_all(connection, kind, query, values)

    async def _books(self) -> dict[str, list[str]]:
        """Everything that must be the same in every run, a line a row."""
        books = {}
        async with self._platform.pools.connection("auditor") as connection:
            for part, query in PARTS.items():
                cursor = await connection.execute(query.encode(), {"accounts": self._accounts})
                books[part] = [_line(row) for row in await cursor.fetchall()]
        books["answers"] = [f"{name}: {n}" for name, n in sorted(self.outcome.commands.items())]
        return books


def _line(row: dict[str, Any]) -> str:
    return " ".join(f"{name}={_told(value)}" for name, value in row.items())


def _told(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def lines_of(outcome: Outcome, part: str, text: str) -> Sequence[str]:
    """The lines of a part that say something."""
    return [line for line in outcome.books[part] if text in line]
