"""Who an account belongs to: owners, joint owners who trade and withdraw, viewers who read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from financebuy.services import accounts
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.services.submitting import command
from financebuy.sql import load

ROLES = ("owner", "joint", "viewer")


@dataclass(frozen=True, slots=True)
class Owner:
    """A user of an account. `role`: owner and joint trade and withdraw, a viewer only reads."""

    account_id: UUID
    user_id: UUID
    role: str
    created_at: datetime


async def owners(platform: Platform, caller: Caller, account_id: UUID) -> list[Owner]:
    """Return the users of an account, in the order in which they came.

    Raises:
        AccountNotFoundError: no such account, or not the caller's.
    """
    await accounts.get(platform, caller, account_id)
    async with reading(platform, caller) as connection:
        return await fetch_all(connection, Owner, load("owners").owners, {"account_id": account_id})


async def add_owner(
    platform: Platform,
    caller: Caller,
    account_id: UUID,
    user_id: UUID,
    role: str,
    key: str | None = None,
) -> bool:
    """Let a user into an account; needs the scope `broker`. Returns whether it is a repeat.

    Raises:
        NotAllowedError: a second owner of an account that is not joint.
        DuplicateError: the user is there already; remove them first to change their role.
        UserNotFoundError: no such user.
        AccountNotActiveError: the account is closed.
        CustomersOwnError: an owner of an account with something booked, where money is real.
    """
    caller.require("broker")
    accepted = await command(
        platform, caller, "add_owner", key, account_id=account_id, user_id=user_id, role=role
    )
    return accepted.replayed


async def remove_owner(
    platform: Platform, caller: Caller, account_id: UUID, user_id: UUID, key: str | None = None
) -> bool:
    """Take a user out of an account; needs the scope `broker`. Returns whether it is a repeat.

    Raises:
        LastOwnerError: nobody would own the account.
        UserNotFoundError: the user is not there.
        CustomersOwnError: an owner of an account with something booked, where money is real.
    """
    caller.require("broker")
    accepted = await command(
        platform, caller, "remove_owner", key, account_id=account_id, user_id=user_id
    )
    return accepted.replayed
