"""Merkle trees of RFC 6962 (section 2.1): roots, inclusion and consistency proofs.

A leaf is hashed as SHA-256(0x00 ‖ data), a node as SHA-256(0x01 ‖ left ‖ right); the empty tree is
SHA-256 of nothing. Functions take hashes of leaves, 32 bytes each.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds `data`."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return MTH(leaves), level by level: a node without a neighbour moves up as it is."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def _level_above(level: list[bytes]) -> list[bytes]:
    pairs = zip(level[0::2], level[1::2], strict=False)
    sha256 = hashlib.sha256
    above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if len(level) % 2:
        above.append(level[-1])
    return above


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return PATH(index, leaves): the neighbours on the way from a leaf to the root."""
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        level = _level_above(level)
        index //= 2
    return path


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that `path` leads to (RFC 9162, 2.1.3.2); None when its length is wrong."""
    if not 0 <= index < size:
        return None
    last, found = size - 1, leaf
    for neighbour in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            found = node_hash(neighbour, found)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            found = node_hash(found, neighbour)
        index, last = index // 2, last // 2
    return found if last == 0 else None


def consistency_path(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return PROOF(old_size, leaves): that the tree began with the tree of `old_size` leaves."""
    if not 0 < old_size < len(leaves):
        return []
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if old_size <= split:
        return [*_subproof(left, old_size, whole=whole), root(right)]
    return [*_subproof(right, old_size - split, whole=False), root(left)]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def is_consistent(
    old_size: int, old_root: bytes, size: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Say whether `path` proves that the larger tree began with the smaller (RFC 9162, 2.1.4.2)."""
    if old_size == size:
        return not path and old_root == new_root
    if not 0 < old_size < size:
        return old_size == 0 and not path and old_root == EMPTY_ROOT
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    index, last = old_size - 1, size - 1
    while index % 2:
        index, last = index // 2, last // 2
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index % 2 or index == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            second = node_hash(second, step)
        index, last = index // 2, last // 2
    return last == 0 and first == old_root and second == new_root


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree that only grows, as the roots of its whole subtrees, largest first.

    There is one for each bit that is set in `size`, which is all that the next leaf needs.
    """

    size: int = 0
    subtrees: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the tree with one more leaf."""
        subtrees, joined, size = list(self.subtrees), leaf, self.size
        while size % 2:
            joined = node_hash(subtrees.pop(), joined)
            size //= 2
        return Frontier(self.size + 1, (*subtrees, joined))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.subtrees:
            return EMPTY_ROOT
        *rest, found = self.subtrees
        for subtree in reversed(rest):
            found = node_hash(subtree, found)
        return found
