"""The investor's side: cash, orders, holdings."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from financebuy.client.feature import Feature
from financebuy.services import accounts, ledger, orders, portfolio
from financebuy.services.ledger import Balances, EntryPage, Transfer
from financebuy.services.orders import (
    ChosenLot,
    Execution,
    NewOrder,
    Order,
    OrderFilter,
    Replacement,
)
from financebuy.services.portfolio import Gain, Lot, Position, Summary


class Ledger(Feature):
    """Cash: deposits, withdrawals, entries."""

    async def deposit(
        self,
        amount: Decimal,
        *,
        account_id: UUID | None = None,
        bank_reference: str | None = None,
        settle_on: date | None = None,
    ) -> Transfer:
        """See `services.ledger.deposit`; in the account's own currency."""
        account = await accounts.get(self._platform, self._caller, await self._account(account_id))
        return await ledger.deposit(
            self._platform,
            self._caller,
            account.account_id,
            amount,
            account.currency,
            bank_reference=bank_reference,
            settle_on=settle_on,
        )

    async def request_withdrawal(
        self,
        amount: Decimal,
        *,
        account_id: UUID | None = None,
        payment_method_id: UUID | None = None,
        key: str | None = None,
    ) -> Transfer:
        """See `services.ledger.request_withdrawal`."""
        return await ledger.request_withdrawal(
            self._platform,
            self._caller,
            await self._account(account_id),
            amount,
            key,
            payment_method_id=payment_method_id,
        )

    async def balances(self, account_id: UUID | None = None) -> Balances:
        """See `services.ledger.balances`."""
        return await ledger.balances(self._platform, self._caller, await self._account(account_id))

    async def transfers(
        self, account_id: UUID | None = None, *, limit: int = 50, before: UUID | None = None
    ) -> list[Transfer]:
        """See `services.ledger.transfers`."""
        return await ledger.transfers(
            self._platform, self._caller, await self._account(account_id), limit, before
        )

    async def entries(
        self, account_id: UUID | None = None, *, limit: int = 50, cursor: str | None = None
    ) -> EntryPage:
        """See `services.ledger.entries`."""
        return await ledger.entries(
            self._platform, self._caller, await self._account(account_id), limit, cursor
        )


class Orders(Feature):
    """Placing, replacing, canceling and finding orders."""

    async def place(
        self,
        symbol: str,
        side: str,
        quantity: Decimal | None = None,
        *,
        notional: Decimal | None = None,
        limit_price: Decimal | None = None,
        stop_price: Decimal | None = None,
        time_in_force: str = "day",
        client_order_id: str | None = None,
        lot_method: str | None = None,
        lots: "Sequence[ChosenLot]" = (),
        account_id: UUID | None = None,
        key: str | None = None,
    ) -> Order:
        """See `services.orders.place`. The prices that it has say what type of order it is.

        Give a `key` of your own and repeat with it when the answer was lost.
        """
        order = NewOrder(
            account_id=await self._account(account_id),
            symbol=symbol,
            side=side,
            order_type=orders.order_type(limit_price, stop_price),
            time_in_force=time_in_force,
            quantity=quantity,
            notional=notional,
            limit_price=limit_price,
            stop_price=stop_price,
            client_order_id=client_order_id,
            lot_method=lot_method,
            lots=tuple(lots),
        )
        return (await orders.place(self._platform, self._caller, order, key)).order

    async def replace(
        self, order_id: UUID, changes: Replacement, *, key: str | None = None
    ) -> Order:
        """See `services.orders.replace`."""
        return (await orders.replace(self._platform, self._caller, order_id, changes, key)).order

    async def cancel(self, order_id: UUID, *, key: str | None = None) -> Order:
        """See `services.orders.cancel`."""
        return await orders.cancel(self._platform, self._caller, order_id, key)

    async def get(self, order_id: UUID) -> Order:
        """See `services.orders.get`."""
        return await orders.get(self._platform, self._caller, order_id)

    async def wait(self, order_id: UUID, seconds: float) -> Order:
        """See `services.orders.wait`."""
        return await orders.wait(self._platform, self._caller, order_id, seconds)

    async def find(self, client_order_id: str, *, account_id: UUID | None = None) -> Order:
        """See `services.orders.get_by_client_order_id`."""
        return await orders.get_by_client_order_id(
            self._platform, self._caller, await self._account(account_id), client_order_id
        )

    async def list(
        self,
        account_id: UUID | None = None,
        *,
        status: OrderFilter = "open",
        symbols: "Sequence[str] | None" = None,
        limit: int = 50,
    ) -> "Sequence[Order]":
        """See `services.orders.list_orders`."""
        return await orders.list_orders(
            self._platform,
            self._caller,
            await self._account(account_id),
            status=status,
            symbols=None if symbols is None else [*symbols],
            limit=limit,
        )

    async def executions(
        self, order_id: UUID | None = None, *, limit: int = 50
    ) -> "Sequence[Execution]":
        """See `services.orders.executions`."""
        return await orders.executions(self._platform, self._caller, order_id=order_id, limit=limit)


class Portfolio(Feature):
    """Holdings, lots, gains and worth."""

    async def summary(self, account_id: UUID | None = None) -> Summary:
        """See `services.portfolio.summary`."""
        return await portfolio.summary(
            self._platform, self._caller, await self._account(account_id)
        )

    async def positions(self, account_id: UUID | None = None) -> list[Position]:
        """See `services.portfolio.positions`."""
        return await portfolio.positions(
            self._platform, self._caller, await self._account(account_id)
        )

    async def lots(self, account_id: UUID | None = None, *, symbol: str | None = None) -> list[Lot]:
        """See `services.portfolio.lots`."""
        return await portfolio.lots(
            self._platform, self._caller, await self._account(account_id), symbol=symbol
        )

    async def gains(
        self, account_id: UUID | None = None, *, symbol: str | None = None
    ) -> list[Gain]:
        """See `services.portfolio.gains`."""
        return await portfolio.gains(
            self._platform, self._caller, await self._account(account_id), symbol=symbol
        )
