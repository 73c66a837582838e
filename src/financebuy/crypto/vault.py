"""Envelope encryption of personal data: a data key a user, wrapped by a key-encryption key.

AES-256-GCM with the column and the user as associated data, so that a ciphertext moved to another
row or column does not decrypt. An address is found by a keyed hash of its normalized text.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from financebuy.errors import FinanceBuyError

_NONCE = 12
PERSONAL_FIELDS = (
    "email", "first_name", "last_name", "phone", "address", "birth_date", "national_id",
)  # fmt: skip


class DecryptionError(FinanceBuyError):
    """A ciphertext does not belong to this row, column or key, or was changed."""

    slug, text = "decryption", "the personal data cannot be decrypted"


@dataclass(frozen=True, slots=True)
class Sealed:
    """One user's personal data as it is stored: ciphertext a field, and the wrapped data key."""

    ciphertexts: dict[str, bytes]
    wrapped_key: bytes
    key_epoch: int


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens personal data with the key-encryption key of `epoch`."""

    key_encryption_key: bytes
    blind_index_key: bytes
    epoch: int = 1

    def seal(self, user_id: UUID, fields: Mapping[str, str | None]) -> Sealed:
        """Encrypt `fields` (None is left out) under a new data key of the user."""
        data_key = AESGCM.generate_key(256)
        return Sealed(
            {
                name: _encrypt(data_key, value.encode(), _context(user_id, name))
                for name, value in fields.items()
                if value is not None
            },
            _encrypt(self.key_encryption_key, data_key, _context(user_id, f"key{self.epoch}")),
            self.epoch,
        )

    def open(
        self, user_id: UUID, wrapped_key: bytes, ciphertexts: Mapping[str, bytes | None]
    ) -> dict[str, str | None]:
        """Decrypt what `seal` made.

        Raises:
            DecryptionError: wrong key, row or column, or changed bytes.
        """
        data_key = _decrypt(
            self.key_encryption_key, wrapped_key, _context(user_id, f"key{self.epoch}")
        )
        return {
            name: None
            if sealed is None
            else _decrypt(data_key, sealed, _context(user_id, name)).decode()
            for name, sealed in ciphertexts.items()
        }

    def email_index(self, email: str) -> bytes:
        """Return the keyed hash by which an address is found, whatever its case."""
        normalized = email.strip().casefold().encode()
        return hmac.new(self.blind_index_key, b"email\0" + normalized, hashlib.sha256).digest()


def _context(user_id: UUID, name: str) -> bytes:
    return b"financebuy\0" + user_id.bytes + name.encode()


def _encrypt(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _decrypt(key: bytes, sealed: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context)
    except InvalidTag:
        raise DecryptionError from None
