"""API keys: what an app shows to be let in. Only the hash of a secret is kept."""

import base64
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from financebuy.errors import NotPermittedError, UnauthorizedError
from financebuy.services.caller import CUSTOMER_SCOPES, Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import command
from financebuy.sql import load

SCOPES = ("read", "trade", "funding", "broker", "operations", "admin")
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
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


async def create_api_key(
    platform: Platform,
    caller: Caller,
    user_id: UUID,
    scopes: Collection[str],
    account_id: UUID | None = None,
    expires_at: datetime | None = None,
    key: str | None = None,
) -> ApiKey:
    """Make an API key for a user, for all their accounts or one; needs the scope `broker`.

    Only the hash of its secret is kept. `key` is the request's idempotency key.

    Raises:
        InvalidValueError: unknown scope.
        NotPermittedError: a scope of the staff that the caller does not have either.
        UserNotFoundError, AccountNotFoundError: whom or what it should be for.
    """
    caller.require("broker")
    _refuse_more_than_own(caller, scopes)
    chosen = key or str(uuid4())
    # The key's id follows from the request, so that a repeat asks for the same key.
    digest = hashlib.sha256(f"{caller.user_id}/{chosen}".encode()).digest()
    key_id = "FB" + base64.b32encode(digest).decode()[:18]
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    accepted = await command(
        platform,
        caller,
        "create_api_key",
        chosen,
        key_id=key_id,
        user_id=user_id,
        account_id=account_id,
        secret_hash=secret_hash(secret),
        scopes=",".join(sorted(set(scopes))),
        expires_at=expires_at,
    )
    return ApiKey(key_id, None if accepted.replayed else secret)


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


async def api_keys(platform: Platform, caller: Caller, user_id: UUID) -> list[ApiKeyInfo]:
    """Return a user's API keys, newest first, without their secrets; needs the scope `broker`."""
    caller.require("broker")
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection, ApiKeyInfo, load("identity").api_keys, {"user_id": user_id}
        )


async def authenticate(
    platform: Platform, key_id: str, secret: str, origin: str, request_id: str
) -> Caller:
    """Let in whoever has an API key.

    Raises:
        UnauthorizedError: unknown, wrong, expired or revoked; which of these, nobody is told.
    """
    async with platform.pools.connection("app_user") as connection:
        row = await fetch_one(
            connection,
            _Authenticated,
            load("identity").authenticate,
            {"key_id": key_id, "secret_hash": secret_hash(secret)},
        )
    if row is None:
        raise UnauthorizedError
    return Caller(
        row.user_id,
        key_id,
        frozenset(row.scopes),
        row.account_id,
        row.user_kind,
        origin,
        request_id,
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


@dataclass(frozen=True, slots=True)
class _Authenticated:
    user_id: UUID
    account_id: UUID | None
    scopes: list[str]
    user_kind: str
