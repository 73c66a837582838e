"""Reading seals, and judging each by itself and after the one before it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row

from financebuy.crypto.notes import Checkpoint, NoteError, Verifier
from financebuy.database.pools import Connection
from financebuy.domain import merkle
from financebuy.domain.audit import SealRecord, split_hashes, split_keys
from financebuy.domain.merkle import Frontier
from financebuy.services.audit.epochs import Epoch
from financebuy.services.audit.findings import Report
from financebuy.sql import load

_SEALS_A_FETCH = 20


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it is stored. Its rows' leaves and keys stand in the same order."""

    epoch: int
    seal_seq: int
    kind: str
    first_xid: int
    end_xid: int
    row_count: int
    layout: int
    merkle_root: bytes
    record: bytes
    frontier: bytes
    head: str
    salt: bytes
    row_keys: bytes
    leaves: bytes
    sealed_at: datetime

    def __str__(self) -> str:
        """Its name in findings."""
        return f"seal {self.seal_seq} of epoch {self.epoch}"

    @property
    def written(self) -> SealRecord:
        """The record that its columns make."""
        return SealRecord(
            self.epoch, self.seal_seq, self.kind, self.layout, self.first_xid, self.end_xid,
            self.row_count, self.merkle_root, self.sealed_at,
        )  # fmt: skip

    @property
    def hashes(self) -> list[bytes]:
        """The leaves, apart."""
        return split_hashes(self.leaves)

    @property
    def keys(self) -> list[bytes]:
        """The keys, apart."""
        return split_keys(self.row_keys)


async def seals_of(
    connection: Connection, epoch: int, kind: str | None = None
) -> AsyncIterator[Seal]:
    """Every seal of `epoch` (of one kind, if given), in order, a few at a time."""
    after = 0
    while True:
        values = {"epoch": epoch, "after": after, "kind": kind, "limit": _SEALS_A_FETCH}
        found = await seal_rows(connection, load("audit").seals_after, values)
        for seal in found:
            yield seal
        if len(found) < _SEALS_A_FETCH:
            return
        after = found[-1].seal_seq


async def seal_rows(connection: Connection, query: str, values: Mapping[str, Any]) -> list[Seal]:
    """The seals that `query` finds, in binary: their bytes are many."""
    async with connection.cursor(binary=True, row_factory=class_row(Seal)) as cursor:
        await cursor.execute(query.encode(), values)
        return await cursor.fetchall()


class LogWalk:
    """Goes through an epoch's log, seal by seal, and reports what does not hold."""

    def __init__(self, epoch: Epoch, report: Report) -> None:
        """Begin before the first seal of `epoch`."""
        self.epoch = epoch
        self.tree = Frontier()
        self.end_xid = epoch.first_xid
        self._verifier = epoch.verifier
        self._report = report

    def step(self, seal: Seal) -> None:
        """Judge the next seal."""
        self._sequence(seal)
        if seal.written.data != seal.record:
            self._report.add("seal", str(seal), "its columns are not what its record says")
        if merkle.root(seal.hashes) != seal.merkle_root:
            self._report.add("seal", str(seal), "its leaves do not give its root")
        self.tree = self.tree.append(merkle.leaf_hash(seal.record))
        if b"".join(self.tree.subtrees) != seal.frontier:
            self._report.add("seal", str(seal), "the seals up to it do not give its frontier")
        problem = problem_of_head(
            self._verifier, seal.head, Checkpoint(self.epoch.origin, self.tree.size, self.tree.root)
        )
        if problem is not None:
            self._report.add("head", str(seal), problem)

    def _sequence(self, seal: Seal) -> None:
        expected = self.tree.size + 1
        if seal.seal_seq != expected:
            missing = f"seal {expected} of epoch {self.epoch.epoch}"
            self._report.add("seal", missing, f"is missing: {seal} comes after {expected - 1}")
            # Go on from what is there, or every seal after it would be wrong for this one reason.
            self.tree = Frontier(seal.seal_seq - 1, _before(seal))
        if seal.kind == "rows":
            if seal.first_xid != self.end_xid and seal.seal_seq == expected:
                self._report.add("seal", str(seal), "it does not begin where the last one ended")
            self.end_xid = seal.end_xid


def _before(seal: Seal) -> tuple[bytes, ...]:
    """Stand-ins for the subtrees before a seal whose predecessor is gone: nothing fits them."""
    count = (seal.seal_seq - 1).bit_count()
    return tuple(merkle.EMPTY_ROOT for _ in range(count))


def problem_of_head(verifier: Verifier, head: str, expected: Checkpoint) -> str | None:
    """Say why `head` is not the signed head of that log; None when it is."""
    try:
        found = Checkpoint.parse(verifier.open(head))
    except NoteError as error:
        return str(error)
    if found != expected:
        return f"its head says size {found.size} of {found.origin} and another root than its seals"
    return None
