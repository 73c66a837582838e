"""A server that neither answers nor hangs up, as on a stalled disk."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.world import World


@contextmanager
def silent(world: World, role: str) -> Iterator[None]:
    """Stop the server processes that serve the database's connections of `role`."""
    serving = world.rows(
        "select pid from pg_stat_activity where datname = current_database() and usename = %s", role
    )
    assert serving
    for each in serving:
        os.kill(each["pid"], signal.SIGSTOP)
    try:
        yield
    finally:
        for each in serving:
            os.kill(each["pid"], signal.SIGCONT)
