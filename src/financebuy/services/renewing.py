"""Personal data from before there were generations of data keys: written anew, once."""

import base64
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from financebuy.crypto.vault import PERSONAL_FIELDS, Sealed, Wrapped
from financebuy.database.failures import of_constraint
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.vault_keys import with_keys
from financebuy.sql import load

_STEP = 100
_ROLE = "fb_broker"


async def renew(platform: Platform) -> int:
    """Give every user of generation 0 a new data key and a new index; returns how many it was.

    Any number of processes may do it at once, and it may be interrupted at any moment.

    Raises:
        UnknownEpochError, DecryptionError: the keys here are not those of the data.
    """
    renewed, after = 0, UUID(int=0)
    while True:
        async with platform.pools.connection(_ROLE) as connection:
            rows = await fetch_all(
                connection,
                _First,
                load("privacy").take_first_generation,
                {"after": after, "limit": _STEP},
            )
        if not rows:
            return renewed
        after = rows[-1].user_id
        for row in rows:
            renewed += await _renew(platform, row)


async def _renew(platform: Platform, row: "_First") -> bool:
    ciphertexts = {name: getattr(row, name) for name in PERSONAL_FIELDS}
    wrapped = Wrapped(row.wrapped_key, row.key_epoch, row.generation)

    async def work() -> bool:
        fields = platform.vault.open(row.user_id, wrapped, ciphertexts)
        sealed = platform.vault.seal(row.user_id, fields)
        index = platform.vault.email_index(fields["email"] or "")
        try:
            return await _replace(platform, row, sealed, index)
        except psycopg.errors.CheckViolation as error:
            raise of_constraint(error.diag.constraint_name) from error

    return await with_keys(platform, work)


async def _replace(platform: Platform, row: "_First", sealed: Sealed, email_index: bytes) -> bool:
    texts = {name: base64.b64encode(value).decode() for name, value in sealed.ciphertexts.items()}
    async with platform.pools.connection(_ROLE) as connection:
        done = await fetch_one(
            connection,
            _Renewed,
            load("privacy").renew_personal_data,
            {
                "user_id": row.user_id,
                "old_key": row.wrapped_key,
                "new_key": sealed.wrapped_key,
                "key_epoch": sealed.key_epoch,
                "email_index": email_index,
                "ciphertexts": Jsonb(texts),
            },
        )
    return done is not None and done.renewed


@dataclass(frozen=True, slots=True)
class _Renewed:
    renewed: bool


@dataclass(frozen=True, slots=True)
class _First:
    user_id: UUID
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
