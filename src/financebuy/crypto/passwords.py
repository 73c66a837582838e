"""Passwords: argon2id (RFC 9106) with the library's costs, which it raises with time."""

import secrets
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and verifies; each call takes some 64 MiB and tenths of a second, on purpose."""

    def __init__(self) -> None:
        """Nothing is computed yet."""
        self._hasher = PasswordHasher()

    @cached_property
    def nobody(self) -> str:
        """The hash that a password is compared with where there is none, made once."""
        return self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """Return the hash to store; it names its own costs and salt."""
        return self._hasher.hash(_normalized(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Say whether the password is right. Without a stored hash it takes as long to say no."""
        try:
            self._hasher.verify(stored or self.nobody, _normalized(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Say whether a hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)


def _normalized(password: str) -> str:
    """One text, however the keyboard composes its characters (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
