"""Equality without plaintext: a keyed hash of a normalized value, with a key of its own a column.

Never for values of which there are few: who can ask for the index of each would know them all.
"""

import hmac
import unicodedata
from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INDEX_BYTES = 32


def address(text: str) -> str:
    """Normalize an e-mail address: without its case, in one Unicode form."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def compact(text: str) -> str:
    """Normalize a number: capitals and digits alone, whatever stands between them."""
    return "".join(each for each in text.upper() if each.isalnum())


NORMALIZE: dict[str, Callable[[str], str]] = {
    "users.email": address,
    "payment_methods.number": compact,
    "sign_ins.address": str.strip,
    "sign_in_attempts.address": str.strip,
    "sign_in_attempts.login": str,
}
"""The columns that can be looked up, and what two spellings of one value have in common."""


class BlindIndex:
    """Derives a key for each column (HKDF, RFC 5869) and hashes with it (HMAC-SHA256)."""

    def __init__(self, secret: bytes) -> None:
        self._keys = {column: _derive(secret, column) for column in (*NORMALIZE, _CONTENT)}

    def of(self, column: str, value: str) -> bytes:
        """Return the index of a value in a column of `NORMALIZE`; 32 bytes."""
        return self._hash(column, NORMALIZE[column](value).encode())

    def of_content(self, content: bytes) -> bytes:
        """Return what tells two documents apart without telling what is in them; 32 bytes."""
        return self._hash(_CONTENT, content)

    def of_login(self, text: str) -> str:
        """Return what stands for a login that nobody has: it may be a password, typed in haste."""
        return f"unknown:{self.of('sign_in_attempts.login', text).hex()[:32]}"

    def _hash(self, column: str, value: bytes) -> bytes:
        return hmac.new(self._keys[column], value, sha256).digest()


_CONTENT = "kyc_documents.content"


def _derive(secret: bytes, column: str) -> bytes:
    info = b"financebuy blind index 1: " + column.encode()
    return HKDF(SHA256(), INDEX_BYTES, salt=None, info=info).derive(secret)
