"""`python -m financebuy.market --data DIR`: replays history until SIGTERM."""

import sys
from functools import partial

from financebuy.bootstrap import Platform
from financebuy.market.program import MarketOptions, run_market
from financebuy.program.life import Signals, run_program

ROLE = "fb_venue"
# What the venue reports is written in the order in which it happened: two fills of an account at
# one quote make the same lots in every replay.
WRITERS = 1


async def _work(platform: Platform, signals: Signals) -> None:
    settings = platform.settings
    options = MarketOptions(
        start=settings.market_start,
        days_per_minute=settings.market_days_per_minute,
        seed=settings.market_seed,
        volume_share=settings.market_volume_share,
    )
    connect = partial(platform.pools.long, ROLE)
    await run_market(connect, platform.writer.submit, options, signals)


if __name__ == "__main__":
    sys.exit(run_program("market", ROLE, _work, writers=WRITERS))
