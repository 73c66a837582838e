"""Envelope encryption of personal data: a data key a user, wrapped by a key-encryption key.

AES-256-GCM with column, row, subject and generation as associated data: a ciphertext that is moved
to another row, column or user, or taken from before the data key was renewed, does not decrypt.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from financebuy.crypto.blind_index import BlindIndex
from financebuy.crypto.keyring import Keyring
from financebuy.errors import FinanceBuyError

_NONCE = 12
FIRST_GENERATION = 1
PERSONAL_FIELDS = (
    "email", "first_name", "last_name", "phone", "address", "birth_date", "national_id",
)  # fmt: skip


class DecryptionError(FinanceBuyError):
    """A ciphertext does not belong to this row, column or key, or was changed."""

    slug, text = "decryption", "the personal data cannot be decrypted"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key as it is stored: encrypted by the key-encryption key of `key_epoch`."""

    wrapped_key: bytes
    key_epoch: int
    generation: int = FIRST_GENERATION


@dataclass(frozen=True, slots=True)
class Sealed:
    """One user's personal data as it is stored: ciphertext a field, and the wrapped data key."""

    ciphertexts: dict[str, bytes]
    wrapped_key: bytes
    key_epoch: int


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one user's personal data, in clear: for a moment, in memory."""

    subject: UUID
    key: bytes = field(repr=False)
    generation: int = FIRST_GENERATION

    def seal(self, column: str, row: UUID, plain: bytes) -> bytes:
        """Encrypt the value of one cell; `column` as `users.email`."""
        return _encrypt(self.key, plain, self._context(column, row))

    def open(self, column: str, row: UUID, sealed: bytes) -> bytes:
        """Decrypt what `seal` made. Raises `DecryptionError`."""
        return _decrypt(self.key, sealed, self._context(column, row))

    def _context(self, column: str, row: UUID) -> bytes:
        if self.generation < FIRST_GENERATION:
            # As it was bound before there were generations: users' columns alone.
            return _first_context(self.subject, column.removeprefix("users."))
        return _context(column, row, self.subject, self.generation)


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens personal data with the key-encryption keys of a keyring."""

    keyring: Keyring
    index: BlindIndex

    def new_data_key(self, subject: UUID) -> DataKey:
        """Make a user's data key."""
        return DataKey(subject, AESGCM.generate_key(256))

    def wrap(self, key: DataKey) -> Wrapped:
        """Encrypt a data key by the active epoch."""
        epoch = self.keyring.active
        wrapped = _encrypt(self.keyring.key(epoch), key.key, _key_context(key, epoch))
        return Wrapped(wrapped, epoch, key.generation)

    def unwrap(self, subject: UUID, wrapped: Wrapped) -> DataKey:
        """Decrypt a data key.

        Raises:
            UnknownEpochError: its epoch is not held here.
            DecryptionError: it is another subject's, or was changed.
        """
        blank = DataKey(subject, b"", wrapped.generation)
        opened = _decrypt(
            self.keyring.key(wrapped.key_epoch),
            wrapped.wrapped_key,
            _key_context(blank, wrapped.key_epoch),
        )
        return DataKey(subject, opened, wrapped.generation)

    def rewrap(self, subject: UUID, wrapped: Wrapped) -> Wrapped:
        """Wrap the same data key by the active epoch."""
        return self.wrap(self.unwrap(subject, wrapped))

    def seal(self, user_id: UUID, fields: Mapping[str, str | None]) -> Sealed:
        """Encrypt a new user's `fields` (None is left out) under a new data key."""
        key = self.new_data_key(user_id)
        wrapped = self.wrap(key)
        return Sealed(
            {
                name: key.seal(f"users.{name}", user_id, value.encode())
                for name, value in fields.items()
                if value is not None
            },
            wrapped.wrapped_key,
            wrapped.key_epoch,
        )

    def open(
        self, user_id: UUID, wrapped: Wrapped, ciphertexts: Mapping[str, bytes | None]
    ) -> dict[str, str | None]:
        """Decrypt what `seal` made.

        Raises:
            UnknownEpochError: the data key's epoch is not held here.
            DecryptionError: wrong key, row or column, or changed bytes.
        """
        key = self.unwrap(user_id, wrapped)
        return {
            name: None if sealed is None else key.open(f"users.{name}", user_id, sealed).decode()
            for name, sealed in ciphertexts.items()
        }

    def email_index(self, email: str) -> bytes:
        """Return the keyed hash by which an address is found, whatever its case."""
        return self.index.of("users.email", email)


def _context(column: str, row: UUID, subject: UUID, generation: int) -> bytes:
    name = column.encode()
    # Lengths first or fixed: no two places have one context.
    return b"".join(
        (b"financebuy\1", len(name).to_bytes(2), name, row.bytes, subject.bytes,
         generation.to_bytes(4))
    )  # fmt: skip


def _first_context(user_id: UUID, name: str) -> bytes:
    return b"financebuy\0" + user_id.bytes + name.encode()


def _key_context(key: DataKey, epoch: int) -> bytes:
    if key.generation < FIRST_GENERATION:
        return _first_context(key.subject, f"key{epoch}")
    return _context(f"personal_data_keys.{epoch}", key.subject, key.subject, key.generation)


def _encrypt(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _decrypt(key: bytes, sealed: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context)
    except (InvalidTag, ValueError):
        raise DecryptionError from None
