"""API keys: what an app shows to be let in. Only the hash of a secret is kept."""

import base64
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from financebuy.domain import addresses
from financebuy.errors import NotPermittedError, UnauthorizedError
from financebuy.services import attempts
from financebuy.services.asking import ask_door
from financebuy.services.caller import CUSTOMER_SCOPES, Caller, reading
from financebuy.services.door import WRONG_KEYS, Problem, Visit
from financebuy.services.key_checks import ShownKey
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.services.submitting import command
from financebuy.sql import load

SCOPES = ("read", "trade", "funding", "inspect", "broker", "operations", "admin")
_SECRET_BYTES = 30


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A new API key. Its `secret` is told once: a repeat of the request has None."""

    key_id: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class ApiKeyInfo:
    """An API key as it can be shown."""

    key_id: str
    user_id: UUID
    account_id: UUID | None
    name: str | None
    scopes: list[str]
    allowed_addresses: list[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """What a key is to be: for one account or all, until when, from where, and a name for it.

    `allowed_addresses` are addresses and networks (203.0.113.0/24); None is everywhere.
    """

    scopes: Collection[str]
    account_id: UUID | None = None
    expires_at: datetime | None = None
    name: str | None = None
    allowed_addresses: list[str] | None = None

    def row(self, key_id: str, secret: str) -> dict[str, Any]:
        """Return what the database keeps of it: the secret's hash, not the secret."""
        return {
            "key_id": key_id, "account_id": self.account_id, "secret_hash": secret_hash(secret),
            "scopes": ",".join(sorted(set(self.scopes))), "expires_at": self.expires_at,
            "name": self.name,
            "allowed_addresses": addresses.network_list(self.allowed_addresses),
        }  # fmt: skip


async def create_api_key(
    platform: Platform,
    caller: Caller,
    user_id: UUID,
    scopes: Collection[str],
    account_id: UUID | None = None,
    expires_at: datetime | None = None,
    key: str | None = None,
    *,
    name: str | None = None,
    allowed_addresses: list[str] | None = None,
) -> ApiKey:
    """Make an API key for a user, for all their accounts or one; needs the scope `broker`.

    Only the hash of its secret is kept. `key` is the request's idempotency key.

    Raises:
        InvalidValueError: unknown scope, or no address.
        NotAllowedError: a scope that the user themselves does not have.
        NotPermittedError: a scope of the staff that the caller does not have either, or a key of
            somebody else of the staff, who make their own.
        UserNotFoundError, AccountNotFoundError: whom or what it should be for.
    """
    caller.require("broker")
    _refuse_more_than_own(caller, scopes)
    chosen = key or str(uuid4())
    # The key's id follows from the request, so that a repeat asks for the same key.
    digest = hashlib.sha256(f"{caller.user_id}/{chosen}".encode()).digest()
    key_id = "FB" + base64.b32encode(digest).decode()[:18]
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    wanted = KeyRequest(scopes, account_id, expires_at, name, allowed_addresses)
    accepted = await command(
        platform, caller, "create_api_key", chosen, user_id=user_id, **wanted.row(key_id, secret)
    )
    return ApiKey(key_id, None if accepted.replayed else secret)


async def create_own_api_key(platform: Platform, caller: Caller, wanted: KeyRequest) -> ApiKey:
    """Make an API key for oneself; needs a session that was proven a moment ago.

    Raises:
        StepUpRequiredError: the session's last proof is too old.
        NotAllowedError, InvalidValueError, AccountNotFoundError: as `create_api_key`.
    """
    caller.require_self()
    key_id = "FB" + base64.b32encode(secrets.token_bytes(15)).decode()[:18]
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    found = await ask_door(
        platform,
        Problem,
        load("people").create_own_api_key,
        caller.signed(platform) | wanted.row(key_id, secret),
    )
    found.check()
    return ApiKey(key_id, secret)


async def revoke_api_key(
    platform: Platform, caller: Caller, key_id: str, key: str | None = None
) -> bool:
    """End an API key, and say whether this was a repeat; needs the scope `broker`.

    Raises:
        KeyNotFoundError: there is no such key.
    """
    caller.require("broker")
    accepted = await command(platform, caller, "revoke_api_key", key, key_id=key_id)
    return accepted.replayed


async def revoke_own_api_key(platform: Platform, caller: Caller, key_id: str) -> None:
    """End an API key of one's own; a key may end itself, and no other.

    Raises:
        KeyNotFoundError: the caller has no such key.
        NotPermittedError: a key would end another.
    """
    if caller.session is None and caller.key_id != key_id:
        raise NotPermittedError("an API key may end itself alone; sign in to end another")
    found = await ask_door(
        platform,
        Problem,
        load("people").revoke_own_api_key,
        caller.signed(platform) | {"key_id": key_id},
    )
    found.check()


async def api_keys(platform: Platform, caller: Caller, user_id: UUID) -> list[ApiKeyInfo]:
    """Return a user's API keys, newest first, without their secrets.

    One's own, or somebody's with the scope `broker` or `inspect`.
    """
    if user_id != caller.user_id:
        caller.require("broker", "inspect")
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, ApiKeyInfo, load("identity").api_keys, {"user_id": user_id}
        )


async def authenticate(platform: Platform, key_id: str, secret: str, visit: Visit) -> Caller:
    """Let in whoever has an API key; asks PostgreSQL, whatever the cache does.

    Raises:
        UnauthorizedError: unknown, wrong, expired, revoked, or not good from this address; which
            of these, nobody is told.
        TooManyRequestsError: this network has shown too many keys that are not good.
    """
    network = addresses.limited(visit.address)
    wait = await platform.door.limiter.wait(WRONG_KEYS, network)
    await attempts.refuse(platform, visit, "api_key", wait)
    row = await platform.key_checks.find(
        ShownKey(key_id, secret_hash(secret), addresses.known(visit.address))
    )
    if row is None:
        await platform.door.limiter.take(WRONG_KEYS, network)
        await attempts.record(platform, visit, "wrong_key", "api_key", None, login=key_id)
        raise UnauthorizedError
    return Caller(
        row.user_id,
        key_id,
        frozenset(row.scopes),
        row.account_id,
        row.user_kind,
        visit.origin,
        visit.request_id,
    )


def _refuse_more_than_own(caller: Caller, scopes: Collection[str]) -> None:
    """The staff makes customers' keys, and hands on what it may do itself, but no more."""
    more = (set(scopes) & set(SCOPES)) - CUSTOMER_SCOPES - caller.scopes
    if more:
        raise NotPermittedError(
            f"this key may not give away what it does not have: {', '.join(sorted(more))}",
            field="scopes",
        )


def secret_hash(secret: str) -> bytes:
    """Hash an API key's secret. It has 240 random bits: nothing is gained by hashing slowly."""
    return hashlib.sha256(secret.encode()).digest()
