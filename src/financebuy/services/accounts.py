"""Accounts: opening, closing, and what stands on them."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from financebuy.errors import AccountNotFoundError, RequiredError
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import command
from financebuy.sql import load

ACCOUNT_TYPES = ("individual", "retirement", "joint")
STATUSES = ("active", "restricted", "closed")


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's cash account, as of now. Amounts are in `currency`.

    `balance` is by trade date, `held` what open orders and withdrawals reserve, `unsettled`
    incoming cash that is not withdrawable yet. `event_seq` grows by one with every event.
    `owner_kyc_status` is None for whoever may not know. `replayed`: the answer to a repeat.
    """

    account_id: UUID
    account_number: str
    account_type: str
    currency: str
    status: str
    balance: Decimal
    held: Decimal
    unsettled: Decimal
    buying_power: Decimal
    withdrawable: Decimal
    event_seq: int
    owner_id: UUID | None
    owner_kyc_status: str | None
    created_at: datetime
    updated_at: datetime
    replayed: bool = False


async def open_account(
    platform: Platform,
    caller: Caller,
    user_id: UUID,
    account_type: str = "individual",
    currency: str = "USD",
    key: str | None = None,
) -> Account:
    """Open an account for a user; needs the scope `broker`. A repeat returns the same account.

    Raises:
        InvalidValueError: unknown `account_type` or `currency`.
        UserNotFoundError: no such user.
    """
    caller.require("broker")
    accepted = await command(
        platform,
        caller,
        "open_account",
        key,
        user_id=user_id,
        account_type=account_type,
        currency=currency,
    )
    account = await get(platform, caller, UUID(accepted.result["account_id"]))
    return replace(account, replayed=accepted.replayed)


async def set_status(
    platform: Platform, caller: Caller, account_id: UUID, status: str, key: str | None = None
) -> Account:
    """Set an account's status; needs the scope `broker`. A closed account never opens again.

    Raises:
        AccountNotEmptyError: closing it while cash, holds or shares are left.
    """
    caller.require("broker")
    accepted = await command(
        platform, caller, "set_account_status", key, account_id=account_id, status=status
    )
    return replace(await get(platform, caller, account_id), replayed=accepted.replayed)


async def get(platform: Platform, caller: Caller, account_id: UUID) -> Account:
    """Return one account that the caller may see.

    Raises:
        AccountNotFoundError: there is none, or it is somebody else's: a stranger learns neither.
    """
    async with reading(platform, caller) as connection:
        account = await fetch_one(
            connection, Account, load("accounts").account, {"account_id": account_id}
        )
    if account is None:
        raise AccountNotFoundError(field="account_id")
    return account


async def list_accounts(
    platform: Platform, caller: Caller, *, limit: int = 500, after: UUID | None = None
) -> list[Account]:
    """Return the accounts that the caller may see, oldest first; `after` is the last one seen."""
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, Account, load("accounts").accounts, {"limit": limit, "after": after}
        )


async def resolve(platform: Platform, caller: Caller, account_id: UUID | None = None) -> UUID:
    """Return the account that is meant: the one named, the key's, or the caller's only one.

    Raises:
        RequiredError: the caller has several accounts and named none.
        AccountNotFoundError: the caller has no account.
    """
    chosen = account_id or caller.account_id
    if chosen is not None:
        return chosen
    async with reading(platform, caller) as connection:
        own = await fetch_all(
            connection, _Owned, load("accounts").owned_accounts, {"user_id": caller.user_id}
        )
    if not own:
        raise AccountNotFoundError("there is no account of this user", field="account_id")
    if len(own) > 1:
        raise RequiredError(
            "account_id: is required: this user has several accounts",
            field="account_id",
            detail=[str(each.account_id) for each in own],
        )
    return own[0].account_id


@dataclass(frozen=True, slots=True)
class _Owned:
    account_id: UUID
