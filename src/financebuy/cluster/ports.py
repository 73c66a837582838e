"""Choosing a TCP port: the usual one, or the next that is free."""

import socket

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


def choose(wanted: int | None, usual: int, host: str = "127.0.0.1") -> int:
    """The port `wanted`, which must be free; else `usual` or the next free one after it.

    Raises `PortTakenError`.
    """
    if wanted is not None:
        if not is_free(wanted, host):
            raise PortTakenError(f"port {wanted} on {host} is in use")
        return wanted
    for port in range(usual, min(usual + _TRIES, 65536)):
        if is_free(port, host):
            return port
    raise PortTakenError(f"no port from {usual} to {usual + _TRIES} on {host} is free")


def any_free() -> int:
    """A free port of the system's choice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
