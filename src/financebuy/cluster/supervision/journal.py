"""The supervisor's own log: what ended and started again, with the time."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from financebuy.cluster.files import open_log
from financebuy.cluster.supervision.reporting import Reporter


class Journal:
    """Tells the user and appends to a file."""

    def __init__(self, path: Path, reporter: Reporter) -> None:
        self._path = path
        self._reporter = reporter

    def tell(self, text: str) -> None:
        """Note one event."""
        self._reporter.note(text)
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        # The user has heard it; a full disk does not stop the supervisor.
        with suppress(OSError):
            self._append(f"{moment} {text}\n")

    def _append(self, line: str) -> None:
        # Opened each time, as it may have been rotated or deleted.
        descriptor = open_log(self._path)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
