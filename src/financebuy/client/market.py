"""Securities, prices and the market's time."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from financebuy.client.feature import Feature
from financebuy.services import pricing
from financebuy.services.pricing import Asset, Bar, Clock, Quote, Session


class Market(Feature):
    """Securities, prices, and the market's time."""

    async def assets(self, *, tradable: bool | None = None) -> list[Asset]:
        """See `services.pricing.assets`."""
        return await pricing.assets(self._platform, tradable=tradable)

    async def asset(self, name: str | UUID) -> Asset:
        """See `services.pricing.asset`."""
        return await pricing.asset(self._platform, name)

    async def search(self, text: str, *, limit: int = 20) -> list[Asset]:
        """See `services.pricing.search`."""
        return await pricing.search(self._platform, text, limit)

    async def quote(self, name: str | UUID) -> Quote:
        """See `services.pricing.quote`."""
        return await pricing.quote(self._platform, name)

    async def quotes(self, names: Sequence[str | UUID]) -> list[Quote]:
        """See `services.pricing.quotes`."""
        return await pricing.quotes(self._platform, names)

    async def bars(
        self,
        name: str | UUID,
        start: date | None = None,
        end: date | None = None,
        *,
        limit: int = 1000,
    ) -> list[Bar]:
        """See `services.pricing.bars`."""
        return await pricing.bars(self._platform, name, start, end, limit)

    async def clock(self) -> Clock:
        """See `services.pricing.clock`."""
        return await pricing.clock(self._platform)

    async def calendar(self, start: date | None = None, end: date | None = None) -> list[Session]:
        """See `services.pricing.calendar`."""
        return await pricing.calendar(self._platform, start, end)
