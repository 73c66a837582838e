"""`python -m financebuy.worker --data DIR`: reference data and jobs until SIGTERM."""

import sys
from functools import partial

from financebuy.bootstrap import SEALER_ROLE, Platform
from financebuy.program.life import Signals, run_program
from financebuy.worker.jobs import jobs
from financebuy.worker.program import run_worker
from financebuy.worker.sealing import sealing_job

ROLE = "fb_worker"


async def _work(platform: Platform, signals: Signals) -> None:
    connect = partial(platform.pools.long, ROLE)
    sealing = (sealing_job(platform), partial(platform.pools.long, SEALER_ROLE))
    await run_worker(connect, platform.settings.market_days_per_minute, signals, sealing)


if __name__ == "__main__":
    # Each job keeps one, the heartbeat needs one now and then.
    sys.exit(run_program("worker", ROLE, _work, (SEALER_ROLE,), connections=len(jobs()) + 1))
