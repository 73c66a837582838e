"""Processes that flood one server with random commands and facts, while days pass."""

import asyncio
import multiprocessing
import time
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from multiprocessing.queues import Queue
from queue import Empty
from threading import Event
from typing import Any
from uuid import UUID, uuid4

from financebuy.database.commands import ROLES, CommandWriter, Verdict
from financebuy.database.pools import Pools
from financebuy.errors import TryAgainError
from tests.sql.flood_rows import Stream, Town
from tests.support import world as w
from tests.support.world import Row, World

LOOK_SECONDS = 0.2
REPORT_SECONDS = 0.5
RENEW_SECONDS = 1_500.0
DAYS = 1_500
IN_FLIGHT = 250
ACCOUNTS_A_STEP = 20


@dataclass(frozen=True, slots=True)
class Part:
    """What one process does: so many commands, so many in flight."""

    urls: dict[str, str]
    town: Town
    number: int
    seed: int
    commands: int
    in_flight: int


def build_town(world: World, people: int = 40, stocks: int = 10) -> Town:
    """People with two accounts in dollars and one in euros each, stocks, operators, fees."""
    world.open_market(DAYS)
    for side in ("buy", "sell"):
        world.fees(side, w.OPEN - timedelta(days=9), flat=Decimal("0.10"))
    users = [world.user() for _ in range(people)]
    operators = [uuid4() for _ in range(2)]
    for operator in operators:
        world.staff(user_id=operator)
    return Town(
        identity_key=world.database.identity_key,
        people=[user.user_id for user in users],
        accounts=[(world.account(user, 20_000), user.user_id) for user in users for _ in range(2)],
        euros={user.user_id: world.account(user, 0, "EUR") for user in users},
        stocks=[world.security(f"AA{n}") for n in range(stocks)],
        ending=[world.security(f"END{n}") for n in range(3)],
        operators=operators,
        rate=world.rate("USD", "EUR", "0.9"),
    )


class Flood:
    """So many commands by so many processes, while days pass and somebody looks at the books."""

    def __init__(
        self, world: World, town: Town, *, commands: int, processes: int, seed: int
    ) -> None:
        self.counted: Counter[str] = Counter()
        """How many by function and outcome, as `place_order accepted`."""
        self.days = 0
        self._world, self._town, self._commands = world, town, commands
        urls = {role: world.database.url(role) for role in sorted({*ROLES.values(), "auditor"})}
        share = -(-commands // processes)
        self._parts = [Part(urls, town, n, seed, share, IN_FLIGHT) for n in range(processes)]
        self._began = time.monotonic()
        self._over = Event()

    @property
    def decided(self) -> int:
        """Commands and facts that have their verdict."""
        return sum(n for name, n in self.counted.items() if not name.endswith(" repeated"))

    def run(self, look: Callable[[], None], every: int, tell: Callable[[str], None]) -> None:
        """Let everybody loose; `look` is called after every so many verdicts, beside them."""
        spawn = multiprocessing.get_context("spawn")
        heard: Queue[Any] = spawn.Queue()
        processes = [spawn.Process(target=run_part, args=(p, heard)) for p in self._parts]
        for process in processes:
            process.start()
        try:
            with ThreadPoolExecutor(1) as beside, World(self._world.database) as worker:
                days = beside.submit(self._pass_days, worker)
                try:
                    self._follow(processes, heard, look, every, tell)
                finally:
                    self._over.set()
                days.result()
        finally:
            for process in processes:
                process.kill()
                process.join()
        tell(self.progress())

    def _follow(
        self, processes: list[Any], heard: "Queue[Any]", look: Callable[[], None], every: int,
        tell: Callable[[str], None],
    ) -> None:  # fmt: skip
        running, looked = len(processes), 0
        while running:
            with suppress(Empty):
                news = heard.get(timeout=1)
                if isinstance(news, Counter):
                    self.counted += news
                elif news is None:
                    running -= 1
                else:
                    raise AssertionError(f"a process of the flood failed: {news}")
            assert all(p.exitcode in (None, 0) for p in processes), "a process died"
            if self.decided - looked >= every:
                looked = self.decided
                look()
                tell(self.progress())

    def _pass_days(self, world: World) -> None:
        """A day for every so many commands, but never two at once."""
        a_day = max(2_000, self._commands // 200)
        while not self._over.wait(0.2):
            if self.decided >= self.days * a_day:
                self.pass_a_day(world)

    def progress(self) -> str:
        """How far it is, how fast, and how long it will still take."""
        seconds = time.monotonic() - self._began
        rate = self.decided / seconds
        left = max(self._commands - self.decided, 0) / max(rate, 0.001)
        return (
            f"{self.decided} of {self._commands} decided in {seconds:.0f} s, {rate:.0f} a second,"
            f" {left / 60:.0f} minutes to go, {self.days} days"
        )

    def pass_a_day(self, world: World) -> None:
        """The session closes, what is due is done, the next one opens; nobody waits for it."""
        clock = world.rows("select session_date, next_session_date from market_clock")[0]
        today, upcoming = clock["session_date"], clock["next_session_date"]
        days = (upcoming - w.MONDAY).days
        closes = w.OPEN + timedelta(days=(today - w.MONDAY).days, hours=6)
        world.clock(closes, "closed", today, upcoming)
        for query in ("select fb.settle(%s, 500)", "select fb.expire_orders(%s, 500)"):
            while world.job(query, today):
                pass
        due = world.rows(
            "select action_id from corporate_actions where state in ('announced', 'entitled')"
            " and ex_date <= %s order by ex_date, action_id", upcoming,
        )  # fmt: skip
        for row in due:
            world.apply_more(row["action_id"], ACCOUNTS_A_STEP)
        while world.job("select fb.relay(1000)"):
            pass
        after = world.value(
            "select min(session_date) from market_sessions where session_date > %s", upcoming
        )
        world.clock(w.OPEN + timedelta(days=days), "open", upcoming, after)
        for stock in (*self._town.stocks, *self._town.ending):
            world.quote(stock, Decimal("99.99"), Decimal("100.01"), Decimal(100), upcoming)
        self.days += 1


def run_part(part: Part, heard: "Queue[Any]") -> None:
    """Work, and report how often each verdict came; None at the end."""
    try:
        asyncio.run(_Part(part, heard).run())
        heard.put(None)
    except BaseException as error:  # noqa: BLE001 - its text is all that the parent sees
        heard.put("".join(traceback.format_exception(error)))


class _Part:
    def __init__(self, part: Part, heard: "Queue[Any]") -> None:
        self._part, self._heard = part, heard
        self._stream = Stream(part.town, part.number, part.seed)
        self._left = part.commands
        self._counted: Counter[str] = Counter()

    async def run(self) -> None:
        async with Pools(self._part.urls) as pools, CommandWriter(pools) as writer:
            beside = [asyncio.create_task(self._look(pools)), asyncio.create_task(self._report())]
            await asyncio.gather(*(self._submit(writer) for _ in range(self._part.in_flight)))
            for task in beside:
                task.cancel()
        self._heard.put(self._counted)

    async def _submit(self, writer: CommandWriter) -> None:
        while self._left > 0:
            self._left -= 1
            function, row = self._stream.draw()
            verdict = await self._answer(writer, function, row)
            kind = "replayed" if verdict.replayed else verdict.outcome
            self._counted[f"{function} {kind}"] += 1
            self._stream.hear(function, row, verdict)

    async def _answer(self, writer: CommandWriter, function: str, row: Row) -> Verdict:
        """Repeat it with its key for as long as the database has no time for it."""
        while True:
            try:
                return await writer.submit(function, row)
            except TryAgainError:
                self._counted[f"{function} repeated"] += 1

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            self._heard.put(self._counted)
            self._counted = Counter()

    async def _look(self, pools: Pools) -> None:
        """Find what no answer tells: the day, transactions, exceptions, lots."""
        known, renewed = self._stream.known, time.monotonic()
        while True:
            some = {"accounts": self._stream.some_accounts(6)}
            async with pools.connection("auditor") as connection:
                clock = await (await connection.execute(TODAY)).fetchall()
                paid = await (await connection.execute(PAID, some)).fetchall()
                found = await (await connection.execute(OPEN_EXCEPTIONS)).fetchall()
                lots = await (await connection.execute(OPEN_LOTS, some)).fetchall()
            known.today = clock[0]["session_date"]
            known.transactions = [row["transaction_id"] for row in paid]
            known.exceptions = [row["exception_id"] for row in found]
            by_account: dict[UUID, list[UUID]] = {}
            for row in lots:
                by_account.setdefault(row["account_id"], []).append(row["lot_id"])
            known.lots = by_account
            if time.monotonic() - renewed > RENEW_SECONDS:
                self._stream.renew()
                renewed = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)


TODAY = "select session_date from market_clock"
PAID = """
    select transaction_id from transactions
    where account_id = any(%(accounts)s) and transaction_type = 'deposit'
    order by recorded_at desc limit 60"""
OPEN_EXCEPTIONS = "select exception_id from exceptions where state <> 'resolved' limit 100"
OPEN_LOTS = """
    select account_id, lot_id from lots
    where account_id = any(%(accounts)s) and closed_quantity <> quantity limit 200"""
