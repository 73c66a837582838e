"""RFC 6962's trees, against the definition itself and Certificate Transparency's test vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from financebuy.domain import merkle
from financebuy.domain.merkle import Frontier

# The reference tree of Certificate Transparency (merkletree/merkle_tree_test.cc): its leaves, and
# the root after each of them.
DATA = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Its inclusion and consistency proofs: (leaf, size) and (old, size).
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [merkle.leaf_hash(data) for data in DATA]


# ------------------------------------------------- the definition, word for word (RFC 6962, 2.1)


def mth(data: list[bytes]) -> bytes:
    """MTH of section 2.1."""
    n = len(data)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = max(2**i for i in range(n.bit_length()) if 2**i < n)
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    n = len(data)
    if n == 1:
        return []
    k = max(2**i for i in range(n.bit_length()) if 2**i < n)
    if m < k:
        return [*path(m, data[:k]), mth(data[k:])]
    return [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.2."""
    n = len(data)
    if m == n:
        return [] if whole else [mth(data)]
    k = max(2**i for i in range(n.bit_length()) if 2**i < n)
    if m <= k:
        return [*subproof(m, data[:k], whole), mth(data[k:])]
    return [*subproof(m - k, data[k:], False), mth(data[:k])]


# ------------------------------------------------------------------------------------ the tests


def test_the_reference_tree() -> None:
    assert merkle.root([]) == Frontier().root == hashlib.sha256(b"").digest()
    tree = Frontier()
    for size, expected in enumerate(ROOTS, 1):
        tree = tree.append(LEAVES[size - 1])
        assert tree.root.hex() == merkle.root(LEAVES[:size]).hex() == expected


@pytest.mark.parametrize(("place", "expected"), PATHS.items())
def test_the_reference_inclusion_proofs(place: tuple[int, int], expected: list[str]) -> None:
    index, size = place
    assert [step.hex() for step in merkle.inclusion_path(LEAVES[:size], index)] == expected


@pytest.mark.parametrize(("place", "expected"), CONSISTENCIES.items())
def test_the_reference_consistency_proofs(place: tuple[int, int], expected: list[str]) -> None:
    old, size = place
    assert [step.hex() for step in merkle.consistency_path(LEAVES[:size], old)] == expected


leaves_of_a_tree = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


@given(leaves_of_a_tree, st.data())
def test_any_tree_is_the_definitions(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(each) for each in data]
    size = len(leaves)
    whole = merkle.root(leaves)
    assert whole == mth(data)
    tree = Frontier()
    for leaf in leaves:
        tree = tree.append(leaf)
    assert (tree.root, tree.size) == (whole, size)
    index = draw.draw(st.integers(0, size - 1))
    found = merkle.inclusion_path(leaves, index)
    assert found == path(index, data)
    assert merkle.root_from_path(leaves[index], index, size, found) == whole
    old = draw.draw(st.integers(1, size))
    steps = merkle.consistency_path(leaves, old)
    assert steps == (subproof(old, data, True) if old < size else [])
    assert merkle.is_consistent(old, mth(data[:old]), size, whole, steps)


@given(leaves_of_a_tree, st.data())
def test_a_wrong_proof_proves_nothing(data: list[bytes], draw: st.DataObject) -> None:
    """Another leaf, index, step or length leads to another root or to none."""
    leaves = [merkle.leaf_hash(each) for each in data]
    size = len(leaves)
    index = draw.draw(st.integers(0, size - 1))
    steps = merkle.inclusion_path(leaves, index)
    whole = merkle.root(leaves)
    foreign = merkle.leaf_hash(b"a leaf that no draw is long enough for: " + b"x" * 40)
    assert merkle.root_from_path(foreign, index, size, steps) != whole
    assert merkle.root_from_path(leaves[index], index, size, [*steps, foreign]) != whole
    assert merkle.root_from_path(leaves[index], size, size, steps) is None
    if steps:
        place = draw.draw(st.integers(0, len(steps) - 1))
        changed = [*steps[:place], foreign, *steps[place + 1 :]]
        assert merkle.root_from_path(leaves[index], index, size, changed) != whole
        assert merkle.root_from_path(leaves[index], index, size, steps[:-1]) != whole
    old = draw.draw(st.integers(1, size))
    proof = merkle.consistency_path(leaves, old)
    assert not merkle.is_consistent(old, foreign, size, whole, proof)
    assert not merkle.is_consistent(old, mth(data[:old]), size, foreign, proof)
    assert not merkle.is_consistent(old, mth(data[:old]), size, whole, [*proof, foreign])
