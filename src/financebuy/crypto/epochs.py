"""Epochs of key-encryption keys, and what a place that keeps such keys has to offer.

There are two trees. Keys of the tree `personal` wrap the users' data keys; a retired one is kept
for as long as a backup may need it and is then destroyed, which makes the personal data in whatever
copies are left unreadable. Keys of the tree `backup` live as long as the backups under them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from financebuy.errors import FinanceBuyError

PERSONAL, BACKUP = "personal", "backup"
TREES = (PERSONAL, BACKUP)
KEY_BYTES = 32


class KeyUnavailableError(FinanceBuyError):
    """A key-encryption key cannot be had from where it is kept."""

    slug = "key_unavailable"
    text = "a key-encryption key is not available here"


class UnknownEpochError(KeyUnavailableError):
    """Something is encrypted under an epoch whose key this process does not hold."""

    slug = "unknown_epoch"


@dataclass(frozen=True, slots=True)
class Epoch:
    """One key-encryption key: where it is kept, and what has become of it.

    `state`: active (new data keys are wrapped by it), retired (it still opens) or destroyed.
    `reference` and `wrapped_key` are the provider's own: how it finds and opens the key.
    """

    tree: str
    epoch: int
    provider: str
    state: str
    reference: str | None = None
    wrapped_key: bytes | None = field(default=None, repr=False)
    created_at: datetime | None = None
    retired_at: datetime | None = None
    destroyed_at: datetime | None = None


class EpochKeys(Protocol):
    """A place that keeps key-encryption keys: a file, or AWS KMS."""

    def make(self, tree: str, number: int) -> Epoch:
        """Make the key of epoch `number`; a repeat after an interruption is harmless."""

    def fetch(self, epoch: Epoch) -> bytes:
        """Return the key's 32 bytes. Raises `KeyUnavailableError`."""

    def destroy(self, epoch: Epoch) -> None:
        """End the key for good; a key that is gone already is no error."""
