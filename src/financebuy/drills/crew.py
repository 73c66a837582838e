"""The processes of a drill beside the platform: the clients, and the recorder of their journal."""

import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from financebuy.drills.investors import Investor
from financebuy.drills.load import Customer, Plan
from financebuy.errors import FinanceBuyError

_RECORDER_SECONDS = 10.0
_LAST_SECONDS = 10.0


class CrewFailedError(FinanceBuyError):
    """A process of the drill itself has ended or hangs: nothing can be concluded."""

    exit_code = 3


class Crew:
    """Clients at work, and who writes down what they are told."""

    def __init__(
        self,
        load: "subprocess.Popen[bytes]",
        recorder: "subprocess.Popen[bytes]",
        errors: Path,
        settle_seconds: float,
    ) -> None:
        self._load = load
        self._recorder = recorder
        self._errors = errors
        self._settle_seconds = settle_seconds

    def check(self) -> None:
        """Raises `CrewFailedError` when one of the two has ended."""
        for name, process in (("load", self._load), ("recorder", self._recorder)):
            if process.poll() is not None:
                raise self._failure(f"the {name} process has ended ({process.returncode})")

    def finish(self) -> None:
        """End the traffic, let every client settle and repeat all it was promised."""
        self.check()
        self._load.send_signal(signal.SIGTERM)
        try:
            code = self._load.wait(2 * self._settle_seconds + _LAST_SECONDS)
            self._recorder.wait(_RECORDER_SECONDS)
        except subprocess.TimeoutExpired:
            raise self._failure("the clients do not end") from None
        if code != 0:
            raise self._failure(f"the clients failed ({code})")

    def kill(self) -> None:
        """End what still runs, whatever it does."""
        for process in (self._load, self._recorder):
            if process.poll() is None:
                process.kill()
                process.wait()

    def _failure(self, what: str) -> CrewFailedError:
        return CrewFailedError(
            f"{what}\n{self._errors.read_text(errors='replace')[-4000:]}".strip()
        )


@contextmanager
def crew(
    api_url: str,
    investors: Sequence[Investor],
    journal: Path,
    *,
    clients: int,
    seed: int,
    settle_seconds: float,
) -> Iterator[Crew]:
    """Start `clients` clients, spread over the investors, and the recorder of `journal`."""
    errors = journal.with_name("crew.log")
    with ExitStack() as stack:
        output = stack.enter_context(errors.open("ab"))
        pairs = [socket.socketpair() for _ in range(clients)]
        for pair in pairs:
            for end in pair:
                stack.callback(end.close)
        ours = [mine.fileno() for mine, _ in pairs]
        theirs = [other.fileno() for _, other in pairs]
        recorder = _start("recorder", [str(journal), *map(str, theirs)], theirs, output.fileno())
        load = _start("load", [], ours, output.fileno())
        # From here on each end is held by one process alone: the end of one ends the other.
        for mine, other in pairs:
            mine.close()
            other.close()
        plan = Plan(api_url, _customers(investors, ours, seed), settle_seconds)
        started = Crew(load, recorder, errors, settle_seconds)
        stack.callback(started.kill)
        _tell(load, plan)
        yield started


def _customers(investors: Sequence[Investor], ours: Sequence[int], seed: int) -> list[Customer]:
    return [
        Customer(
            account_id=investor.account_id,
            key_id=investor.key_id,
            secret=investor.secret,
            seed=f"{seed}-{number}",
            witness=descriptor,
        )
        for number, descriptor in enumerate(ours, start=1)
        for investor in [investors[number % len(investors)]]
    ]


def _start(
    name: str, arguments: Sequence[str], descriptors: Sequence[int], output: int
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"financebuy.drills.{name}", *arguments],
        stdin=subprocess.PIPE if name == "load" else subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=tempfile.gettempdir(),
        pass_fds=descriptors,
    )


def _tell(load: "subprocess.Popen[bytes]", plan: Plan) -> None:
    assert load.stdin is not None  # noqa: S101 (it was opened as a pipe)
    with load.stdin as pipe:
        pipe.write(msgspec.json.encode(plan))
