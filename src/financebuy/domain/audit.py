"""What the audit seals: rows, by their keys, in batches that are leaves of a log.

Two trees of RFC 6962 stand on each other. A seal is a tree over rows; what it comes to is written
as a record of a few lines, and the records are the leaves of the log, whose head is signed.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from financebuy.domain import merkle

TABLES = {1: "transactions", 2: "entries", 3: "executions", 4: "order_events", 5: "audit_log"}
"""The history that is sealed, by the number that stands in a row's key."""

LAYOUT = 1
"""How rows are written for sealing; another column or form is another layout."""

KEY_BYTES = 25
NONCE_BYTES = 16
_NUMBERS = {name: number for number, name in TABLES.items()}


_RECORD = re.compile(
    r"financebuy seal (?P<seal_seq>\d{1,19}) of epoch (?P<epoch>\d{1,9})\n"
    r"kind (?P<kind>rows|adopted)\nlayout (?P<layout>\d{1,9})\n"
    r"from (?P<first_xid>\d{1,19})\nto (?P<end_xid>\d{1,19})\nrows (?P<row_count>\d{1,9})\n"
    r"root (?P<root>[A-Za-z0-9+/]{43}=)\nsealed (?P<sealed>\S+)\n"
)
_NUMBERS_OF_A_RECORD = ("epoch", "seal_seq", "layout", "first_xid", "end_xid", "row_count")


class RowKey(NamedTuple):
    """Which row: its table, its id, and its number within the id (a leg, an event), else 0."""

    table: str
    row_id: UUID
    number: int

    @classmethod
    def unpack(cls, packed: bytes) -> "RowKey":
        """Read the 25 bytes of a key."""
        number = int.from_bytes(packed[17:], "big")
        return cls(TABLES.get(packed[0], f"table {packed[0]}"), UUID(bytes=packed[1:17]), number)

    def pack(self) -> bytes:
        """Return the 25 bytes that stand for the key in a seal."""
        number = self.number.to_bytes(8, "big")
        return bytes((_NUMBERS[self.table],)) + self.row_id.bytes + number

    def __str__(self) -> str:
        """The key for people: `entries 0190… leg 2`."""
        word = {"entries": "leg", "order_events": "event"}.get(self.table)
        return f"{self.table} {self.row_id}" + (f" {word} {self.number}" if word else "")


def split_keys(packed: bytes) -> list[bytes]:
    """Cut what a seal keeps of its rows into their keys."""
    return [packed[at : at + KEY_BYTES] for at in range(0, len(packed), KEY_BYTES)]


def split_hashes(packed: bytes) -> list[bytes]:
    """Cut hashes that stand one after the other."""
    size = merkle.HASH_BYTES
    return [packed[at : at + size] for at in range(0, len(packed), size)]


def nonce(salt: bytes, key: bytes) -> bytes:
    """Return what hides a row's content from whoever has its hash alone, as a proof's neighbour."""
    return hashlib.sha256(salt + key).digest()[:NONCE_BYTES]


def row_leaf(nonce_of_row: bytes, payload: bytes) -> bytes:
    """Return the leaf of a row: its hash with its nonce before it."""
    return merkle.leaf_hash(nonce_of_row + payload)


@dataclass(frozen=True, slots=True)
class SealRecord:
    """What a seal came to. `first_xid` to before `end_xid` are the transactions it covers."""

    epoch: int
    seal_seq: int
    kind: str
    layout: int
    first_xid: int
    end_xid: int
    row_count: int
    merkle_root: bytes
    sealed_at: datetime

    @property
    def data(self) -> bytes:
        """The record as it is hashed into the log, to the byte."""
        moment = self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
        return (
            f"financebuy seal {self.seal_seq} of epoch {self.epoch}\n"
            f"kind {self.kind}\nlayout {self.layout}\n"
            f"from {self.first_xid}\nto {self.end_xid}\nrows {self.row_count}\n"
            f"root {base64.b64encode(self.merkle_root).decode()}\n"
            f"sealed {moment}\n"
        ).encode()

    @classmethod
    def parse(cls, text: str) -> "SealRecord":
        """Read a record back.

        Raises:
            ValueError: `data` would not write it so.
        """
        found = _RECORD.fullmatch(text)
        if found is None:
            raise ValueError("this is not the record of a seal")
        numbers = {name: int(found[name]) for name in _NUMBERS_OF_A_RECORD}
        root = base64.b64decode(found["root"], validate=True)
        moment = datetime.fromisoformat(found["sealed"])
        record = cls(kind=found["kind"], merkle_root=root, sealed_at=moment, **numbers)
        if record.data.decode() != text:
            raise ValueError("this is not the record of a seal")
        return record

    @property
    def leaf(self) -> bytes:
        """The record's leaf in the log."""
        return merkle.leaf_hash(self.data)


@dataclass(frozen=True, slots=True)
class SealedRows:
    """A tree over rows: their keys and leaves, in one order, and the root."""

    keys: tuple[bytes, ...]
    leaves: tuple[bytes, ...]
    root: bytes

    @classmethod
    def build(cls, rows: Sequence[tuple[bytes, bytes]], salt: bytes) -> "SealedRows":
        """Hash `rows` (packed key, payload) in the order they have."""
        leaves = [row_leaf(nonce(salt, key), payload) for key, payload in rows]
        return cls(tuple(key for key, _ in rows), tuple(leaves), merkle.root(leaves))
