"""The key-encryption keys that a process holds; it learns of epochs while it runs."""

import threading
from collections.abc import Callable, Iterable, Mapping

from financebuy.crypto.epochs import PERSONAL, Epoch, EpochKeys, UnknownEpochError

Providers = Callable[[str], EpochKeys]
"""Finds the place that keeps keys, by its name."""


class Keyring:
    """The personal keys by epoch. Nothing prints them."""

    def __init__(self, held: Mapping[int, bytes], providers: Providers | None = None) -> None:
        """Begin with the keys `held`; others are asked of `providers` when they are learned of."""
        self._held = dict(held)
        self._active = max(held, default=0)
        self._providers = providers
        self._learning = threading.Lock()

    @property
    def active(self) -> int:
        """The epoch that new data keys are wrapped under, as far as this process knows."""
        return self._active

    def key(self, epoch: int) -> bytes:
        """Return the key of an epoch.

        Raises:
            UnknownEpochError: it was not learned of, or is destroyed.
        """
        try:
            return self._held[epoch]
        except KeyError:
            raise UnknownEpochError(f"the personal key of epoch {epoch} is not held here") from None

    def learn(self, epochs: Iterable[Epoch]) -> None:
        """Take over what the database says of the epochs. It may wait for a key's provider.

        Raises:
            KeyUnavailableError: a key that is not destroyed cannot be had.
        """
        with self._learning:
            for epoch in epochs:
                if epoch.tree != PERSONAL:
                    continue
                if epoch.state == "destroyed":
                    self._held.pop(epoch.epoch, None)
                    continue
                if epoch.epoch not in self._held and self._providers is not None:
                    self._held[epoch.epoch] = self._providers(epoch.provider).fetch(epoch)
                if epoch.state == "active":
                    self._active = epoch.epoch
