"""Sealed history as a Parquet file that is verified without a database (see `offline`).

The file holds whole seals: the record and the signed head of each, and every leaf, those of the
rows that were asked for with content and nonce, the others as hashes.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import msgspec
import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from financebuy.database.pools import Connection
from financebuy.domain.audit import RowKey, nonce, split_hashes
from financebuy.domain.merkle import Frontier
from financebuy.services.audit.comparison import Leaf, leaves_of
from financebuy.services.audit.epochs import Epoch, epochs
from financebuy.services.audit.errors import NotSealedError
from financebuy.services.audit.findings import Progress
from financebuy.services.audit.rows import LAST_XID, SealRow, stream_between
from financebuy.services.audit.sealing import sealed_until
from financebuy.services.audit.seals import Seal, seals_of
from financebuy.services.audit.sources import Source, sources

FORMAT = "financebuy audit 1"
SCHEMA = pa.schema([
    ("kind", pa.string()), ("epoch", pa.int32()), ("seal_seq", pa.int64()),
    ("leaf_index", pa.int32()), ("table", pa.string()), ("row_id", pa.string()),
    ("number", pa.int64()), ("payload", pa.string()), ("nonce", pa.binary()),
    ("hash", pa.binary()), ("record", pa.string()), ("head", pa.string()),
    ("log_path", pa.list_(pa.binary())),
])  # fmt: skip
"""`kind` is seal (record, head, log_path), row (payload, nonce) or leaf (hash)."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to export: tables, and what was sealed from `since` to before `until`."""

    tables: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    source: Source | None = None
    """One detached month instead of all tables; then everything of it has to be sealed."""

    def takes(self, seal: Seal) -> bool:
        """Whether something of this seal may be asked for."""
        if self.source is not None:
            return self.source.may_hold(seal.epoch, seal.first_xid, seal.end_xid)
        return (self.since is None or seal.sealed_at >= self.since) and (
            self.until is None or seal.sealed_at < self.until
        )


@dataclass(slots=True)
class Exported:
    """What a file holds. `leaves` has a bit for each leaf of a seal whose row is in it."""

    rows: int = 0
    seals: int = 0
    sha256: bytes = b""
    leaves: dict[tuple[int, int], int] = field(default_factory=dict)


class Export:
    """One export into a new file, in the caller's snapshot, over a connection of `auditor`."""

    def __init__(
        self, connection: Connection, file: Path, selection: Selection,
        progress: Progress | None = None,
    ) -> None:  # fmt: skip
        """Nothing is written before `run`."""
        self._connection, self._file, self._selection = connection, file, selection
        self._progress = progress or (lambda _done, _total: None)
        self._done = Exported()
        self._adopted: dict[bytes, Leaf] = {}
        self._late: dict[bytes, SealRow] = {}

    async def run(self) -> Exported:
        """Write the file; it appears under its name when it is whole.

        What takes long (making tables, compressing, hashing) is done in threads: whoever serves
        others meanwhile goes on serving.

        Raises:
            NotSealedError: a row is not sealed, or not what was sealed.
        """
        known = await epochs(self._connection)
        draft = self._file.with_name(f".{self._file.name}.part")
        async with await asyncio.to_thread(_Writer, draft, known) as writer:
            for epoch in known:
                async for seal in seals_of(self._connection, epoch.epoch, "adopted"):
                    if self._selection.source is not None or self._selection.takes(seal):
                        self._adopted |= leaves_of(seal)
            for epoch in known:
                await self._write_epoch(epoch, writer)
            await self._write_adopted(known, writer)
        draft.replace(self._file)
        self._done.sha256 = await asyncio.to_thread(_sha256, self._file)
        return self._done

    async def _write_epoch(self, epoch: Epoch, writer: "_Writer") -> None:
        before = Frontier()
        async for seal in seals_of(self._connection, epoch.epoch):
            tree = Frontier(seal.seal_seq, tuple(split_hashes(seal.frontier)))
            if seal.kind == "rows" and self._selection.takes(seal):
                rows = self._rows(epoch.epoch, seal.first_xid, seal.end_xid)
                await self._write(seal, before, await self._match(seal, rows), writer)
            before = tree
        if self._adopted and self._selection.source is None:
            # Adopted rows may stand anywhere in the epochs before.
            await self._look_for_late(epoch, 0)
        elif self._selection.source is not None:
            # What no seal of its own epoch holds was adopted by a later one, or is not sealed.
            await self._look_for_late(epoch, await sealed_until(self._connection, epoch))

    async def _look_for_late(self, epoch: Epoch, first: int) -> None:
        async for row in self._rows(epoch.epoch, first, LAST_XID):
            self._take_late(row)

    async def _match(self, seal: Seal, rows: AsyncIterator[SealRow]) -> dict[bytes, SealRow]:
        leaves = leaves_of(seal)
        found: dict[bytes, SealRow] = {}
        async for row in rows:
            leaf = leaves.get(row.key)
            if leaf is None:
                self._take_late(row)
            else:
                _require(leaf, row)
                found[row.key] = row
        return found

    def _take_late(self, row: SealRow) -> None:
        leaf = self._adopted.get(row.key)
        if leaf is not None:
            _require(leaf, row)
            self._late[row.key] = row
        elif self._selection.source is not None:
            raise NotSealedError(f"{RowKey.unpack(row.key)} is not sealed")

    async def _write_adopted(self, known: Sequence[Epoch], writer: "_Writer") -> None:
        for epoch in known:
            before = Frontier()
            async for seal in seals_of(self._connection, epoch.epoch):
                if seal.kind == "adopted":
                    rows = {key: self._late[key] for key in seal.keys if key in self._late}
                    if rows:
                        await self._write(seal, before, rows, writer)
                before = Frontier(seal.seal_seq, tuple(split_hashes(seal.frontier)))

    async def _rows(self, epoch: int, first: int, end: int) -> AsyncIterator[SealRow]:
        chosen = self._selection.source
        for source in [chosen] if chosen else await sources(self._connection):
            if source.may_hold(epoch, first, end):
                async for row in stream_between(
                    self._connection, epoch, first, end, source.tables, self._selection.tables
                ):
                    yield row

    async def _write(
        self, seal: Seal, before: Frontier, rows: dict[bytes, SealRow], writer: "_Writer"
    ) -> None:
        if not rows:
            return
        bits = await asyncio.to_thread(writer.seal, seal, before, rows)
        self._done.leaves[seal.epoch, seal.seal_seq] = bits
        self._done.rows += len(rows)
        self._done.seals += 1
        self._progress(self._done.rows, 0)


def _require(leaf: Leaf, row: SealRow) -> None:
    if not leaf.is_of(row):
        raise NotSealedError(f"{RowKey.unpack(row.key)} is not what was sealed: verify first")


def _sha256(file: Path) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


class _Writer:
    def __init__(self, file: Path, known: Sequence[Epoch]) -> None:
        about = {
            "format": FORMAT,
            "epochs": [
                {"epoch": each.epoch, "origin": each.origin, "verifier_key": each.verifier_key,
                 "record": each.record}
                for each in known
            ],
        }  # fmt: skip
        metadata = {b"financebuy": msgspec.json.encode(about)}
        self._file = file
        self._writer = ParquetWriter(file, SCHEMA.with_metadata(metadata), compression="zstd")
        # Who is cancelled closes the file while a thread may still write to it.
        self._lock = Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        await asyncio.to_thread(self._close)
        if error is not None:
            self._file.unlink(missing_ok=True)

    def seal(self, seal: Seal, before: Frontier, rows: dict[bytes, SealRow]) -> int:
        """Write a seal and its leaves, in a thread; returns a bit for each that has its row."""
        same = {"epoch": seal.epoch, "seal_seq": seal.seal_seq}
        lines: list[dict[str, Any]] = [
            {"kind": "seal", **same, "record": seal.record.decode(), "head": seal.head,
             "log_path": list(reversed(before.subtrees))}
        ]  # fmt: skip
        bits = 0
        for index, (key, leaf) in enumerate(zip(seal.keys, seal.hashes, strict=True)):
            row = rows.get(key)
            if row is None:
                lines.append({"kind": "leaf", **same, "leaf_index": index, "hash": leaf})
                continue
            bits |= 1 << index
            name = RowKey.unpack(key)
            lines.append(
                {"kind": "row", **same, "leaf_index": index, "table": name.table,
                 "row_id": str(name.row_id), "number": name.number,
                 "payload": row.payload.decode(), "nonce": nonce(seal.salt, key)}
            )  # fmt: skip
        table = pa.Table.from_pylist(lines, schema=SCHEMA)
        with self._lock:
            self._writer.write_table(table)
        return bits

    def _close(self) -> None:
        with self._lock:
            self._writer.close()
