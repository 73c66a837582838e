"""Envelope encryption: what is put elsewhere, or changed, does not open."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from financebuy.crypto import key_file
from financebuy.crypto.blind_index import NORMALIZE, BlindIndex
from financebuy.crypto.epochs import Epoch, KeyUnavailableError, UnknownEpochError
from financebuy.crypto.keyring import Keyring
from financebuy.crypto.vault import DataKey, DecryptionError, Vault

SECRET = bytes(range(32))
PLACES = st.tuples(
    st.sampled_from(["users.email", "users.phone", "payment_methods.number", "a.b", "a.bc"]),
    st.uuids(),
    st.uuids(),
    st.integers(1, 3),
)


def vault(held: dict[int, bytes] | None = None) -> Vault:
    return Vault(Keyring(held or {1: SECRET}), BlindIndex(SECRET))


@given(st.binary(max_size=200), PLACES, PLACES)
def test_a_ciphertext_opens_in_its_own_place_alone(
    plain: bytes, here: tuple[str, UUID, UUID, int], there: tuple[str, UUID, UUID, int]
) -> None:
    def key(place: tuple[str, UUID, UUID, int]) -> DataKey:
        return DataKey(place[2], SECRET, place[3])

    sealed = key(here).seal(here[0], here[1], plain)
    assert key(here).open(here[0], here[1], sealed) == plain
    assert len(sealed) == len(plain) + 12 + 16
    if here != there:
        with pytest.raises(DecryptionError):
            key(there).open(there[0], there[1], sealed)


@given(st.binary(max_size=64), st.data())
def test_a_changed_or_cut_ciphertext_does_not_open(plain: bytes, data: st.DataObject) -> None:
    key, row = DataKey(uuid4(), SECRET), uuid4()
    sealed = bytearray(key.seal("users.email", row, plain))
    where = data.draw(st.integers(0, len(sealed) - 1))
    sealed[where] ^= data.draw(st.integers(1, 255))
    for wrong in (bytes(sealed), bytes(sealed[:where])):
        with pytest.raises(DecryptionError):
            key.open("users.email", row, wrong)


def test_two_ciphertexts_of_one_value_differ() -> None:
    key, row = DataKey(uuid4(), SECRET), uuid4()
    assert key.seal("users.email", row, b"x") != key.seal("users.email", row, b"x")


def test_what_it_writes_is_plain_aes_gcm() -> None:
    """Read by the library alone, from the layout that the docs describe."""
    subject, row = uuid4(), uuid4()
    sealed = DataKey(subject, SECRET, 2).seal("users.email", row, b"ada")
    bound = (
        b"financebuy\1" + (11).to_bytes(2) + b"users.email" + row.bytes + subject.bytes
        + (2).to_bytes(4)
    )  # fmt: skip
    assert AESGCM(SECRET).decrypt(sealed[:12], sealed[12:], bound) == b"ada"


def test_a_data_key_opens_under_its_subject_epoch_and_generation_alone() -> None:
    ours = vault({1: SECRET, 2: b"2" * 32})
    key = ours.new_data_key(uuid4())
    wrapped = ours.wrap(key)
    assert (wrapped.key_epoch, wrapped.generation) == (2, 1)
    assert ours.unwrap(key.subject, wrapped) == key
    with pytest.raises(DecryptionError):
        ours.unwrap(uuid4(), wrapped)
    for wrong in (replace(wrapped, key_epoch=1), replace(wrapped, generation=2)):
        with pytest.raises(DecryptionError):
            ours.unwrap(key.subject, wrong)
    with pytest.raises(UnknownEpochError):
        ours.unwrap(key.subject, replace(wrapped, key_epoch=3))


def test_no_key_is_printed() -> None:
    ours = vault()
    key = ours.new_data_key(uuid4())
    shown = repr((key, ours, ours.keyring, ours.index, Epoch("personal", 1, "f", "s", "r", SECRET)))
    for secret in (key.key, SECRET):
        assert repr(secret)[2:-1] not in shown
        assert secret.hex() not in shown


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_index_is_equal_for_equal_addresses_alone(one: str, other: str) -> None:
    normal = NORMALIZE["users.email"]
    index = BlindIndex(SECRET)
    equal = index.of("users.email", one) == index.of("users.email", other)
    assert equal == (normal(one) == normal(other))
    assert index.of("users.email", f" {one.upper()}") == index.of("users.email", one.upper())


def test_each_column_has_an_index_key_of_its_own() -> None:
    index = BlindIndex(SECRET)
    found = {index.of(column, "12345") for column in NORMALIZE} | {index.of_content(b"12345")}
    assert len(found) == len(NORMALIZE) + 1
    assert BlindIndex(b"x" * 32).of("users.email", "12345") not in found
    assert {len(each) for each in found} == {32}


def test_a_key_file_begins_as_one_line_of_hex() -> None:
    keys = key_file.parse(SECRET.hex() + "\n")
    assert keys == {("personal", 1): SECRET}
    keys["backup", 2] = b"b" * 32
    assert key_file.parse(key_file.text_of(keys)) == keys
    assert key_file.personal(key_file.text_of(keys)) == {1: SECRET}


@pytest.mark.parametrize(
    "text", ["00", "personal 1", "personal x " + "00" * 32, "other 1 " + "00" * 32, "xx" * 32]
)
def test_a_wrong_line_of_a_key_file_is_named_and_not_repeated(text: str) -> None:
    with pytest.raises(KeyUnavailableError, match="line 2") as caught:
        key_file.parse(f"# a comment\n{text}")
    assert text.split()[-1] not in str(caught.value)
