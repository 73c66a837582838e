"""A server that neither answers nor hangs up, as on a stalled disk."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import sql

from tests.support.world import World

_HANG_SECONDS = 60


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


@contextmanager
def waiting_for_a_standby(world: World) -> Iterator[None]:
    """Have commits over new connections to this database wait for a standby that is not there.

    Others of the same server do not wait: a commit that is not even waited for on disk is not.
    """
    name = sql.Identifier(world.database.name)
    world.admin.execute(sql.SQL("alter database {} set synchronous_commit = on").format(name))
    world.admin.execute("alter system set synchronous_standby_names = 'nobody'")
    world.admin.execute("select pg_reload_conf()")
    try:
        _await(world, waits=True)
        yield
    finally:
        world.admin.execute("alter system reset synchronous_standby_names")
        world.admin.execute("select pg_reload_conf()")
        _await(world, waits=False)


def _await(world: World, *, waits: bool) -> None:
    deadline = time.monotonic() + _HANG_SECONDS
    while _waits(world) != waits:
        assert time.monotonic() < deadline


def _waits(world: World) -> bool:
    """Whether a commit waits now; the server takes a moment to hear of the setting."""
    state = "select wait_event from pg_stat_activity where pid = %s"
    with closing(psycopg.connect(world.database.admin_url, autocommit=True)) as probe:
        probe.pgconn.send_query(b"select pg_logical_emit_message(true, 'probe', '')")
        while True:
            probe.pgconn.consume_input()
            if not probe.pgconn.is_busy():
                return False
            if world.value(state, probe.info.backend_pid) == "SyncRep":
                probe.cancel_safe()
                return True
            time.sleep(0.01)
