"""When a turn counts from: everybody had an answer.

What the server has to do once before it can go on (plans that others' rows have made stale, caches
of a session that has rested) is no part of what a command costs; nobody's is counted.
"""

import time
from threading import Lock

from financebuy.bench.samples import Begin


class Turn:
    """The clock of one turn, whose `clients` count once each of them had an answer."""

    def __init__(self, clients: int, seconds: float, begin: Begin) -> None:
        """`begin` is called when that is so; from then it lasts so many seconds."""
        self._cold = clients
        self._seconds = seconds
        self._begin = begin
        self._lock = Lock()
        self.began = self.until = float("inf")

    @property
    def counts(self) -> bool:
        """Whether a command that starts now is counted."""
        return self.began < float("inf")

    def warm(self) -> None:
        """One client more had its first answer."""
        with self._lock:
            self._cold -= 1
            if self._cold:
                return
            self._begin()
            began = time.perf_counter()
            self.until = began + self._seconds
            self.began = began
