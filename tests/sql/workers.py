"""Workers that a test runs in processes of their own; importable, so that they can be spawned."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from financebuy.database.commands import CommandWriter, Verdict
from financebuy.database.pools import Pools
from financebuy.errors import TryAgainError
from tests.support import world as w
from tests.support.world import Row


@dataclass(frozen=True, slots=True)
class Job:
    """What one process does: so many workers, so long, on these accounts."""

    urls: dict[str, str]
    token: str
    accounts: Sequence[UUID]
    security: UUID
    workers: int
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Said:
    """One answer that a worker was given."""

    function: str
    key: str
    outcome: str
    command_id: UUID | None


def run(job: Job) -> tuple[list[Said], Counter[str]]:
    """Work, and return every answer and how often each kind came."""
    return asyncio.run(_run(job))


async def _run(job: Job) -> tuple[list[Said], Counter[str]]:
    said: list[Said] = []
    counted: Counter[str] = Counter()
    until = time.monotonic() + job.seconds
    async with Pools(job.urls) as pools, CommandWriter(pools) as writer:
        workers = (_Worker(job, writer, said, counted, n) for n in range(job.workers))
        await asyncio.gather(*(worker.work(until) for worker in workers))
    return said, counted


class _Worker:
    def __init__(
        self, job: Job, writer: CommandWriter, said: list[Said], counted: Counter[str], number: int
    ) -> None:
        self._job, self._writer, self._said, self._counted = job, writer, said, counted
        self._random = random.Random(f"{job.seed} {number}")
        self._open: list[UUID] = []

    async def work(self, until: float) -> None:
        while time.monotonic() < until:
            function, key, row = self._next()
            try:
                verdict = await self._writer.submit(function, row)
            except TryAgainError:
                self._counted["try again"] += 1
                continue
            self._hear(function, key, verdict)

    def _next(self) -> tuple[str, str, Row]:
        job, choice = self._job, self._random.random()
        key = f"{self._random.getrandbits(96):024x}"
        account = self._random.choice(list(job.accounts))
        if self._open and choice < 0.25:
            order = self._random.choice(self._open)
            price = Decimal(self._random.randint(9000, 10000)).scaleb(-2)
            row = w.execution(order, Decimal("0.5"), price, venue_execution_id=key)
            return "execution", key, row
        if self._open and choice < 0.4:
            return "cancel_order", key, w.cancel(job.token, self._open.pop(), key=key)
        if choice < 0.5:
            return "deposit_received", key, w.deposit(account, 25, bank_reference=key)
        if choice < 0.6:
            return "request_withdrawal", key, w.withdrawal(job.token, account, 10, key=key)
        changes = {"key": key, "client_order_id": key}
        return "place_order", key, w.order(job.token, account, job.security, **changes)

    def _hear(self, function: str, key: str, verdict: Verdict) -> None:
        self._said.append(Said(function, key, verdict.outcome, verdict.command_id))
        self._counted[f"{function} {verdict.code or verdict.outcome}"] += 1
        if function == "place_order" and verdict.outcome == "accepted" and verdict.command_id:
            self._open.append(verdict.command_id)
