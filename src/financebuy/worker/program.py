"""The worker's life: a prepared database first, then all jobs side by side."""

import asyncio
import logging
from decimal import Decimal

from financebuy.database.programs import DATABASE_AWAY, Connect, pause
from financebuy.program.life import Signals
from financebuy.worker.jobs import RETRY_SECONDS, Job, jobs, run_job
from financebuy.worker.loading import prepare_database

log = logging.getLogger(__name__)


async def run_worker(
    connect: Connect, days_per_minute: Decimal | None, signals: Signals,
    *more: tuple[Job, Connect],
) -> None:  # fmt: skip
    """Run until told to stop. `connect` lends connections as fb_worker; `more` jobs have theirs."""
    stop = signals.stop
    while not stop.is_set():
        try:
            async with connect() as connection:
                await prepare_database(connection, days_per_minute)
        except DATABASE_AWAY as error:
            log.warning("the database is away, trying again: %s", error)
            await pause(stop, RETRY_SECONDS)
        else:
            signals.ready.set()
            break
    async with asyncio.TaskGroup() as group:
        for job, lend in (*((job, connect) for job in jobs()), *more):
            group.create_task(run_job(job, lend, stop), name=job.name)
