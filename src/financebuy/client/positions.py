"""Lots, shares in kind, and corporate actions."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from financebuy.client.feature import Feature
from financebuy.services import actions, positions
from financebuy.services.actions import Action, Entitlement, NewAction
from financebuy.services.order_values import ChosenLot
from financebuy.services.positions import LotChoice, Preferences, Receipt


class Lots(Feature):
    """Which lots sells close, and shares that arrive in kind."""

    async def preferences(self, account_id: UUID | None = None) -> Preferences:
        """See `services.positions.preferences`."""
        return await positions.preferences(
            self._platform, self._caller, await self._account(account_id)
        )

    async def set_preferences(
        self,
        *,
        lot_method: str | None = None,
        reinvest_dividends: bool | None = None,
        account_id: UUID | None = None,
        key: str | None = None,
    ) -> Preferences:
        """See `services.positions.set_preferences`."""
        return await positions.set_preferences(
            self._platform,
            self._caller,
            await self._account(account_id),
            lot_method=lot_method,
            reinvest_dividends=reinvest_dividends,
            key=key,
        )

    async def choose(
        self,
        order_id: UUID,
        *,
        lot_method: str | None = None,
        lots: Sequence[ChosenLot] | None = None,
        key: str | None = None,
    ) -> LotChoice:
        """See `services.positions.choose_lots`."""
        return await positions.choose_lots(
            self._platform, self._caller, order_id, lot_method=lot_method, lots=lots, key=key
        )

    async def receive(
        self,
        account_id: UUID,
        symbol: str,
        quantity: Decimal,
        cost: Decimal,
        acquired_at: datetime,
        *,
        custodian_reference: str | None = None,
    ) -> Receipt:
        """See `services.positions.receive_shares`."""
        return await positions.receive_shares(
            self._platform,
            self._caller,
            account_id,
            symbol,
            quantity,
            cost,
            acquired_at,
            custodian_reference=custodian_reference,
        )


class Actions(Feature):
    """Corporate actions."""

    async def announce(self, new: NewAction, *, provider_action_id: str | None = None) -> Action:
        """See `services.actions.announce`."""
        return await actions.announce(
            self._platform, self._caller, new, provider_action_id=provider_action_id
        )

    async def list(
        self, *, symbol: str | None = None, state: str | None = None, limit: int = 50
    ) -> Sequence[Action]:
        """See `services.actions.list_actions`."""
        return await actions.list_actions(
            self._platform, self._caller, symbol=symbol, state=state, limit=limit
        )

    async def get(self, action_id: UUID) -> Action:
        """See `services.actions.get`."""
        return await actions.get(self._platform, self._caller, action_id)

    async def entitlements(self, action_id: UUID) -> "Sequence[Entitlement]":
        """See `services.actions.entitlements`."""
        return await actions.entitlements(self._platform, self._caller, action_id)
