"""The log: one JSON object a line, on standard error.

What an error says of the values that it met is left out unless FinanceBuy itself said it: another
library's message repeats what it could not read, and that may be somebody's address.
"""

import asyncio
import json
import logging
import traceback
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import TextIO

import psycopg

from financebuy.errors import FinanceBuyError

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class JsonLines(logging.Formatter):
    """Formats a record as one line; `extra={"fields": {...}}` adds fields to it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        seconds = int(record.created)
        line = {
            "at": f"{_second(seconds)}.{int((record.created - seconds) * 1000):03}+00:00",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)  # type: ignore[arg-type]
        return _ENCODER.encode(line)

    def formatException(self, ei: ExceptionInfo) -> str:  # type: ignore[override]  # noqa: N802
        """Return where it happened, and what it was, for it and for each that it came of."""
        parts: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None and len(parts) < _MOST_CAUSES:
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"{frames}{described(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\ncaused by:\n".join(parts)


_MOST_CAUSES = 8


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def _message(record: logging.LogRecord) -> str:
    if isinstance(record.args, tuple):
        record.args = tuple(_shown(a) if isinstance(a, BaseException) else a for a in record.args)
    return record.getMessage()


def described(error: BaseException) -> str:
    """Name an error without the values that it met."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, FinanceBuyError):
        return f"{name}: {error.message}"
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        # The connection's own: the server's address, and what became of it.
        return f"{name}: {error}"
    if isinstance(error, psycopg.Error) and error.sqlstate is not None:
        of = error.diag.constraint_name or error.diag.table_name or error.diag.context or ""
        return f"{name}: SQLSTATE {error.sqlstate} {of.partition(chr(10))[0]}".rstrip()
    return name


def _shown(value: object) -> str:
    """Values of our own types hide what is personal; others are named."""
    return described(value) if isinstance(value, BaseException) else str(value)


# Made once, where `json.dumps` would make one for each line.
_ENCODER = json.JSONEncoder(default=_shown)


class _Together(logging.StreamHandler[TextIO]):
    """Writes the lines of one turn of the event loop in one go: each write is a system's call.

    What is a warning, or is told from elsewhere, is written at once, behind what waits.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(self.format(record))
            loop = None if record.levelno > logging.INFO else _running_loop()
            if loop is None:
                self.flush()
            elif loop is not self._loop:
                # Another loop's turn may never come: it was closed with lines still waiting.
                self._loop = loop
                loop.call_soon(self.flush)
        except Exception:  # noqa: BLE001 (a log that cannot be written stops nobody)
            self.handleError(record)

    def flush(self) -> None:
        with self.lock or nullcontext():
            lines, self._lines, self._loop = self._lines, [], None
            if lines:
                self.stream.write("\n".join([*lines, ""]))
            super().flush()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def write_json_lines(level: str) -> None:
    """Send every record of `level` and above to standard error, one JSON object a line."""
    handler = _Together()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
