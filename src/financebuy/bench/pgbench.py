"""`pgbench`, the yardstick: a transaction a call, by the C client."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from financebuy.bench.samples import Begin, Sample
from financebuy.cluster import accounts
from financebuy.cluster.binaries import postgres_programs
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.password_file import environment_with

_TPS = re.compile(r"^tps = ([\d.]+) \(without initial connection time\)", re.MULTILINE)
_TIMEOUT_SECONDS = 120.0
_MICROSECONDS = 1_000
_THREADS = 2
# The time that a run is given includes the time in which its clients connect, one by one.
_CONNECTED_A_SECOND = 32
_MOST_OUTPUT = 2_000
_POLL_SECONDS = 0.01


def run_pgbench(
    url: str,
    script: str | None,
    *,
    clients: int,
    seconds: float,
    begin: Begin | None = None,
    connected: Callable[[], bool] | None = None,
) -> Sample:
    """Run a script for a while with so many clients, each statement prepared once.

    Without a script: pgbench's own TPC-B. `begin` is called once `connected` says that all of its
    clients are, so that what their connecting costs is not counted.
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
            "--time", str(round(seconds) + clients // _CONNECTED_A_SECOND + 1),
            "--log", "--log-prefix", str(place / "latency"),
        ]  # fmt: skip
        said = _run(url, ["--no-vacuum", *options, *chosen], seconds, begin, connected)
        found = _TPS.search(said)
        if found is None:
            raise ServerFailedError(f"pgbench told no rate: {said[-_MOST_OUTPUT:]}")
        return Sample(float(found[1]), _latencies(place))


def fill_tpcb(url: str, scale: int) -> None:
    """Make the tables of pgbench's TPC-B, 100,000 accounts for each of `scale`."""
    _run(url, ["--initialize", "--quiet", "--scale", str(scale)], 0)


def _run(
    url: str,
    options: Sequence[str],
    seconds: float,
    begin: Begin | None = None,
    connected: Callable[[], bool] | None = None,
) -> str:
    """Returns what it says on stdout."""
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
                seen = _wait(process, connected)
                if begin is not None and seen:
                    begin()
                said, complaint = process.communicate(timeout=seconds + _TIMEOUT_SECONDS)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
        finally:
            os.close(descriptor)
    if process.returncode == 0 and not seen:
        raise ServerFailedError("pgbench was over before its clients were seen")
    if process.returncode != 0:
        text = (complaint or said)[-_MOST_OUTPUT:]
        raise ServerFailedError(f"pgbench failed ({process.returncode}): {text}")
    return said


def _wait(process: "subprocess.Popen[str]", connected: Callable[[], bool] | None) -> bool:
    """Until all clients are there. Without a figure rather than with a wrong one."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while connected is not None and not connected():
        if process.poll() is not None:
            return False
        if time.monotonic() > deadline:
            raise ServerFailedError("pgbench's clients do not connect")
        time.sleep(_POLL_SECONDS)
    return True


def _latencies(place: Path) -> list[float]:
    """Milliseconds a transaction; the third field of each line of the log is in microseconds."""
    return [
        int(line.split()[2]) / _MICROSECONDS
        for log in place.glob("latency*")
        for line in log.read_text().splitlines()
    ]


def _environment(url: str) -> tuple[Mapping[str, str], int]:
    parts = conninfo_to_dict(url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    named, descriptor = environment_with(str(parts.get("password") or ""))
    given = {names[name]: str(value) for name, value in parts.items() if name in names}
    # pgbench gives up at its first error, so it may wait for a lock as long as it takes.
    options = {"PGOPTIONS": "-c lock_timeout=0"}
    path = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    return {**path, **options, **given, **named}, descriptor
