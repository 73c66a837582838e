"""How long a start takes: from a fresh clone, and on data that is there."""

# ruff: noqa: S607 (make and git are the user's own, as they find them)

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from financebuy.bench.figures import Circumstances, middle
from financebuy.cluster.demo import read_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import NotRunningError, ServerFailedError
from financebuy.errors import FinanceBuyError

CLONE_GOAL_SECONDS = 60.0
UP_GOAL_SECONDS = 5.0
_HANG_SECONDS = 600.0
_POLL_SECONDS = 0.02
_MOST_OUTPUT = 2000


class NoCheckoutError(FinanceBuyError):
    """FinanceBuy runs from an installed package: there is nothing to clone."""

    exit_code = 3
    text = "there is no git checkout to clone: leave this figure out with --no-clone"


class Figure(msgspec.Struct, frozen=True):
    """One measured time beside its goal, in seconds."""

    name: str
    command: str
    seconds: float
    goal: float
    samples: list[float]

    @property
    def reached(self) -> bool:
        """Whether the goal was reached."""
        return self.seconds < self.goal


class StartupReport(msgspec.Struct, frozen=True):
    """What is written as JSON."""

    circumstances: Circumstances
    figures: list[Figure]
    reached: bool


def measure_startup(
    tell: Callable[[str], None], *, clone: bool = True, repeats: int = 5
) -> StartupReport:
    """Measure both starts. Raises `NoCheckoutError` if there is nothing to clone."""
    circumstances = Circumstances.now()
    figures = []
    with _workplace() as place:
        if clone:
            tell("a fresh clone: make up, to the first answered request")
            figures.append(_from_clone(checkout(), place))
        tell(f"financebuy up on existing data, {repeats} times")
        figures.append(_on_existing_data(place / "data", repeats))
    return StartupReport(circumstances, figures, all(each.reached for each in figures))


def checkout() -> Path:
    """The git checkout that this program runs from. Raises `NoCheckoutError`."""
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists() or not (root / "Makefile").exists():
        raise NoCheckoutError
    return root


def _from_clone(root: Path, place: Path) -> Figure:
    """The packages come from the cache that the installer has on this machine."""
    clone, data = place / "clone", place / "data"
    _run(["git", "clone", "--quiet", str(root), str(clone)])
    began = time.perf_counter()
    with (place / "make.log").open("w+b") as log:
        make = subprocess.Popen(
            ["make", "--no-print-directory", "up", f"ARGS=--data {data}"],
            cwd=clone,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            while not _answers(data):
                if make.poll() is not None or time.perf_counter() - began > _HANG_SECONDS:
                    log.seek(0)
                    said = log.read()[-_MOST_OUTPUT:].decode(errors="replace")
                    raise ServerFailedError(f"`make up` failed:\n{said}")
                time.sleep(_POLL_SECONDS)
            seconds = time.perf_counter() - began
        finally:
            _financebuy("down", data)
            make.wait(_HANG_SECONDS)
    return Figure("fresh clone", "make up", round(seconds, 2), CLONE_GOAL_SECONDS, [seconds])


def _on_existing_data(data: Path, repeats: int) -> Figure:
    """Ready means that the command has returned, and that the API then answers at once."""
    if not data.exists():
        _financebuy("up", data, "--detach")
        _financebuy("down", data)
    samples = []
    for _ in range(repeats):
        began = time.perf_counter()
        _financebuy("up", data, "--detach")
        try:
            while not _answers(data):
                time.sleep(_POLL_SECONDS)
            samples.append(round(time.perf_counter() - began, 3))
        finally:
            _financebuy("down", data)
    return Figure(
        "existing data", "financebuy up --detach", middle(samples), UP_GOAL_SECONDS, samples
    )


def _answers(data: Path) -> bool:
    """Whether the demo investor is told what stands on their account."""
    try:
        endpoints = Endpoints.read(data)
        demo = read_demo(endpoints.secrets)
    except NotRunningError:
        return False
    if demo is None:
        return False
    place = urlsplit(endpoints.api_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    headers = {
        "APCA-API-KEY-ID": demo.investor.key_id,
        "APCA-API-SECRET-KEY": demo.investor.secret,
    }
    try:
        connection.request("GET", "/v2/account", headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _financebuy(command: str, data: Path, *options: str) -> None:
    argv = [sys.executable, "-P", "-m", "financebuy", command, "--data", str(data), *options]
    _run(argv)


def _run(argv: Sequence[str]) -> None:
    done = subprocess.run(
        argv,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_HANG_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        said = done.stdout[-_MOST_OUTPUT:]
        raise ServerFailedError(f"{' '.join(argv[:4])} failed ({done.returncode}): {said}")


def _environment() -> dict[str, str]:
    """The user's, without the settings of a platform that may be theirs."""
    return {name: value for name, value in os.environ.items() if "FINANCEBUY" not in name}


@contextmanager
def _workplace() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="financebuy-bench-"))
    place.chmod(0o755)  # the servers' account has to reach it
    try:
        yield place
    finally:
        shutil.rmtree(place)
