"""Data keys of users, and learning of key-encryption keys that were replaced meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from financebuy.crypto.epochs import Epoch, UnknownEpochError
from financebuy.crypto.vault import DataKey, Wrapped
from financebuy.errors import KeyEpochRetiredError, UserNotFoundError
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.sql import load

Result = TypeVar("Result")


async def learn(platform: Platform) -> None:
    """Ask the database which epochs there are, and their keepers for the keys."""
    async with platform.pools.connection("app_user") as connection:
        epochs = await fetch_all(connection, Epoch, load("privacy").key_epochs, {})
    # A keeper may be a service on the network.
    await asyncio.to_thread(platform.vault.keyring.learn, epochs)


async def with_keys(platform: Platform, work: Callable[[], Awaitable[Result]]) -> Result:
    """Run `work`; once more, when it met an epoch that this process did not know.

    `work` must have written nothing when it raises `KeyEpochRetiredError`, as no command has.
    """
    try:
        return await work()
    except (UnknownEpochError, KeyEpochRetiredError):
        await learn(platform)
        return await work()


async def unwrap(platform: Platform, user_id: UUID, wrapped: Wrapped) -> DataKey:
    """Open a data key, whichever epoch wraps it."""

    async def work() -> DataKey:
        return platform.vault.unwrap(user_id, wrapped)

    return await with_keys(platform, work)


async def data_key(platform: Platform, caller: Caller, user_id: UUID) -> DataKey:
    """Return the data key of a user: the caller's own, or anybody's for the broker.

    Raises:
        UserNotFoundError: there is no such user, the caller may not know, or the key was destroyed.
    """
    async with platform.pools.connection("app_user") as connection:
        wrapped = await fetch_one(
            connection,
            Wrapped,
            load("privacy").data_key,
            {"identity": caller.token(platform), "user_id": user_id},
        )
    if wrapped is None:
        raise UserNotFoundError(field="user_id")
    return await unwrap(platform, user_id, wrapped)
