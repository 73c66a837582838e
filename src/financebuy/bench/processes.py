"""HTTP servers to measure, as processes of their own: FinanceBuy's API with its cache."""

import http.client
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from financebuy.bench.world import World
from financebuy.cluster import ports
from financebuy.cluster.accounts import current
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.files import make_directory, open_log
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.processes import start
from financebuy.cluster.secret_files import SecretFiles
from financebuy.cluster.state import ApiRecord, DatabaseRecord, PlatformState
from financebuy.cluster.valkey_server import ValkeyFiles, valkey_program

_START_SECONDS = 60.0
_POLL_SECONDS = 0.02
_CACHE_MB = 64


@contextmanager
def running_api(world: World) -> Iterator[int]:
    """The API on the run's database, with a Valkey of its own; gives its port."""
    place = Path(tempfile.mkdtemp(prefix="financebuy-bench-"))
    password = secrets.token_hex(16)
    try:
        with running_valkey(place / "cache", password) as socket:
            port = ports.any_free()
            _write_data(place / "data", world, port, socket, password)
            argv = [sys.executable, "-P", "-m", "financebuy.api", "--data", str(place / "data")]
            with running(argv, port, "/readyz", {}):
                yield port
    finally:
        shutil.rmtree(place)


@contextmanager
def running(
    argv: Sequence[str], port: int, ready: str, environment: Mapping[str, str]
) -> Iterator[None]:
    """A server that answers `ready` with 200, until the end of the block."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**_outside(), **environment},
        )
        try:
            _wait(process, port, ready, log.fileno())
            yield
        finally:
            process.terminate()
            try:
                process.wait(_START_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _outside() -> dict[str, str]:
    """The user's environment, without the settings of a platform that may be theirs."""
    return {name: value for name, value in os.environ.items() if "FINANCEBUY" not in name}


def _wait(process: "subprocess.Popen[bytes]", port: int, ready: str, log: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(port, ready):
        if process.poll() is not None or time.monotonic() > deadline:
            said = os.pread(log, 4_000, 0).decode(errors="replace")
            raise ServerFailedError(f"the server does not answer:\n{said}")
        time.sleep(_POLL_SECONDS)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def running_valkey(directory: Path, password: str) -> Iterator[Path]:
    """A Valkey in a directory of its own, until the end of the block; gives its socket."""
    me = current()
    make_directory(directory, me)
    files = ValkeyFiles(valkey_program(me, directory), me, directory, directory / "valkey.sock")
    files.configure(password, _CACHE_MB)
    log = open_log(directory / "valkey.log")
    try:
        process = start(files.argv(), me, output=log, cwd=directory)
    finally:
        os.close(log)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not files.is_ready(password):
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailedError("the cache does not start")
            time.sleep(_POLL_SECONDS)
        yield files.socket
    finally:
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_START_SECONDS)


def _write_data(root: Path, world: World, port: int, socket: Path, password: str) -> None:
    """A data directory as of a platform that uses a PostgreSQL of its user's."""
    me, directory, connections = current(), DataDirectory(root), world.connections
    make_directory(directory.root, me)
    make_directory(directory.secrets, me)
    files = SecretFiles(directory.secrets)
    key = connections.identity_key
    assert isinstance(key, bytes)  # noqa: S101 (this server's keys do not rotate)
    contents = {
        "database_url": world.url,
        "valkey": password,
        "identity_key": key.hex(),
        "kek": connections.personal_keys[1].hex(),
        "blind_index_key": connections.blind_index_key.hex(),
        **{f"db_{role}": text for role, text in world.passwords.items()},
    }
    for name, text in contents.items():
        files.write(name, text, me)
    PlatformState(
        stage="running",
        paper=True,
        database=DatabaseRecord(kind="external", name="postgres"),
        api=ApiRecord("127.0.0.1", port),
        cache_socket=str(socket),
    ).write(directory.state_file, me)
