"""What a server spends: processor time of its processes, and bytes of its write-ahead log."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil
import psycopg

from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Reading:
    """Both, since the server's start."""

    cpu_seconds: float
    wal_bytes: int


def server_cpu_seconds(postmaster: int) -> float:
    """Processor time of a server's processes, of those that have ended too."""
    parent = psutil.Process(postmaster)
    own = parent.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in parent.children():
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return total


def wal_position(url: str) -> int:
    """How many bytes of log the server has written."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(load("bench").wal_position.encode()).fetchone()
    return 0 if row is None else int(row[0])


def meter(postmaster: int, url: str) -> Callable[[], Reading]:
    """What reads both of a running server, whose superuser's URL is given."""
    return lambda: Reading(server_cpu_seconds(postmaster), wal_position(url))
