"""The log: one JSON object a line, on standard error.

What an error says of the values that it met is left out unless FinanceBuy itself said it: another
library's message repeats what it could not read, and that may be somebody's address.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

import psycopg

from financebuy.errors import FinanceBuyError

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class JsonLines(logging.Formatter):
    """Formats a record as one line; `extra={"fields": {...}}` adds fields to it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
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


def write_json_lines(level: str) -> None:
    """Send every record of `level` and above to standard error, one JSON object a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
