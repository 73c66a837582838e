"""The processes of a drill beside the platform: the clients, and the recorder of their journal."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from financebuy.drills.investors import Investor
from financebuy.drills.load import Customer, Plan
from financebuy.errors import FinanceBuyError

_RECORDER_SECONDS = 10.0
_LAST_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
_POLL_SECONDS = 0.05
_MOST_OUTPUT = 4000


class CrewFailedError(FinanceBuyError):
    """A process of the drill itself has ended or hangs: nothing can be concluded."""

    exit_code = 3


class Crew:
    """Clients at work, and who writes down what they are told."""

    def __init__(
        self,
        load: "subprocess.Popen[bytes]",
        recorder: "subprocess.Popen[bytes]",
        journal: Path,
        settle_seconds: float,
    ) -> None:
        self._load = load
        self._recorder = recorder
        self._journal = journal
        self._settle_seconds = settle_seconds

    def check(self) -> None:
        """Raises `CrewFailedError` when one of the two has ended."""
        for name, process in (("load", self._load), ("recorder", self._recorder)):
            if process.poll() is not None:
                raise self._failure(f"the {name} process has ended ({process.returncode})")

    def wait_for_an_answer(self) -> None:
        """Return once the clients have been told of another command, or after a while.

        On a slow machine a round might else be over before its traffic has begun.
        """
        deadline = time.monotonic() + _ANSWER_SECONDS
        with self._journal.open("rb") as file:
            file.seek(0, os.SEEK_END)
            while time.monotonic() < deadline and b'"type":"answered"' not in file.read():
                self.check()
                time.sleep(_POLL_SECONDS)

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
        if self._load.stdin is not None:
            self._load.stdin.close()

    def _failure(self, what: str) -> CrewFailedError:
        said = _errors(self._journal).read_text(errors="replace")[-_MOST_OUTPUT:]
        return CrewFailedError(f"{what}\n{said}".strip())


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
    journal.touch(mode=0o600)
    with ExitStack() as stack:
        output = stack.enter_context(_errors(journal).open("ab"))
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
        started = Crew(load, recorder, journal, settle_seconds)
        stack.callback(started.kill)
        _tell(load, plan)
        yield started


def _errors(journal: Path) -> Path:
    """What the two processes print, beside the journal."""
    return journal.with_name("crew.log")


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
    # The pipe stays open: its end tells the clients that the drill is over.
    load.stdin.write(msgspec.json.encode(plan) + b"\n")
    load.stdin.flush()
