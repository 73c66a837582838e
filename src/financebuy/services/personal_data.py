"""What is known of a person, in clear: each reading is recorded, on the primary."""

from dataclasses import dataclass
from uuid import UUID

from financebuy.crypto.vault import PERSONAL_FIELDS, Wrapped
from financebuy.errors import UserNotFoundError
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one
from financebuy.services.vault_keys import with_keys
from financebuy.sql import load


@dataclass(frozen=True, slots=True, repr=False)
class PersonalData:
    """A person's data in clear; nothing prints it by accident."""

    email: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    address: str | None
    birth_date: str | None
    national_id: str | None


async def personal_data(platform: Platform, caller: Caller, user_id: UUID) -> PersonalData:
    """Decrypt a person's data; needs the scope `broker`, and is recorded in the audit log.

    Raises:
        UserNotFoundError: there is no such user, or their data was erased.
    """
    row = await sealed_data(platform, caller, user_id)
    wrapped = Wrapped(row.wrapped_key, row.key_epoch, row.generation)
    ciphertexts = {name: getattr(row, name) for name in PERSONAL_FIELDS}

    async def work() -> PersonalData:
        return PersonalData(**platform.vault.open(user_id, wrapped, ciphertexts))

    return await with_keys(platform, work)


async def sealed_data(platform: Platform, caller: Caller, user_id: UUID) -> "SealedData":
    """Fetch a person's data, still encrypted; the same rights and the same line in the log.

    Raises:
        UserNotFoundError: there is no such user, or their data was erased.
    """
    caller.require("broker")
    async with platform.pools.connection("fb_broker") as connection:
        row = await fetch_one(
            connection,
            SealedData,
            load("privacy").personal_data,
            {
                "identity": caller.token(platform),
                "user_id": user_id,
                "request_id": caller.request_id,
                "origin": caller.origin,
            },
        )
    if row is None:
        raise UserNotFoundError(field="user_id")
    return row


async def shred(platform: Platform, caller: Caller, user_id: UUID) -> bool:
    """Destroy a person's data key: nothing of what it encrypts can ever be read again.

    Documents and account numbers go with it, and the address may sign up anew. Returns whether
    there was a key. What must be kept (the books) names the user by an id alone.

    Raises:
        NotPermittedError: without the scope `broker` or `admin`; a colleague takes `admin`, and
            nobody of the staff erases themselves.
    """
    caller.require("broker", "admin")
    async with platform.pools.connection("fb_broker") as connection:
        row = await fetch_one(
            connection,
            _Shredded,
            load("privacy").shred_data_keys,
            {
                "identity": caller.token(platform),
                "request_id": caller.request_id,
                "origin": caller.origin,
                "user_ids": [user_id],
            },
        )
    return row is not None and row.shredded > 0


@dataclass(frozen=True, slots=True)
class _Shredded:
    shredded: int


@dataclass(frozen=True, slots=True)
class SealedData:
    """A person's wrapped data key, and the ciphertexts that it opens."""

    wrapped_key: bytes
    key_epoch: int
    generation: int
    email: bytes
    first_name: bytes | None
    last_name: bytes | None
    phone: bytes | None
    address: bytes | None
    birth_date: bytes | None
    national_id: bytes | None
