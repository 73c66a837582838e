"""The signed identity that every command and every read carries.

The database checks the signature itself (HMAC-SHA256, RFC 2104), so that neither an injected
setting nor a forged argument can speak for another user.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

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

    def sign(self, identity: Identity, lifetime: timedelta = LIFETIME) -> str:
        """Return the identity as a signed text that is good for `lifetime`."""
        signed = ".".join(
            (
                str(self.key_id),
                str(identity.user_id),
                identity.key_id or "-",
                ",".join(sorted(identity.scopes)),
                str(identity.account_id) if identity.account_id else "-",
                str(int(time.time() + lifetime.total_seconds())),
            )
        )
        return f"{signed}.{hmac.digest(self.secret, signed.encode(), 'sha256').hex()}"


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
