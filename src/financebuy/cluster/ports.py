"""Choosing a TCP port: the usual one, or the next that is free."""

import socket
import sys
from contextlib import ExitStack
from types import TracebackType

from financebuy.cluster.errors import PortTakenError

_TRIES = 200


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the servers do: a port in TIME_WAIT is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A free port of the system's choice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class PortClaims:
    """The ports of one platform, kept from other platforms while it is entered.

    Seconds pass between the choice of a port and the moment when its server listens on it, time
    enough for two platforms that start together to choose the same one.
    """

    def __init__(self) -> None:
        self._claims = ExitStack()

    def __enter__(self) -> "PortClaims":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._claims.close()

    def choose(self, wanted: int | None, usual: int, host: str = "127.0.0.1") -> int:
        """The port `wanted`, which must be free; else `usual` or the next free one after it.

        Raises `PortTakenError`.
        """
        if wanted is not None:
            if not self._claim(wanted, host):
                raise PortTakenError(
                    f"port {wanted} on {host} is in use: choose another, or let one be found"
                )
            return wanted
        for port in range(usual, min(usual + _TRIES, 65536)):
            if self._claim(port, host):
                return port
        raise PortTakenError(f"no port from {usual} to {usual + _TRIES} on {host} is free")

    def _claim(self, port: int, host: str) -> bool:
        claim = _Claim()
        if not claim.take(port):
            return False
        # Only now: whoever held the claim before may be listening.
        if not is_free(port, host):
            claim.close()
            return False
        self._claims.callback(claim.close)
        return True


class _Claim:
    """A name in Linux' abstract socket space: as wide as the ports are, and gone with its holder.

    Elsewhere there is nothing like it, and nothing is kept.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def take(self, port: int) -> bool:
        if sys.platform != "linux":
            return True
        try:
            self._socket.bind(f"\0financebuy-port-{port}")
        except OSError:
            self.close()
            return False
        return True

    def close(self) -> None:
        self._socket.close()
