"""A dividend of a stock that so many accounts hold, brought to them in steps of twenty.

A command is a step. What a step takes should not depend on how many hold the stock: these scenarios
show whether it does.
"""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import psycopg

from financebuy.bench.choice import Choice
from financebuy.bench.commands import announce_dividend
from financebuy.bench.entrants import OURS, Entrant, Place
from financebuy.bench.samples import Begin, Sample
from financebuy.bench.scenarios.portfolio import give_everybody_a_share
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World
from financebuy.sql import load

STEP = 20


async def _entrants(name: str, world: World, _: Choice) -> list[Entrant]:
    await give_everybody_a_share(world)
    connection = await psycopg.AsyncConnection.connect(
        world.connections.url("fb_worker"), autocommit=True
    )
    await world.stack.enter_async_context(connection)

    async def turn(seconds: float, begin: Begin) -> Sample:
        """One dividend after the other until the time is over, but each to its end."""
        latencies: list[float] = []
        took, begun = 0.0, False
        while took < seconds:
            action = await announce_dividend(
                world.platform, world.security_id, _tomorrow(), Decimal("0.01")
            )
            if not begun:
                begin()
                begun = True
            steps = await _apply(connection, action)
            latencies += steps
            took += sum(steps) / 1_000
        return Sample(len(latencies) / took, latencies)

    return [Entrant(Place(name, OURS, 1), turn)]


async def _apply(connection: psycopg.AsyncConnection[tuple[int]], action_id: UUID) -> list[float]:
    """Milliseconds of each step."""
    steps: list[float] = []
    while True:
        began = time.perf_counter()
        cursor = await connection.execute(
            load("bench").apply_action.encode(), {"action_id": action_id, "limit": STEP}
        )
        row = await cursor.fetchone()
        if row is None or row[0] == 0:
            return steps
        steps.append((time.perf_counter() - began) * 1_000)


def _tomorrow() -> date:
    """The bench's next session: see `open_market`. The server's day is that of UTC."""
    return datetime.now(UTC).date() + timedelta(days=1)


def _held_by(accounts: int, *, long: bool = False) -> Scenario:
    name = f"dividend-{accounts}"
    about = f"steps of a dividend to {accounts:,} accounts, {STEP} a step"
    return Scenario(name, about, accounts, partial(_entrants, name), long)


DIVIDEND = _held_by(1_000)
DIVIDEND_TO_MANY = _held_by(10_000, long=True)
