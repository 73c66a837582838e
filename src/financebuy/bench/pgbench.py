"""`pgbench`, the yardstick: a transaction a call, by the C client."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from financebuy.bench.samples import Begin, Sample
from financebuy.cluster import accounts
from financebuy.cluster.binaries import postgres_programs
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.password_file import environment_with

_TIMEOUT_SECONDS = 120.0
_MICROSECONDS = 1_000
_THREADS = 2
_MOST_OUTPUT = 2_000
_POLL_SECONDS = 0.05


def run_pgbench(
    url: str,
    script: str | None,
    *,
    clients: int,
    seconds: float,
    begin: Begin | None = None,
    ready: Callable[[], bool] | None = None,
    patience: float = _TIMEOUT_SECONDS,
) -> Sample:
    """Run a script for a while with so many clients, each statement prepared once.

    Without a script: pgbench's own TPC-B. What is done before `ready` says so is not counted:
    clients connect, and the server plans each statement once for each of them. It may take
    `patience` seconds. Then `begin` is called, and again when the time is over, before they leave.

    Raises `ServerFailedError` rather than to return a wrong figure.
    """
    with tempfile.TemporaryDirectory(prefix="financebuy-pgbench-") as name:
        place = Path(name)
        chosen = ["--builtin", "tpcb-like"]
        if script is not None:
            (place / "script.sql").write_text(script)
            chosen = ["--file", str(place / "script.sql")]
        options = [
            "--protocol", "prepared",
            "--client", str(clients),
            "--jobs", str(min(clients, _THREADS)),
            "--time", str(round(patience + 2 * seconds)),
            "--log", "--log-prefix", str(place / "latency"),
        ]  # fmt: skip
        with _started(url, ["--no-vacuum", *options, *chosen]) as process:
            _wait(process, ready, patience)
            began = _mark(begin)
            _let_work(process, seconds)
            ended = _mark(begin)
            process.send_signal(signal.SIGALRM)
            _finish(process)
        return _sample(place, began, ended)


def fill_tpcb(url: str, scale: int) -> None:
    """Make the tables of pgbench's TPC-B, 100,000 accounts for each of `scale`."""
    with _started(url, ["--initialize", "--quiet", "--scale", str(scale)]) as process:
        _finish(process)


@contextmanager
def _started(url: str, options: Sequence[str]) -> "Iterator[subprocess.Popen[str]]":
    """It runs at most as long as the block."""
    with tempfile.TemporaryDirectory(prefix="financebuy-pgbench-") as name:
        tool = postgres_programs(accounts.current(), Path(name)).tool("pgbench")
        environment, descriptor = _environment(url)
        try:
            process = subprocess.Popen(
                [str(tool), *options],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                pass_fds=(descriptor,),
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
        finally:
            os.close(descriptor)


def _wait(
    process: "subprocess.Popen[str]", ready: Callable[[], bool] | None, patience: float
) -> None:
    """Until it is ready. Without a figure rather than with a wrong one."""
    deadline = time.monotonic() + patience
    while ready is not None and not ready():
        if process.poll() is not None:
            _finish(process)
            raise ServerFailedError("pgbench was over before its clients were seen")
        if time.monotonic() > deadline:
            raise ServerFailedError("pgbench's clients do not get ready")
        time.sleep(_POLL_SECONDS)


def _mark(begin: Begin | None) -> float:
    """The time of day, as pgbench's log has it, when what it costs is read."""
    now = time.time()
    if begin is not None:
        begin()
    return now


def _let_work(process: "subprocess.Popen[str]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
    _finish(process)
    raise ServerFailedError("pgbench was over before its time")


def _finish(process: "subprocess.Popen[str]") -> None:
    """Wait for its end, which is to be a good one."""
    said, complaint = process.communicate(timeout=_TIMEOUT_SECONDS)
    if process.returncode != 0:
        text = (complaint or said)[-_MOST_OUTPUT:]
        raise ServerFailedError(f"pgbench failed ({process.returncode}): {text}")


def _sample(place: Path, began: float, ended: float) -> Sample:
    """What was done between the two, by the log: client, number, µs, script, second, µs of it."""
    latencies = []
    for log in place.glob("latency*"):
        for line in log.read_text().splitlines():
            _, _, took, _, second, part = line.split()[:6]
            if began <= int(second) + int(part) / 1e6 <= ended:
                latencies.append(int(took) / _MICROSECONDS)
    return Sample(len(latencies) / (ended - began), latencies)


def _environment(url: str) -> tuple[Mapping[str, str], int]:
    parts = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    named, descriptor = environment_with(str(parts.get("password") or ""))
    given = {names[name]: str(value) for name, value in parts.items() if name in names}
    # pgbench gives up at its first error, so it may wait for a lock as long as it takes.
    options = {"PGOPTIONS": "-c lock_timeout=0"}
    path = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    return {**path, **options, **given, **named}, descriptor
