"""The signed identity that every command and every read carries.

The database checks the signature itself (HMAC-SHA256, RFC 2104), so that neither an injected
setting nor a forged argument can speak for another user.
"""

import hashlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from hashlib import _Hash

_BLOCK = 64  # bytes of a SHA-256 block
LIFETIME = timedelta(seconds=60)
_LOOK_SECONDS = 1.0
"""How often the key is looked up."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, by which key, for what; `account_id` narrows it to one account."""

    user_id: UUID
    key_id: str | None = None
    scopes: Collection[str] = ("read",)
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs identities with the platform's key number `key_id`."""

    key_id: int
    secret: bytes
    _inner: "_Hash" = field(init=False, repr=False, compare=False)
    _outer: "_Hash" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        inner, outer = hmac_blocks(self.secret)
        object.__setattr__(self, "_inner", hashlib.sha256(inner))
        object.__setattr__(self, "_outer", hashlib.sha256(outer))

    def sign(self, identity: Identity, lifetime: timedelta = LIFETIME) -> str:
        """Return the identity as a signed text that is good for `lifetime`."""
        signed = ".".join(
            (
                str(self.key_id),
                str(identity.user_id),
                identity.key_id or "-",
                _listed(frozenset(identity.scopes)),
                str(identity.account_id) if identity.account_id else "-",
                str(int(time.time() + lifetime.total_seconds())),
            )
        )
        # From states of the hash that have taken the key already: setting HMAC up takes several
        # times as long as signing so short a text.
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(signed.encode())
        outer.update(inner.digest())
        return f"{signed}.{outer.hexdigest()}"


class CurrentSigner:
    """Signs with the key of the moment, which may be replaced while requests go on."""

    def __init__(self, read: Callable[[], tuple[int, bytes]]) -> None:
        """`read` returns the key's number and secret."""
        self._read = read
        self._signer = Signer(*read())
        self._due = time.monotonic() + _LOOK_SECONDS

    def sign(self, identity: Identity, lifetime: timedelta = LIFETIME) -> str:
        """See `Signer.sign`."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _LOOK_SECONDS
            self._signer = Signer(*self._read())
        return self._signer.sign(identity, lifetime)


def hmac_blocks(secret: bytes) -> tuple[bytes, bytes]:
    """Return the inner and outer padded key blocks of HMAC-SHA256, as the database keeps them."""
    key = hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret
    padded = key.ljust(_BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in padded), bytes(b ^ 0x5C for b in padded)


@lru_cache(maxsize=1024)
def _listed(scopes: frozenset[str]) -> str:
    return ",".join(sorted(scopes))
