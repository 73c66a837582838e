"""Finding the platform, and deciding who speaks."""

import os
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID, uuid4

from financebuy.bootstrap import (
    SERVICE_ROLES,
    Connections,
    Platform,
    local_connections,
    open_platform,
)
from financebuy.client.surface import FinanceBuy
from financebuy.cluster.demo import read_demo
from financebuy.cluster.endpoints import Endpoints, as_role
from financebuy.cluster.key_places import other_places
from financebuy.errors import UnauthorizedError
from financebuy.services import identity
from financebuy.services.caller import CUSTOMER_SCOPES, PLATFORM, Caller
from financebuy.services.door import Visit
from financebuy.settings import Settings

_ORIGIN = "in-process"


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What a platform of your own database was set up with; nothing here may be printed.

    `passwords` are those of the service's logins (`financebuy.bootstrap.SERVICE_ROLES`); the keys
    are the 32 bytes each that lie in hex in the data directory's `secrets`. `key_encryption_key` is
    that of epoch 1, `personal_keys` are those of later epochs; keys in AWS KMS are fetched.
    """

    passwords: Mapping[str, str]
    identity_key: bytes
    key_encryption_key: bytes
    blind_index_key: bytes
    personal_keys: Mapping[int, bytes] = field(default_factory=dict)
    identity_key_number: int = 1


@asynccontextmanager
async def connect(
    url: str | None = None,
    *,
    secrets: Secrets | None = None,
    data_dir: Path | str | None = None,
    user: UUID | str | None = None,
    api_key: tuple[str, str] | None = None,
    account_id: UUID | None = None,
    scopes: Collection[str] | None = None,
) -> AsyncIterator[FinanceBuy]:
    """Speak to a platform for as long as the block lasts.

    Without a `url`, it is the local platform of `data_dir` (by default the one that
    `financebuy up` uses). With the URL of a PostgreSQL that has FinanceBuy's schema, `secrets` are
    needed.

    Who speaks: the owner of an `api_key` (its id and secret), or `user` (an id or an address),
    which a program that holds the platform's secrets may be without a key; of neither, the
    demo investor. `scopes` are what a `user` may do: read, trade and funding for a customer.
    `account_id` narrows a `user` to one of their accounts.

    Raises:
        NotRunningError: there is no platform.
        UnauthorizedError: the API key is not valid, or there is no demo investor.
        UserNotFoundError: nobody has this address.
    """
    settings = Settings.read(os.environ, Path(data_dir) if data_dir is not None else None)
    async with open_platform(settings, connections=_connections(settings, url, secrets)) as opened:
        caller = await _caller(opened, user, api_key or _demo_key(settings, url, user))
        if user is not None:
            allowed = frozenset(CUSTOMER_SCOPES if scopes is None else scopes)
            caller = replace(caller, scopes=allowed, account_id=account_id)
        yield FinanceBuy(opened, caller)


def _connections(settings: Settings, url: str | None, secrets: Secrets | None) -> Connections:
    if url is None:
        return local_connections(settings)
    if secrets is None:
        raise TypeError("connect(url) needs secrets=Secrets(...), of the platform at that URL")
    return Connections(
        {role: as_role(url, role, secrets.passwords[role]) for role in SERVICE_ROLES},
        secrets.identity_key,
        {1: secrets.key_encryption_key, **secrets.personal_keys},
        secrets.blind_index_key,
        identity_key_number=secrets.identity_key_number,
        key_places=other_places,
    )


def _demo_key(
    settings: Settings, url: str | None, user: UUID | str | None
) -> tuple[str, str] | None:
    if url is not None or user is not None:
        return None
    demo = read_demo(Endpoints.read(settings.data_dir).secrets)
    return None if demo is None else (demo.investor.key_id, demo.investor.secret)


async def _caller(
    platform: Platform, user: UUID | str | None, api_key: tuple[str, str] | None
) -> Caller:
    request_id = str(uuid4())
    if user is not None:
        return Caller(await _user_id(platform, user), origin=_ORIGIN, request_id=request_id)
    if api_key is None:
        raise UnauthorizedError("say who speaks: user=… or api_key=…")
    key_id, secret = api_key
    visit = Visit(None, _ORIGIN, request_id)
    return await identity.authenticate(platform, key_id, secret, visit)


async def _user_id(platform: Platform, user: UUID | str) -> UUID:
    if isinstance(user, UUID):
        return user
    if "@" not in user:
        return UUID(user)
    return (await identity.find_user(platform, PLATFORM, user)).user_id
