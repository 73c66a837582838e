"""Errors that come by the thousand: the first is told at once, the others once a second."""

import asyncio
import logging
from dataclasses import dataclass

_SECONDS = 1.0


@dataclass(slots=True)
class _Told:
    loop: asyncio.AbstractEventLoop
    more: int = 0


class Tally:
    """Tells a log of errors of the same kind, at most once a second, and how many they were."""

    def __init__(self, log: logging.Logger, level: int = logging.ERROR) -> None:
        """Write to `log`, from within an event loop."""
        self._log = log
        self._level = level
        self._told: dict[str, _Told] = {}

    def tell(self, text: str) -> None:
        """Log `text`, or count it where it was told less than a second ago."""
        told = self._told.get(text)
        # One of a loop that has ended is looked at by nobody.
        if told is not None and told.loop is asyncio.get_running_loop():
            told.more += 1
            return
        self._log.log(self._level, "%s", text)
        self._wait(text)

    def _wait(self, text: str) -> None:
        loop = asyncio.get_running_loop()
        self._told[text] = _Told(loop)
        loop.call_later(_SECONDS, self._look, text)

    def _look(self, text: str) -> None:
        told = self._told.pop(text, None)
        if told is not None and told.more:
            self._log.log(self._level, "%s (%d more in a second)", text, told.more)
            self._wait(text)
