"""Verifying an exported file: no database, no network, only the file and the public key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
from pyarrow.parquet import ParquetFile

from financebuy.crypto.notes import Checkpoint, NoteError, Verifier
from financebuy.domain import merkle
from financebuy.domain.audit import SealRecord, row_leaf
from financebuy.errors import InvalidValueError
from financebuy.services.audit.exporting import FORMAT
from financebuy.services.audit.findings import Progress, Report
from financebuy.services.audit.outside import Store

_LINES_A_STEP = 20_000


class _Epoch(msgspec.Struct, frozen=True):
    epoch: int
    origin: str
    verifier_key: str
    record: str


class _About(msgspec.Struct, frozen=True):
    format: str
    epochs: list[_Epoch]


def verify_file(
    path: Path, *, trusted_key: str | None = None, store: Store | None = None,
    progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Verify an export. `store` holds heads to compare with, `trusted_key` must have signed.

    Raises:
        InvalidValueError: it is no export.
    """
    try:
        file = ParquetFile(path)
        about = msgspec.json.decode(file.schema_arrow.metadata[b"financebuy"], type=_About)
    except (OSError, pa.ArrowException, KeyError, TypeError, msgspec.MsgspecError) as error:
        raise InvalidValueError(
            f"{path} is no export of the audit: {error}", field="file"
        ) from None
    if about.format != FORMAT:
        raise InvalidValueError(f"{path} has format {about.format!r}", field="file")
    walk = _Walk(about, trusted_key, store)
    total = file.metadata.num_rows
    done = 0
    for batch in file.iter_batches(_LINES_A_STEP):
        for line in batch.to_pylist():
            walk.line(line)
        done += batch.num_rows
        if progress is not None:
            progress(done, total)
    walk.close()
    return walk.report


class _Walk:
    """Goes through the lines of a file: a seal, then its leaves in their order."""

    def __init__(self, about: _About, trusted_key: str | None, store: Store | None) -> None:
        self.report = Report(epochs=len(about.epochs))
        self._seal: Mapping[str, Any] | None = None
        self._leaves: list[bytes] = []
        self._in_order = True
        self._epochs: dict[int, _Epoch] = {}
        self._outside: dict[int, dict[int, str]] = {}
        for each in about.epochs:
            self._take_epoch(each, store)
        newest = max(self._epochs, default=0)
        if trusted_key is not None and (
            not newest or self._epochs[newest].verifier_key != trusted_key.strip()
        ):
            self.report.add("head", f"epoch {newest}", "it is not signed by your key")

    def _take_epoch(self, each: _Epoch, store: Store | None) -> None:
        self._epochs[each.epoch] = each
        self.report.key = each.verifier_key
        try:
            Verifier.parse(each.verifier_key).open(each.record)
        except NoteError as error:
            self.report.add("head", f"epoch {each.epoch}", f"its record: {error}")
        if store is not None:
            heads = {head.seal_seq: head.note for head in store.heads(each.epoch)}
            self._outside[each.epoch] = heads
            if store.epochs().get(each.epoch) != each.record:
                self.report.add("outside", store.name, f"has another record of epoch {each.epoch}")

    def line(self, line: Mapping[str, Any]) -> None:
        """Take the next line."""
        if line["kind"] == "seal":
            self.close()
            self._seal, self._leaves, self._in_order = line, [], True
            return
        here = None if self._seal is None else (self._seal["epoch"], self._seal["seal_seq"])
        if (line["epoch"], line["seal_seq"]) != here or line["leaf_index"] != len(self._leaves):
            self._in_order = False
        if line["kind"] == "row":
            self.report.rows += 1
            self._leaves.append(row_leaf(line["nonce"] or b"", (line["payload"] or "").encode()))
        else:
            self._leaves.append(line["hash"] or b"")

    def close(self) -> None:
        """Judge the seal that has ended."""
        if self._seal is None:
            if self._leaves:
                self.report.add("seal", "the file", "it begins with leaves of no seal")
            return
        self.report.seals += 1
        where = f"seal {self._seal['seal_seq']} of epoch {self._seal['epoch']}"
        for kind, problem in self._problems(self._seal):
            self.report.add(kind, where, problem)

    def _problems(self, line: Mapping[str, Any]) -> list[tuple[str, str]]:
        try:
            record = SealRecord.parse(line["record"])
            epoch = self._epochs[line["epoch"]]
            head = Checkpoint.parse(Verifier.parse(epoch.verifier_key).open(line["head"]))
        except (NoteError, ValueError, KeyError, TypeError) as error:
            return [("head", str(error))]
        found = []
        if not self._in_order or len(self._leaves) != record.row_count:
            found.append(("seal", "rows or leaves are missing, added or in another order"))
        elif merkle.root(self._leaves) != record.merkle_root:
            found.append(("changed", "its rows and leaves do not give its root: one was changed"))
        size = record.seal_seq
        leaf = merkle.leaf_hash(line["record"].encode())
        whole = merkle.root_from_path(leaf, size - 1, size, line["log_path"] or [])
        if (head.origin, head.size, head.root) != (epoch.origin, size, whole):
            found.append(("head", "its path does not lead to its head"))
        if (record.epoch, size) != (line["epoch"], line["seal_seq"]):
            found.append(("seal", "its record is of another seal"))
        note = self._outside.get(record.epoch, {}).get(size)
        if note is not None:
            self.report.heads_outside += 1
            if note != line["head"]:
                found.append(("outside", "another head of it is kept outside"))
        return found
