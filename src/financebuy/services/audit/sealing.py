"""The sealer: takes what was committed, builds a tree over it, signs the log's head, copies it out.

It runs beside the writers and holds no lock that they want. What it takes is decided by
transaction numbers: all below the snapshot's xmin have ended, so what they wrote is there, and
nothing is added to it any more.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from financebuy.crypto.notes import Checkpoint, NoteSigner
from financebuy.database.pools import Connection
from financebuy.domain.audit import LAYOUT, SealedRows, SealRecord, split_hashes
from financebuy.domain.merkle import Frontier
from financebuy.services.audit.epochs import Epoch, Position, position
from financebuy.services.audit.rows import SealRow, rows_between, snapshot
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.sql import load

BATCH_ROWS = 10_000
"""About how many rows, entries not counted, a seal holds at most."""
_SALT_BYTES = 32
_FIRST_WINDOW = 4_096


@dataclass(frozen=True, slots=True)
class LastSeal:
    """Where the log of an epoch ends."""

    epoch: int
    seal_seq: int
    kind: str
    end_xid: int
    frontier: bytes
    head: str

    @property
    def tree(self) -> Frontier:
        """The log, for the next leaf."""
        return Frontier(self.seal_seq, tuple(split_hashes(self.frontier)))


@dataclass(frozen=True, slots=True)
class _Number:
    value: int | None


async def last_seal(connection: Connection, epoch: int) -> LastSeal | None:
    """Return the newest seal of `epoch`."""
    return await fetch_one(connection, LastSeal, load("audit").last_seal, {"epoch": epoch})


async def seal_batch(connection: Connection, epoch: Epoch, signer: NoteSigner) -> tuple[int, bool]:
    """Seal the next rows, in a transaction of its own; returns how many, and whether all are."""
    async with snapshot(connection):
        place = await position(connection)
        first = await sealed_until(connection, epoch)
        end = await _end_of_batch(connection, epoch.epoch, first, place)
        if end <= first:
            return 0, True
        rows = await rows_between(connection, epoch.epoch, first, end)
        if rows:
            await add_seal(connection, epoch, signer, rows, "rows", (first, end))
    return len(rows), end >= place.horizon


async def sealed_until(connection: Connection, epoch: Epoch) -> int:
    """Return the first transaction of `epoch` that is not sealed."""
    found = await _number(connection, load("audit").sealed_until, {"epoch": epoch.epoch})
    return epoch.first_xid if found is None else found


async def _end_of_batch(connection: Connection, epoch: int, first: int, place: Position) -> int:
    """How far to go, so that a seal is not too large and yet has something in it."""
    low, window = first, _FIRST_WINDOW
    while low < place.horizon:
        end = min(place.horizon, low + window)
        limits = {"epoch": epoch, "first": low, "end": end, "limit": BATCH_ROWS + 1}
        rows = await _number(connection, load("audit").count_between, limits) or 0
        if rows == 0:
            # Nothing up to here: what comes is looked for after it, or the two would alternate.
            low, window = end, window * 2
        elif rows > BATCH_ROWS and end - low > 1:
            window = (end - low) // 2
        else:
            return end
    return low


async def add_seal(
    connection: Connection, epoch: Epoch, signer: NoteSigner, rows: Sequence[SealRow], kind: str,
    limits: tuple[int, int],
) -> None:  # fmt: skip
    """Put one more seal over `rows` into the log of `epoch`, in the caller's transaction."""
    last = await last_seal(connection, epoch.epoch)
    salt = secrets.token_bytes(_SALT_BYTES)
    # Hashing would hold up what else this process does.
    sealed = await asyncio.to_thread(SealedRows.build, [row[1:] for row in rows], salt)
    record = SealRecord(
        epoch=epoch.epoch,
        seal_seq=1 if last is None else last.seal_seq + 1,
        kind=kind,
        layout=LAYOUT,
        first_xid=limits[0],
        end_xid=limits[1],
        row_count=len(rows),
        merkle_root=sealed.root,
        sealed_at=datetime.now(UTC),
    )
    tree = (Frontier() if last is None else last.tree).append(record.leaf)
    head = signer.sign(Checkpoint(epoch.origin, tree.size, tree.root).text)
    values = {name: getattr(record, name) for name in SealRecord.__slots__} | {
        "record": record.data,
        "frontier": b"".join(tree.subtrees),
        "head": head,
        "salt": salt,
        "row_keys": b"".join(sealed.keys),
        "leaves": b"".join(sealed.leaves),
    }
    await connection.execute(load("audit").add_seal, values)


async def _number(connection: Connection, query: str, values: dict[str, int]) -> int | None:
    (found,) = await fetch_all(connection, _Number, query, values)
    return found.value
