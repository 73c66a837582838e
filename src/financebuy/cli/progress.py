"""Showing how `financebuy up` gets on: a line a step, with a spinner where there is a terminal."""

import sys
import time
from contextlib import suppress

from rich.console import Console
from rich.status import Status

_COLUMN = 10


class Progress:
    """A `Reporter` for people and for log files. `assume_yes` answers every question."""

    def __init__(self, *, assume_yes: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._assume_yes = assume_yes
        self._step = ""
        self._began = 0.0
        self._spinner: Status | None = None

    def begin(self, step: str) -> None:
        """See `Reporter`."""
        self._step, self._began = step, time.monotonic()
        self._spin()

    def done(self, detail: str) -> None:
        """See `Reporter`."""
        self.pause()
        seconds = f"{time.monotonic() - self._began:.1f} s"
        if self._console.is_terminal:
            mark = "[green]✓[/green]"
            self._console.print(f"{mark} {self._step:<{_COLUMN}} {detail:<56} {seconds:>7}")
        else:
            self._console.print(f"{self._step:<{_COLUMN}} {detail}  ({seconds})", soft_wrap=True)

    def note(self, text: str) -> None:
        """See `Reporter`."""
        self.pause()
        self._console.print(f"note: {text}", soft_wrap=not self._console.is_terminal)
        if self._step:
            self._spin()

    def confirm(self, question: str) -> bool:
        """See `Reporter`."""
        if self._assume_yes:
            return True
        self.pause()
        if not sys.stdin.isatty():
            self._console.print(f"{question} Nobody can answer here: pass --yes.", soft_wrap=True)
            return False
        answer = ""
        with suppress(EOFError):
            answer = self._console.input(f"{question} \\[y/N] ")
        if self._step:
            self._spin()
        return answer.strip().lower() in {"y", "yes"}

    def silence(self) -> None:
        """Show nothing from now on."""
        self.pause()
        self._console.quiet = True

    def pause(self) -> None:
        """Take the spinner away."""
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None

    def _spin(self) -> None:
        if self._console.is_terminal and self._spinner is None:
            self._spinner = self._console.status(self._step)
            self._spinner.start()
