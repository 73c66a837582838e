"""The worker and the market as processes, on a database with the shipped history, step by step."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.world import Row, User, World, order

PATIENCE_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Investor:
    """A user and an account with money."""

    user: User
    account_id: UUID


class Replay:
    """A paused market. Programs are told apart by any name that begins with what they are."""

    def __init__(self, database: Database, directory: Path, world: World) -> None:
        self.world = world
        self.directory = directory
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        write_data_directory(directory, database)

    # ------------------------------------------------------------------ programs

    def start(self, name: str, **settings: str) -> "subprocess.Popen[bytes]":
        """Start `worker`, `market`, or another one of them as `worker-2`."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FINANCEBUY_")}
        program = f"financebuy.{name.partition('-')[0]}"
        with (self.directory / f"{name}.log").open("ab") as log:
            self._programs[name] = subprocess.Popen(
                [sys.executable, "-P", "-m", program, "--data", str(self.directory)],
                env=environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self._programs[name]

    def stop(self, name: str) -> int:
        """SIGTERM; returns the exit code."""
        program = self._programs.pop(name)
        program.send_signal(signal.SIGTERM)
        return program.wait(10)

    def kill(self, name: str) -> None:
        """`kill -9`."""
        program = self._programs.pop(name)
        program.kill()
        program.wait()

    def end(self) -> None:
        for name in list(self._programs):
            self.kill(name)

    def log(self, name: str) -> str:
        return (self.directory / f"{name}.log").read_text()

    # ------------------------------------------------------------------ time

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                logs = {log.name: log.read_text()[-2000:] for log in self.directory.glob("*.log")}
                raise AssertionError(f"{what}: never. {self.clock()} {logs}")
            time.sleep(0.01)

    def begin(self) -> None:
        """Wait for the market's first start."""
        self.until(self.clock, "a clock")

    def step(self, count: int = 1) -> None:
        """Let the market take so many steps. What the last one brings may still be under way."""
        self.ask(count)
        self.until(self.is_still, f"{count} steps")

    def ask(self, count: int) -> None:
        """Ask for steps and do not wait."""
        self.world.as_role("fb_worker").execute(
            "update market_control set paused = true, steps_requested = steps_requested + %s",
            (count,),
        )

    def is_still(self) -> bool:
        """Whether the market has taken every step that it was asked for."""
        return bool(self.world.value("select steps_requested = steps_taken from market_control"))

    def to_evening(self) -> None:
        """Let the day pass, or the next one when it is evening, and be settled."""
        self.step(self.world.value(STEPS_TO_EVENING))
        self.until(lambda: self.world.value(IS_SETTLED), "the day is settled")

    def clock(self) -> Row:
        """The market's clock; empty before its first start."""
        return next(iter(self.world.rows("select * from market_clock")), {})

    # ------------------------------------------------------------------ people

    def investor(self, cash: object = 1_000_000) -> Investor:
        user = self.world.user()
        return Investor(user, self.world.account(user, str(cash)))

    def place(
        self, who: Investor, symbol: str, side: str, quantity: object, **changes: Any
    ) -> UUID:
        """Place an order, at the market unless `limit_price` or `stop_price` is given."""
        limit, stop = changes.pop("limit_price", None), changes.pop("stop_price", None)
        kinds = {
            (False, False): "market", (True, False): "limit", (False, True): "stop",
            (True, True): "stop_limit",
        }  # fmt: skip
        row = order(
            who.user.token,
            who.account_id,
            self.security(symbol),
            side=side,
            order_type=kinds[limit is not None, stop is not None],
            limit_price=None if limit is None else Decimal(limit),
            stop_price=None if stop is None else Decimal(stop),
            quantity=None if quantity is None else Decimal(str(quantity)),
            **changes,
        )
        return self.world.accepted("place_order", row)

    def order(self, order_id: UUID) -> Row:
        return self.world.rows("select * from orders where order_id = %s", order_id)[0]

    def fills(self, order_id: UUID) -> list[Row]:
        """An order's executions, oldest first."""
        query = "select * from executions where order_id = %s order by recorded_at"
        return self.world.rows(query, order_id)

    def security(self, symbol: str) -> UUID:
        found = self.world.value("select security_id from securities where symbol = %s", symbol)
        return UUID(str(found))

    def price(self, symbol: str) -> Row:
        query = "select * from security_prices where security_id = %s"
        return self.world.rows(query, self.security(symbol))[0]


STEPS_TO_EVENING = """
    select (extract(epoch from s.closes_at - greatest(c.market_time, s.opens_at)) / 300
        + (c.phase <> 'open')::integer)::integer
    from market_clock as c
    inner join market_sessions as s
        on s.session_date
            = case c.phase when 'open' then c.session_date else c.next_session_date end
"""
IS_SETTLED = """
    select p.settled_at is not null
    from market_clock as c
    inner join session_progress as p using (session_date)
"""


@contextmanager
def replay_on(database: Database, directory: Path) -> Iterator[Replay]:
    """A replay whose programs end with the block."""
    with World(database) as world:
        replay = Replay(database, directory, world)
        try:
            yield replay
        finally:
            replay.end()
