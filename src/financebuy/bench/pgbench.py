"""`pgbench`, the yardstick: the same SQL function, one command a call."""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from financebuy.bench.figures import percentile
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


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: commands a second, and how long one took, in milliseconds."""

    per_second: float
    p50: float
    p99: float


def run_pgbench(url: str, script: str, *, clients: int, seconds: float) -> Sample:
    """Run a script for a while with so many clients, each command prepared once."""
    with tempfile.TemporaryDirectory(prefix="financebuy-pgbench-") as name:
        place = Path(name)
        (place / "script.sql").write_text(script)
        programs = postgres_programs(accounts.current(), place)
        argv = [
            str(programs.tool("pgbench")),
            "--no-vacuum",
            "--protocol", "prepared",
            "--client", str(clients),
            "--jobs", str(min(clients, _THREADS)),
            "--time", str(round(seconds) + clients // _CONNECTED_A_SECOND + 1),
            "--file", str(place / "script.sql"),
            "--log", "--log-prefix", str(place / "latency"),
        ]  # fmt: skip
        environment, descriptor = _environment(url)
        try:
            done = subprocess.run(
                argv,
                env=environment,
                capture_output=True,
                text=True,
                timeout=seconds + _TIMEOUT_SECONDS,
                check=False,
                pass_fds=(descriptor,),
            )
        finally:
            os.close(descriptor)
        found = _TPS.search(done.stdout)
        if done.returncode != 0 or found is None:
            said = (done.stderr or done.stdout)[-_MOST_OUTPUT:]
            raise ServerFailedError(f"pgbench failed ({done.returncode}): {said}")
        latencies = _latencies(place)
    return Sample(float(found[1]), percentile(latencies, 0.50), percentile(latencies, 0.99))


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
