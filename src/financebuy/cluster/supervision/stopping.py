"""Ending processes: ask, wait, insist."""

import time
from collections.abc import Sequence
from signal import SIGKILL
from typing import Protocol

_LAST_WAIT_SECONDS = 1.0


class Stoppable(Protocol):
    """A process that knows which signals end it."""

    @property
    def stop_signal(self) -> int:
        """Asks it to end."""

    @property
    def hard_signal(self) -> int:
        """Ends it without its cooperation, in the least harmful way."""

    def is_alive(self) -> bool:
        """Whether it still runs."""

    def send(self, number: int) -> None:
        """Send it a signal; none if it has ended."""


def stop_all(processes: Sequence[Stoppable], grace: float) -> None:
    """End all of them at once: politely for `grace` seconds, then not."""
    for process in processes:
        process.send(process.stop_signal)
    remaining = _wait(processes, grace)
    for process in remaining:
        process.send(process.hard_signal)
    for process in _wait(remaining, _LAST_WAIT_SECONDS):
        process.send(SIGKILL)
    _wait(remaining, _LAST_WAIT_SECONDS)


def _wait(processes: Sequence[Stoppable], seconds: float) -> list[Stoppable]:
    deadline = time.monotonic() + seconds
    alive = [process for process in processes if process.is_alive()]
    while alive and time.monotonic() < deadline:
        time.sleep(0.01)
        alive = [process for process in alive if process.is_alive()]
    return alive
