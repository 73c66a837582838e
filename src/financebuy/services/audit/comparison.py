"""Rows against the leaves that were sealed of them."""

from collections.abc import Mapping
from typing import NamedTuple

from financebuy.domain.audit import RowKey, nonce, row_leaf
from financebuy.services.audit.findings import Report
from financebuy.services.audit.rows import SealRow
from financebuy.services.audit.seals import Seal

_SHOWN = 600


class Leaf(NamedTuple):
    """A leaf that waits for its row."""

    hash: bytes
    seal: Seal
    place: int

    def is_of(self, row: SealRow) -> bool:
        """Whether the row is what was sealed."""
        return row_leaf(nonce(self.seal.salt, row.key), row.payload) == self.hash


def leaves_of(seal: Seal) -> dict[bytes, Leaf]:
    """The leaves of a seal, by the keys of their rows."""
    pairs = zip(seal.keys, seal.hashes, strict=True)
    return {key: Leaf(leaf, seal, index) for index, (key, leaf) in enumerate(pairs)}


class RowComparison:
    """Takes what was sealed and what is there, in pieces, and reports the differences.

    What has no partner waits until the end: a row that has no leaf here and a leaf that has no row
    there are one row that was moved.
    """

    def __init__(self, report: Report) -> None:
        """`report` gets the findings."""
        self._report = report
        self._waiting: dict[bytes, Leaf] = {}
        self._adopted: dict[bytes, Leaf] = {}
        self._strays: dict[bytes, SealRow] = {}
        self._orphans: dict[bytes, SealRow] = {}
        self._gone: dict[bytes, Leaf] = {}

    def expect(self, seal: Seal) -> None:
        """The rows of `seal` have to come before the next `close`."""
        self._waiting |= leaves_of(seal)

    def expect_adopted(self, seal: Seal) -> None:
        """The rows of `seal` may come at any time: it covers what an older epoch left unsealed."""
        self._adopted |= leaves_of(seal)

    def see(self, row: SealRow, *, may_be_unsealed: bool = False) -> None:
        """Judge a row that is there."""
        leaf = self._waiting.pop(row.key, None) or self._adopted.pop(row.key, None)
        if leaf is None and may_be_unsealed:
            self._report.unsealed += 1
        elif leaf is None:
            self._strays[row.key] = row
        else:
            self._report.rows += 1
            if not leaf.is_of(row):
                what = f"{leaf.seal} holds another content; it is now {_shown(row)}"
                self._report.add("changed", str(RowKey.unpack(row.key)), what)

    def close(self, retired: Mapping[int, int]) -> None:
        """End a piece. `retired` has a bit for each leaf of a seal whose row was dropped."""
        for key, leaf in self._waiting.items():
            if retired.get(leaf.seal.seal_seq, 0) >> leaf.place & 1:
                self._report.retired += 1
            else:
                self._gone[key] = leaf
        self._waiting = {}

    def see_orphan(self, row: SealRow) -> None:
        """Judge an entry that belongs to no transaction."""
        self._orphans[row.key] = row

    @property
    def unsealed(self) -> list[SealRow]:
        """The rows that no seal holds, in their order."""
        return sorted(row for key, row in self._strays.items() if key not in self._gone)

    def finish(self, *, strays_are_wrong: bool = True) -> None:
        """Report what has found no partner."""
        self._gone |= self._adopted
        found = self._strays | self._orphans
        for key, leaf in sorted(self._gone.items()):
            where = str(RowKey.unpack(key))
            if key in found:
                what = f"{leaf.seal} holds it under another transaction; it is now "
                self._report.add("changed", where, what + _shown(found[key]))
            else:
                self._report.add("removed", where, f"{leaf.seal} holds it, and it is not there")
        for key, row in sorted((found if strays_are_wrong else self._orphans).items()):
            if key not in self._gone:
                what = f"no seal holds it, though its time is sealed: {_shown(row)}"
                self._report.add("inserted", str(RowKey.unpack(key)), what)


def _shown(row: SealRow) -> str:
    return row.payload.decode(errors="replace")[:_SHOWN]
