"""A cache that may be away: then nothing is found in it, and the caller asks PostgreSQL."""

import logging
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from valkey.commands.core import AsyncScript
from valkey.exceptions import ValkeyError

from financebuy.cache.opening import Url, open_client

_log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 0.25
_AWAY_SECONDS = 1.0
"""How long a failed cache is left alone, so that its time-outs do not slow every request."""


class Cache:
    """Short-lived copies in Valkey. No call raises because the cache is away, slow or full."""

    def __init__(self, url: Url) -> None:
        """Connect to `url` (`unix://` or `valkey://`) when first used."""
        self._client = open_client(url, _TIMEOUT_SECONDS)
        self._scripts: dict[str, AsyncScript] = {}
        self._away_until = 0.0

    async def __aenter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def get_many(self, keys: Sequence[str] | Sequence[bytes]) -> list[bytes | None]:
        """Return the values of `keys` in their order, None for what is not there."""
        nothing: list[bytes | None] = [None] * len(keys)
        if not keys or self._is_away():
            return nothing
        try:
            return list(await self._client.mget(keys))
        except (ValkeyError, OSError, TimeoutError) as error:
            self._leave_alone(error)
            return nothing

    async def set_many(
        self, values: Mapping[str, bytes] | Mapping[bytes, bytes], seconds: float
    ) -> None:
        """Keep `values` for so many seconds."""
        if not values or self._is_away():
            return
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for key, value in values.items():
                    pipeline.set(key, value, px=round(seconds * 1000))
                await pipeline.execute()
        except (ValkeyError, OSError, TimeoutError) as error:
            self._leave_alone(error)

    async def evaluate(
        self, script: str, keys: Sequence[str], arguments: Sequence[int]
    ) -> list[int] | None:
        """Run a Lua script that answers a number for each key; None when the cache is away."""
        if self._is_away():
            return None
        try:
            return [int(n) for n in await self._script(script)(keys, arguments)]
        except (ValkeyError, OSError, TimeoutError) as error:
            self._leave_alone(error)
            return None

    def _script(self, text: str) -> AsyncScript:
        # Registering one hashes its text, which is the same each time.
        found = self._scripts.get(text)
        if found is None:
            found = self._scripts[text] = self._client.register_script(text)
        return found

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _leave_alone(self, error: Exception) -> None:
        self._away_until = time.monotonic() + _AWAY_SECONDS
        _log.warning("the cache does not answer, reading from PostgreSQL: %s", error)
