"""A Valkey of the platform's, as a process that a test may kill."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from financebuy.cluster import accounts
from financebuy.cluster.files import make_directory, open_log
from financebuy.cluster.processes import start
from financebuy.cluster.valkey_server import ValkeyFiles, url, valkey_program

PASSWORD = "0123456789abcdef"
_START_SECONDS = 30.0


class ValkeyServer:
    """Starts and stops; keeps its files in between."""

    def __init__(self, directory: Path) -> None:
        account = accounts.current()
        make_directory(directory, account)
        self._log = directory / "valkey.log"
        self._files = ValkeyFiles(
            valkey_program(account, directory), account, directory, directory / "valkey.sock"
        )
        self._process: Popen[bytes] | None = None
        self.socket = self._files.socket
        self.password = PASSWORD
        self.url = url(self.socket, PASSWORD)

    def start(self) -> None:
        self._files.configure(PASSWORD, 64)
        log = open_log(self._log)
        self._process = start(
            self._files.argv(), self._files.account, output=log, cwd=self._files.directory
        )
        os.close(log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._files.is_ready(PASSWORD):
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        """As `kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def valkey_server(directory: Path) -> Iterator[ValkeyServer]:
    server = ValkeyServer(directory)
    try:
        server.start()
        yield server
    finally:
        server.kill()
