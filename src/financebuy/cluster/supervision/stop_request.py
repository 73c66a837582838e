"""The signals that ask a supervisor to stop, and those that only wake it."""

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

from financebuy.cluster.errors import StartInterruptedError
from financebuy.cluster.supervision.reporting import Reporter

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """While it is entered, SIGINT, SIGTERM and SIGHUP set a flag instead of ending the program."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._previous: dict[int, Any] = {}
        self._asking = False
        self.requested = False

    def __enter__(self) -> "StopRequest":
        for number in (*_STOPPING, signal.SIGCHLD):
            self._previous[number] = signal.signal(number, self._received)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes, a child's end included, or the time is over."""
        self._event.wait(seconds)
        if not self.requested:
            self._event.clear()

    def raise_if_requested(self) -> None:
        """Raises `StartInterruptedError` once stopping was asked for."""
        if self.requested:
            raise StartInterruptedError("interrupted")

    def asking(self, reporter: Reporter) -> Callable[[str], bool]:
        """A way to put questions to the user in which a signal ends the wait for the answer.

        It raises `StartInterruptedError` then.
        """

        def ask(question: str) -> bool:
            self._asking = True
            try:
                self.raise_if_requested()
                return reporter.confirm(question)
            finally:
                self._asking = False

        return ask

    def _received(self, number: int, _frame: FrameType | None) -> None:
        if number in _STOPPING:
            self.requested = True
        self._event.set()
        if self._asking:
            self.raise_if_requested()
