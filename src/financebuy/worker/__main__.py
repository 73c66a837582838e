"""`python -m financebuy.worker --data DIR`: reference data and jobs until SIGTERM."""

import sys
from functools import partial

from financebuy.bootstrap import Platform
from financebuy.program.life import Signals, run_program
from financebuy.worker.program import run_worker

ROLE = "fb_worker"


async def _work(platform: Platform, signals: Signals) -> None:
    connect = partial(platform.pools.connection, ROLE)
    await run_worker(connect, platform.settings.market_days_per_minute, signals)


if __name__ == "__main__":
    sys.exit(run_program("worker", ROLE, _work))
