"""The journal of a drill: what was sent and what was answered, one JSON line each.

It is the drill's own evidence, kept outside of the platform. A separate process (`recorder`) writes
and syncs it; a client counts an answer only after the recorder has said that its line is on disk.
"""

import socket
from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path

import msgspec


class Kind(StrEnum):
    """What a client may ask for."""

    DEPOSIT = "deposit"
    ORDER = "order"
    CANCEL = "cancel"
    WITHDRAWAL = "withdrawal"


class Command(msgspec.Struct, frozen=True):
    """One wish of a customer. Every attempt carries the same key and the same body."""

    key: str
    kind: Kind
    account_id: str
    body: dict[str, str] = {}
    order_id: str | None = None
    """The order that a cancel is about."""


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """An attempt is about to leave. `at` is seconds since 1970."""

    at: float
    command: Command


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """A final answer: accepted (2xx) or refused (4xx). `result` holds what never changes of it."""

    at: float
    key: str
    status: int
    replayed: bool
    result: dict[str, str]

    @property
    def accepted(self) -> bool:
        """Whether the command has taken effect."""
        return self.status < HTTPStatus.MULTIPLE_CHOICES


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """No answer, or one that leaves the outcome open: the same command has to be sent again."""

    at: float
    key: str
    reason: str


Line = Sent | Answered | Failed


def encode(line: Line) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(line) + b"\n"


def read(path: Path) -> Iterator[Line]:
    """Yield the lines of a journal. A line without its end was never acknowledged: left out."""
    decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield decoder.decode(line)


class RecorderGoneError(OSError):
    """The recorder has ended: nothing may be counted any more."""


class Witness:
    """A client's own line to the recorder."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def keep(self, line: Line) -> None:
        """Return once the line is on disk. Raises `RecorderGoneError`."""
        try:
            self._connection.sendall(encode(line))
            kept = self._connection.recv(1)
        except OSError as error:
            raise RecorderGoneError(f"the recorder has ended: {error}") from error
        if not kept:
            raise RecorderGoneError("the recorder has ended")
