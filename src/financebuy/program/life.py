"""A program's life: arguments, settings, log, heartbeat, and its end by SIGTERM."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from financebuy.bootstrap import Platform, open_platform
from financebuy.database.programs import Connect, beat, pause
from financebuy.errors import FinanceBuyError
from financebuy.program.log import write_json_lines
from financebuy.settings import Settings

# A supervisor gives a program 5 s to end.
GRACE_SECONDS = 4.0
READY_POLL_SECONDS = 0.02
log = logging.getLogger(__name__)

Work = Callable[[Platform, "Signals"], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Signals:
    """`stop` tells a program to end; it sets `ready` once it can do its work."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)


def run_program(
    name: str,
    role: str,
    work: Work,
    more_roles: Sequence[str] = (),
    *,
    writers: int | None = None,
    connections: int = 1,
) -> int:
    """Run `work` as the database role `role` until SIGTERM or SIGINT; returns the exit code.

    `more_roles` are those that a part of the work speaks as. `writers` holds for a program that
    cannot do with as many command writers as the settings say, `connections` for one that holds so
    many at once, whatever the settings say of reads. The program counts as alive (it has
    a heartbeat) from when `work` sets `ready`.
    """
    parser = argparse.ArgumentParser(prog=f"python -m financebuy.{name}")
    parser.add_argument("--data", type=Path, help="the platform's data directory")
    try:
        settings = Settings.read(os.environ, parser.parse_args().data)
        if writers is not None:
            settings = replace(settings, command_writers=writers)
        settings = replace(settings, read_pool_size=max(settings.read_pool_size, connections))
        write_json_lines(settings.log_level)
        asyncio.run(_live(name, (role, *more_roles), work, settings))
    except FinanceBuyError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    return 0


async def _live(name: str, roles: Sequence[str], work: Work, settings: Settings) -> None:
    signals = Signals()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signals.stop.set)
    async with open_platform(settings, roles) as platform:
        connect = partial(platform.pools.connection, roles[0])
        async with asyncio.TaskGroup() as group:
            working = group.create_task(work(platform, signals), name=name)
            heart = group.create_task(_beat(name, connect, signals), name="heartbeat")
            group.create_task(_end_in_time(signals.stop, working, heart), name="end")


async def _beat(name: str, connect: Connect, signals: Signals) -> None:
    while not signals.ready.is_set():
        if await pause(signals.stop, READY_POLL_SECONDS):
            return
    await beat(name, connect, signals.stop)


async def _end_in_time(stop: asyncio.Event, *tasks: "asyncio.Task[None]") -> None:
    """Cancel what has not ended by itself some seconds after the stop."""
    await stop.wait()
    _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    for task in late:
        log.warning("%s did not end in time", task.get_name())
        task.cancel()
