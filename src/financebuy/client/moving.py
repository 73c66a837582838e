"""Money between accounts, currencies, fees, and statements in either of two times."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from financebuy.client.feature import Feature
from financebuy.services import currencies, fees, movements, statements
from financebuy.services.currencies import Currency, Rate
from financebuy.services.fees import Fee, Schedule
from financebuy.services.movements import Movement
from financebuy.services.statements import AssetBalance, Statement, Time


class Movements(Feature):
    """Money from one account to another."""

    async def transfer(
        self,
        target: str,
        amount: Decimal,
        *,
        account_id: UUID | None = None,
        key: str | None = None,
    ) -> Movement:
        """See `services.movements.transfer`."""
        source = await self._account(account_id)
        return await movements.transfer(self._platform, self._caller, source, target, amount, key)

    async def convert(
        self,
        target: str,
        amount: Decimal,
        rate_id: UUID,
        *,
        account_id: UUID | None = None,
        key: str | None = None,
    ) -> Movement:
        """See `services.movements.convert`."""
        source = await self._account(account_id)
        return await movements.convert(
            self._platform, self._caller, source, target, amount, rate_id, key
        )

    async def list(
        self, account_id: UUID | None = None, *, limit: int = 50, before: UUID | None = None
    ) -> Sequence[Movement]:
        """See `services.movements.movements`."""
        source = await self._account(account_id)
        return await movements.movements(self._platform, self._caller, source, limit, before)


class Statements(Feature):
    """Balances and entries as of any moment; `time` is recorded or effective."""

    async def statement(
        self, start: datetime, end: datetime, time: Time, *, account_id: UUID | None = None
    ) -> Statement:
        """See `services.statements.statement`."""
        account = await self._account(account_id)
        return await statements.statement(self._platform, self._caller, account, start, end, time)

    async def balances_at(
        self, moment: datetime, time: Time, *, account_id: UUID | None = None
    ) -> Sequence[AssetBalance]:
        """See `services.statements.balances_at`."""
        account = await self._account(account_id)
        return await statements.balances_at(self._platform, self._caller, account, moment, time)

    async def balance_at(
        self, asset: str, moment: datetime, time: Time, *, account_id: UUID | None = None
    ) -> Decimal:
        """See `services.statements.balance_at`."""
        account = await self._account(account_id)
        return await statements.balance_at(
            self._platform, self._caller, account, asset, moment, time
        )

    async def positions_at(
        self, moment: datetime, time: Time, *, account_id: UUID | None = None
    ) -> Sequence[AssetBalance]:
        """See `services.statements.positions_at`."""
        account = await self._account(account_id)
        return await statements.positions_at(self._platform, self._caller, account, moment, time)


class Currencies(Feature):
    """Currencies, and the rates between them."""

    async def list(self) -> Sequence[Currency]:
        """See `services.currencies.currencies`."""
        return await currencies.currencies(self._platform, self._caller)

    async def add(self, code: str, scale: int, *, key: str | None = None) -> Currency:
        """See `services.currencies.add_currency`."""
        return await currencies.add_currency(self._platform, self._caller, code, scale, key)

    async def rates(
        self, base: str | None = None, quote: str | None = None, *, limit: int = 50
    ) -> Sequence[Rate]:
        """See `services.currencies.rates`."""
        return await currencies.rates(self._platform, self._caller, base, quote, limit)

    async def book_rate(
        self,
        base: str,
        quote: str,
        rate: Decimal,
        *,
        provider: str = currencies.SANDBOX_PROVIDER,
        provider_rate_id: str | None = None,
        effective_at: datetime | None = None,
    ) -> Rate:
        """See `services.currencies.book_rate`."""
        return await currencies.book_rate(
            self._platform,
            self._caller,
            base,
            quote,
            rate,
            provider,
            provider_rate_id,
            effective_at,
        )


class Fees(Feature):
    """The schedules of trading fees, and charging an account."""

    async def schedules(self) -> Sequence[Schedule]:
        """See `services.fees.schedules`."""
        return await fees.schedules(self._platform, self._caller)

    async def set_schedule(self, schedule: Schedule, *, key: str | None = None) -> Schedule:
        """See `services.fees.set_schedule`."""
        return await fees.set_schedule(self._platform, self._caller, schedule, key)

    async def charge(
        self, account_id: UUID, amount: Decimal, reason: str, *, key: str | None = None
    ) -> Fee:
        """See `services.fees.charge`."""
        return await fees.charge(self._platform, self._caller, account_id, amount, reason, key)
