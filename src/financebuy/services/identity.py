"""Users and what they may do; and (from `api_keys`) the API keys they ask with."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from financebuy.domain.ids import new_id
from financebuy.domain.people import NewUser
from financebuy.errors import UserNotFoundError
from financebuy.services.api_keys import (
    SCOPES,
    ApiKey,
    ApiKeyInfo,
    api_keys,
    authenticate,
    create_api_key,
    revoke_api_key,
)
from financebuy.services.caller import Caller, reading
from financebuy.services.personal_data import PersonalData, personal_data
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import Accepted, command
from financebuy.services.vault_keys import with_keys
from financebuy.sql import load

__all__ = [
    "KYC_STATUSES",
    "SCOPES",
    "ApiKey",
    "ApiKeyInfo",
    "Created",
    "NewUser",
    "PersonalData",
    "User",
    "api_keys",
    "authenticate",
    "create_api_key",
    "create_user",
    "find_user",
    "get_user",
    "list_users",
    "personal_data",
    "revoke_api_key",
    "set_kyc_status",
]

KYC_STATUSES = (
    "pending", "submitted", "in_review", "action_required", "approved", "rejected", "expired",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Created:
    """A new user, or the one that a repeat of the same request made before."""

    user_id: UUID
    replayed: bool


@dataclass(frozen=True, slots=True)
class User:
    """A user without personal data; `kyc_status` gates trading and withdrawals."""

    user_id: UUID
    kind: str
    kyc_status: str
    is_active: bool
    created_at: datetime
    updated_at: datetime
    replayed: bool = False


async def create_user(
    platform: Platform,
    caller: Caller,
    user: NewUser,
    key: str | None = None,
    *,
    kind: str = "customer",
) -> Created:
    """Register a person; needs the scope `broker`. Personal data is encrypted before it leaves.

    `kind` is customer, operator or broker: staff are registered apart from customers.

    Raises:
        DuplicateEmailError: the address is taken.
        RefusedError: a value breaks a rule; `field` says which.
    """
    caller.require("broker")
    user.check()
    user_id = new_id()

    async def work() -> Accepted:
        sealed = platform.vault.seal(user_id, user.fields())
        return await command(
            platform,
            caller,
            "create_user",
            key,
            user_id=user_id,
            email_index=platform.vault.email_index(user.email),
            ciphertext={
                name: base64.b64encode(value).decode() for name, value in sealed.ciphertexts.items()
            },
            wrapped_key=sealed.wrapped_key,
            key_epoch=sealed.key_epoch,
            kind=kind,
        )

    accepted = await with_keys(platform, work)
    return Created(UUID(accepted.result["user_id"]), accepted.replayed)


async def set_kyc_status(
    platform: Platform, caller: Caller, user_id: UUID, status: str, key: str | None = None
) -> User:
    """Record whether a person's identity is verified; needs the scope `broker`.

    Raises:
        InvalidValueError: unknown status.
        UserNotFoundError: no such user.
    """
    caller.require("broker")
    accepted = await command(
        platform, caller, "set_kyc_status", key, user_id=user_id, status=status
    )
    return replace(await get_user(platform, caller, user_id), replayed=accepted.replayed)


async def get_user(platform: Platform, caller: Caller, user_id: UUID) -> User:
    """Return one user; customers see themselves alone.

    Raises:
        UserNotFoundError: there is none, or the caller may not know.
    """
    async with reading(platform, caller) as connection:
        user = await fetch_one(connection, User, load("identity").user, {"user_id": user_id})
    if user is None:
        raise UserNotFoundError(field="user_id")
    return user


async def find_user(platform: Platform, caller: Caller, email: str) -> User:
    """Return the user with this address, whatever its case; needs `broker` or `operations`.

    Raises:
        UserNotFoundError: there is none.
    """
    caller.require("broker", "operations", "inspect")
    async with reading(platform, caller) as connection:
        user = await fetch_one(
            connection,
            User,
            load("identity").user_by_email,
            {"email_index": platform.vault.email_index(email)},
        )
    if user is None:
        raise UserNotFoundError(field="email")
    return user


async def list_users(
    platform: Platform, caller: Caller, *, limit: int = 50, after: UUID | None = None
) -> list[User]:
    """Return the users that the caller may see, oldest first; `after` is the last one seen."""
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, User, load("identity").users, {"limit": limit, "after": after}
        )
