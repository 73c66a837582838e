"""Connections that have shown a certificate and not signed in yet: no view of the server has them.

The server checks a certificate in the handshake, and waits a minute for the rest
(`authentication_timeout`). Whoever shook hands before a certificate was revoked could sign in with
it afterwards. Their processes are children of the server's that `pg_stat_activity` does not list.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

_NOT_A_CLIENT = ("logger", "startup", "archiver", "checkpointer", "background", "walwriter")
"""What else the server runs that may not be listed, by its title."""


def end_half_open(data: Path, connected: Callable[[], Iterable[int]]) -> int:
    """End those of the server of `data` that are half open; returns how many.

    `connected` asks for the process ids that the server lists; it is asked after they were counted,
    so that who has just signed in is not ended. A client of the platform's that is hit connects
    anew.

    Raises:
        psutil.AccessDenied: this account may not signal the server's processes.
    """
    pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    found = [child for child in psutil.Process(pid).children() if _is_clients(child)]
    listed = set(connected())
    count = 0
    for child in found:
        if child.pid in listed:
            continue
        try:
            child.terminate()
        except psutil.NoSuchProcess:
            continue
        count += 1
    return count


def _is_clients(process: psutil.Process) -> bool:
    try:
        title = " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False
    # `postgres: cluster: what it does`, or the server's own arguments before anything was said.
    _, named, rest = title.partition("postgres: ")
    return not named or not any(word in rest for word in _NOT_A_CLIENT)
