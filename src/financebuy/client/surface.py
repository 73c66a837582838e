"""What a connected program can do, by feature. Every method is one use case of `services`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from financebuy.services import accounts, identity, ledger, orders, portfolio, pricing
from financebuy.services.accounts import Account
from financebuy.services.caller import Caller
from financebuy.services.identity import ApiKey, Created, NewUser, User
from financebuy.services.ledger import Balances, EntryPage, Transfer
from financebuy.services.orders import Execution, NewOrder, Order, OrderFilter
from financebuy.services.platform import Platform
from financebuy.services.portfolio import Gain, Lot, Position, Summary
from financebuy.services.pricing import Asset, Bar, Clock, Quote, Session


@dataclass(frozen=True, slots=True)
class _Feature:
    _platform: Platform
    _speaker: Caller

    @property
    def _caller(self) -> Caller:
        # Every call is a request of its own, and can be found by its id in the database.
        return replace(self._speaker, request_id=str(uuid4()))

    async def _account(self, account_id: UUID | None) -> UUID:
        return await accounts.resolve(self._platform, self._caller, account_id)


class Users(_Feature):
    """The broker's surface: people, what they may do, their API keys."""

    async def create(self, user: NewUser, *, key: str | None = None) -> Created:
        """See `services.identity.create_user`."""
        return await identity.create_user(self._platform, self._caller, user, key)

    async def set_kyc_status(self, user_id: UUID, status: str, *, key: str | None = None) -> User:
        """See `services.identity.set_kyc_status`."""
        return await identity.set_kyc_status(self._platform, self._caller, user_id, status, key)

    async def find(self, email: str) -> User:
        """See `services.identity.find_user`."""
        return await identity.find_user(self._platform, self._caller, email)

    async def create_api_key(
        self,
        user_id: UUID,
        scopes: Collection[str],
        *,
        account_id: UUID | None = None,
        expires_at: datetime | None = None,
        key: str | None = None,
    ) -> ApiKey:
        """See `services.identity.create_api_key`."""
        return await identity.create_api_key(
            self._platform, self._caller, user_id, scopes, account_id, expires_at, key
        )

    async def revoke_api_key(self, key_id: str, *, key: str | None = None) -> None:
        """See `services.identity.revoke_api_key`."""
        await identity.revoke_api_key(self._platform, self._caller, key_id, key)


class Accounts(_Feature):
    """Accounts. Where a method takes an `account_id`, a user with one account may leave it out."""

    async def open(
        self,
        user_id: UUID,
        *,
        account_type: str = "individual",
        currency: str = "USD",
        key: str | None = None,
    ) -> Account:
        """See `services.accounts.open_account`."""
        return await accounts.open_account(
            self._platform, self._caller, user_id, account_type, currency, key
        )

    async def get(self, account_id: UUID | None = None) -> Account:
        """See `services.accounts.get`."""
        return await accounts.get(self._platform, self._caller, await self._account(account_id))

    async def list(self) -> Sequence[Account]:
        """See `services.accounts.list_accounts`."""
        return await accounts.list_accounts(self._platform, self._caller)

    async def set_status(self, account_id: UUID, status: str, *, key: str | None = None) -> Account:
        """See `services.accounts.set_status`."""
        return await accounts.set_status(self._platform, self._caller, account_id, status, key)


class Ledger(_Feature):
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
        self, amount: Decimal, *, account_id: UUID | None = None, key: str | None = None
    ) -> Transfer:
        """See `services.ledger.request_withdrawal`."""
        return await ledger.request_withdrawal(
            self._platform, self._caller, await self._account(account_id), amount, key
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


class Orders(_Feature):
    """Placing, canceling and finding orders."""

    async def place(
        self,
        symbol: str,
        side: str,
        quantity: Decimal | None = None,
        *,
        notional: Decimal | None = None,
        limit_price: Decimal | None = None,
        time_in_force: str = "day",
        client_order_id: str | None = None,
        account_id: UUID | None = None,
        key: str | None = None,
    ) -> Order:
        """See `services.orders.place`. With a `limit_price` it is a limit order, else a market one.

        Give a `key` of your own and repeat with it when the answer was lost.
        """
        order = NewOrder(
            account_id=await self._account(account_id),
            symbol=symbol,
            side=side,
            order_type="market" if limit_price is None else "limit",
            time_in_force=time_in_force,
            quantity=quantity,
            notional=notional,
            limit_price=limit_price,
            client_order_id=client_order_id,
        )
        return (await orders.place(self._platform, self._caller, order, key)).order

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


class Portfolio(_Feature):
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


class Market(_Feature):
    """Securities, prices, and the market's time."""

    async def assets(self, *, tradable: bool | None = None) -> list[Asset]:
        """See `services.pricing.assets`."""
        return await pricing.assets(self._platform, tradable=tradable)

    async def asset(self, name: str | UUID) -> Asset:
        """See `services.pricing.asset`."""
        return await pricing.asset(self._platform, name)

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


class FinanceBuy:
    """A connection in the name of one user."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        """Speak on `platform` as `caller`."""
        self.caller = caller
        self.users = Users(platform, caller)
        self.accounts = Accounts(platform, caller)
        self.ledger = Ledger(platform, caller)
        self.orders = Orders(platform, caller)
        self.portfolio = Portfolio(platform, caller)
        self.market = Market(platform, caller)
