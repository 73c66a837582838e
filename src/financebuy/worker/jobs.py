"""The periodic jobs. However many workers run, one of them runs each job's loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from psycopg.errors import RaiseException

from financebuy.database.pools import Connection
from financebuy.database.programs import DATABASE_AWAY, Connect, locking, pause
from financebuy.services.card_numbers import report_cards
from financebuy.services.months import close_due_months
from financebuy.sql import load
from financebuy.worker.end_of_day import EndOfDay

SQL = load("jobs")
RETRY_SECONDS = 1.0
MONTHS_AHEAD = 12
PRUNE_BATCH = 1_000
RELAY_BATCH = 1_000
NIGHT_HOUR = 3
"""The hour of a day (UTC) in which what reads whole tables runs."""
log = logging.getLogger(__name__)

Run = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Job:
    """A name, a rest between two runs (seconds), and what makes the run over a connection."""

    name: str
    rest: float
    prepare: Callable[[Connection], Run]


def jobs() -> list[Job]:
    """All jobs of a worker."""
    return [
        # Short: at full speed a replay waits for nothing else.
        Job("end of day", 0.02, lambda connection: EndOfDay(connection).run),
        Job("relay", 0.1, lambda connection: _repeat(connection, SQL.relay, RELAY_BATCH)),
        Job("prune keys", 600, lambda connection: _repeat(connection, SQL.prune_keys, PRUNE_BATCH)),
        Job("prune sign-ins", 600, lambda c: _repeat(c, SQL.prune_sign_ins, PRUNE_BATCH)),
        Job("make partitions", 3600, _make_partitions),
        Job("close months", 3600, _close_months),
        Job("refresh summaries", 60, _refresh_summaries),
        Job("find card numbers", 600, _find_card_numbers),
    ]


async def run_job(job: Job, connect: Connect, stop: asyncio.Event) -> None:
    """Run a job's loop until `stop`, whenever no other worker does."""
    while not stop.is_set():
        try:
            async with locking(connect) as connection:
                await _run_on(job, connection, stop)
        except DATABASE_AWAY as error:
            log.warning("job %s: trying again: %s", job.name, error)
            await pause(stop, RETRY_SECONDS)


async def _run_on(job: Job, connection: Connection, stop: asyncio.Event) -> None:
    while not await _try_lock(job, connection):
        if await pause(stop, RETRY_SECONDS):
            return
    run = job.prepare(connection)
    while not stop.is_set():
        await run()
        await pause(stop, job.rest)


async def _try_lock(job: Job, connection: Connection) -> bool:
    row = await (await connection.execute(SQL.try_job_lock, {"job": job.name})).fetchone()
    return row is not None and bool(row["held"])


def _repeat(connection: Connection, query: str, batch: int) -> Run:
    """Run a batched function until it did less than a whole batch."""

    async def run() -> None:
        done = batch
        while done == batch:
            row = await (await connection.execute(query, {"limit": batch})).fetchone()
            done = 0 if row is None else int(next(iter(row.values())))

    return run


def _close_months(connection: Connection) -> Run:
    async def run() -> None:
        try:
            for month in await close_due_months(connection):
                log.info("month %s is closed", month)
        except RaiseException as error:
            # The books of that month do not balance: a person has to look, other jobs go on.
            log.error("months stay open: %s", error)

    return run


def _refresh_summaries(connection: Connection) -> Run:
    async def run() -> None:
        await connection.execute(load("months").refresh_summaries)

    return run


def is_due(now: datetime, last: date | None) -> bool:
    """Whether what runs once a night is to run; `last` is the day on which it did."""
    return now.hour == NIGHT_HOUR and last != now.date()


def _find_card_numbers(connection: Connection) -> Run:
    last: date | None = None

    async def run() -> None:
        nonlocal last
        now = datetime.now(UTC)
        if not is_due(now, last):
            return
        found = await report_cards(connection, now)
        last = now.date()
        if found:
            log.error("%s card numbers stand in texts: financebuy exceptions list", found)

    return run


def _make_partitions(connection: Connection) -> Run:
    async def run() -> None:
        await connection.execute(SQL.make_partitions, {"months_ahead": MONTHS_AHEAD})

    return run
