"""Epochs: the lives of a database, each with a log of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from financebuy.crypto.notes import NoteError, NoteSigner, Verifier
from financebuy.database.pools import Connection
from financebuy.services.rows import fetch_all
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Epoch:
    """One life of the database; `record` is the signed note that opened it."""

    epoch: int
    log_id: UUID
    origin: str
    system_identifier: str
    first_xid: int
    opened_at: datetime
    opened_by: str
    reason: str
    verifier_key: str
    record: str

    @property
    def verifier(self) -> Verifier:
        """The key of its heads."""
        return Verifier.parse(self.verifier_key)

    @property
    def problem(self) -> str | None:
        """Why its record is not what its own key has signed of it; None: it is."""
        try:
            text = self.verifier.open(self.record)
        except NoteError as error:
            return f"its record: {error}"
        begins = text.startswith(f"financebuy epoch {self.epoch} of log {self.log_id}\n")
        named = f"\norigin {self.origin}\nsystem {self.system_identifier}\n"
        return None if begins and named in text else "its columns are not what its record says"

    def has_signed(self, record: str) -> bool:
        """Whether its key has signed this record, of whichever epoch."""
        try:
            return self.verifier.open(record).startswith("financebuy epoch ")
        except NoteError:
            return False


@dataclass(frozen=True, slots=True)
class Position:
    """The server's identity, and the first transaction that may still be under way."""

    system_identifier: str
    horizon: int


async def epochs(connection: Connection) -> list[Epoch]:
    """Return every epoch, oldest first."""
    return await fetch_all(connection, Epoch, load("audit").epochs, {})


async def position(connection: Connection) -> Position:
    """Return where this database stands now, as this transaction's snapshot sees it."""
    (found,) = await fetch_all(connection, Position, load("audit").position, {})
    return found


def origin_of(log_id: UUID, epoch: int) -> str:
    """The name of an epoch's log, the first line of its heads."""
    return f"financebuy.audit/{log_id}/{epoch}"


def new_epoch(
    signer: NoteSigner, number: int, log_id: UUID, place: Position, by: str, reason: str,
    before: Sequence[str] = (),
) -> Epoch:  # fmt: skip
    """Return an epoch with its signed record; `before` is what the one before it had come to."""
    now = datetime.now(UTC)
    lines = (
        f"financebuy epoch {number} of log {log_id}",
        f"origin {origin_of(log_id, number)}",
        f"system {place.system_identifier}",
        f"from {place.horizon if number > 1 else 0}",
        f"opened {now.isoformat(timespec='microseconds')}",
        f"by {_line(by)}",
        f"reason {_line(reason)}",
        *before,
    )
    return Epoch(
        epoch=number,
        log_id=log_id,
        origin=origin_of(log_id, number),
        system_identifier=place.system_identifier,
        first_xid=place.horizon if number > 1 else 0,
        opened_at=now,
        opened_by=by,
        reason=reason,
        verifier_key=str(signer.verifier),
        record=signer.sign("\n".join(lines) + "\n"),
    )


async def save_epoch(connection: Connection, epoch: Epoch) -> None:
    """Open `epoch`; what is written from the end of this transaction on belongs to it."""
    values = {name: getattr(epoch, name) for name in Epoch.__slots__}
    await connection.execute(load("audit").open_epoch, values)


def _line(text: str) -> str:
    return " ".join(text.split())
