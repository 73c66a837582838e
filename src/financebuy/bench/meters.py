"""What a server spends: processor time of its processes, and bytes of its write-ahead log."""

from collections.abc import Callable
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
    """Processor time of a server's processes, of those that have ended too.

    Of a process that ends while it is read, the kernel may tell the time neither as its own nor as
    its parent's; so it is read again until nothing has ended meanwhile.
    """
    parent = psutil.Process(postmaster)
    while True:
        own = parent.cpu_times()
        ended = own.children_user + own.children_system
        try:
            living = sum(_seconds(child) for child in parent.children())
        except psutil.NoSuchProcess:
            continue
        now = parent.cpu_times()
        if now.children_user + now.children_system == ended:
            return own.user + own.system + ended + living


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def wal_position(url: str) -> int:
    """How many bytes of log the server has written."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(load("bench").wal_position.encode()).fetchone()
    return 0 if row is None else int(row[0])


def meter(postmaster: int, url: str) -> Callable[[], Reading]:
    """What reads both of a running server, whose superuser's URL is given."""
    return lambda: Reading(server_cpu_seconds(postmaster), wal_position(url))
