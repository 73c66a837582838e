"""Rounds of random commands under random faults: nothing is lost, done twice, or out of order."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.sql.storm import POISON, storm
from tests.support.databases import Database
from tests.support.world import World

ROUNDS, SOAK_ROUNDS = 3, 300
HANG_SECONDS = 120
Tell = Callable[[str], None]


def test_random_faults(database: Database, tell: Tell) -> None:
    rounds(database, range(ROUNDS), tell)


@pytest.mark.soak
def test_random_faults_for_long(database: Database, tell: Tell) -> None:
    rounds(database, range(1_000, 1_000 + SOAK_ROUNDS), tell)


def rounds(database: Database, seeds: range, tell: Tell) -> None:
    began, counted = time.monotonic(), Counter[str]()
    with World(database) as world:
        world.admin.execute(POISON.encode())
        user = world.user()
        for seed in seeds:
            counted += asyncio.run(asyncio.wait_for(storm(world, user, seed), HANG_SECONDS))
    seconds = time.monotonic() - began
    met = ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))
    tell(f"{len(seeds)} rounds in {seconds:.0f} s: {met}")
    assert counted["accepted"] > 10 * len(seeds)
