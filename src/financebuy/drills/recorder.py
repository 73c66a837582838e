"""The recorder: `python -m financebuy.drills.recorder JOURNAL FD…`.

Appends the lines that arrive on its sockets to the journal, syncs, and only then answers each with
one byte. Lines that arrive while a sync is under way share the next one. Nothing of the platform
runs in this process, and no drill kills it.
"""

import os
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

_CHUNK = 1 << 16
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class Recorder:
    """Serves its sockets until all of them are closed."""

    def __init__(self, journal: int, connections: Sequence[socket.socket]) -> None:
        """`journal` is a descriptor that appends."""
        self._journal = journal
        self._selector = selectors.DefaultSelector()
        self._rests: dict[socket.socket, bytes] = {}
        for connection in connections:
            self._rests[connection] = b""
            self._selector.register(connection, selectors.EVENT_READ)

    def run(self) -> None:
        """Write groups of lines until the last client has gone."""
        while self._rests:
            self._write_group()

    def _write_group(self) -> None:
        lines: list[bytes] = []
        counts: dict[socket.socket, int] = {}
        for connection, rest in self._readable():
            whole, end, self._rests[connection] = rest.rpartition(b"\n")
            if end:
                lines.append(whole + end)
                counts[connection] = whole.count(b"\n") + 1
        if not lines:
            return
        _write_all(self._journal, b"".join(lines))
        os.fsync(self._journal)
        for connection, count in counts.items():
            self._answer(connection, count)

    def _readable(self) -> list[tuple[socket.socket, bytes]]:
        """Take what has come in, joined to what came before it; forget who has gone."""
        found = []
        for key, _ in self._selector.select():
            connection = key.fileobj
            assert isinstance(connection, socket.socket)  # noqa: S101 (nothing else is registered)
            try:
                chunk = connection.recv(_CHUNK)
            except ConnectionError:
                chunk = b""
            if chunk:
                found.append((connection, self._rests[connection] + chunk))
            else:
                self._forget(connection)
        return found

    def _answer(self, connection: socket.socket, count: int) -> None:
        try:
            connection.sendall(b"." * count)
        except OSError:
            # The client has ended; its lines are on disk all the same.
            self._forget(connection)

    def _forget(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        del self._rests[connection]
        connection.close()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _open(path: Path) -> int:
    """Open the journal, its name in the directory synced too."""
    descriptor = os.open(path, _FLAGS, 0o600)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return descriptor


def main(path: str, *descriptors: str) -> None:
    """Record until every client has closed its socket."""
    # A Ctrl-C in the terminal is for the drill, which then closes the sockets.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connections = [socket.socket(fileno=int(each)) for each in descriptors]
    Recorder(_open(Path(path)), connections).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
