"""Sessions that come for one turn: it is over when their processes have gone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.01
# As a server names the process of a session by unix socket.
_SESSION = "[local]"


def sessions(postmaster: int) -> set[int]:
    """The processes of a server's sessions; not those that it has for itself."""
    return {each.pid for each in psutil.Process(postmaster).children() if _is_session(each)}


def _is_session(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return _SESSION in " ".join(process.cmdline())
    return False


@contextmanager
def guests(postmaster: int) -> Iterator[None]:
    """Sessions that begin in it have left at its end.

    A client has gone long before the server has: hundreds of processes that give their memory back
    take both cores from whoever has the next turn.
    """
    before = sessions(postmaster)
    yield
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while sessions(postmaster) - before and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
