"""The staff's side: people, their accounts, their API keys."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from financebuy.client.feature import Feature
from financebuy.services import accounts, identity, owners
from financebuy.services.accounts import Account
from financebuy.services.identity import ApiKey, Created, NewUser, User
from financebuy.services.owners import Owner


class Users(Feature):
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


class Accounts(Feature):
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

    async def owners(self, account_id: UUID | None = None) -> Sequence[Owner]:
        """See `services.owners.owners`."""
        return await owners.owners(self._platform, self._caller, await self._account(account_id))

    async def add_owner(
        self, account_id: UUID, user_id: UUID, role: str, *, key: str | None = None
    ) -> None:
        """See `services.owners.add_owner`."""
        await owners.add_owner(self._platform, self._caller, account_id, user_id, role, key)

    async def remove_owner(
        self, account_id: UUID, user_id: UUID, *, key: str | None = None
    ) -> None:
        """See `services.owners.remove_owner`."""
        await owners.remove_owner(self._platform, self._caller, account_id, user_id, key)
