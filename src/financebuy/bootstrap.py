"""Builds the platform of a process: the only place that joins settings, secrets, pools and keys."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from financebuy.cache.client import Cache
from financebuy.cache.limits import Limiter
from financebuy.cache.sessions import SessionStore
from financebuy.cluster.demo import Demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.key_places import NAME as KEY_FILE
from financebuy.cluster.key_places import key_places
from financebuy.cluster.secret_files import AUDIT_KEY, IDENTITY_KEY_NUMBER, SecretFiles
from financebuy.crypto.blind_index import BlindIndex
from financebuy.crypto.key_file import personal
from financebuy.crypto.keyring import Keyring, Providers
from financebuy.crypto.notes import NoteSigner
from financebuy.crypto.passwords import Passwords
from financebuy.crypto.second_factors import CredentialBox
from financebuy.crypto.vault import Vault
from financebuy.database.commands import CommandWriter
from financebuy.database.identity import CurrentSigner, Signer
from financebuy.database.pools import Pools, Url
from financebuy.services import checks, demo
from financebuy.services.checks import CheckResult
from financebuy.services.door import Door
from financebuy.services.key_checks import KeyChecks
from financebuy.services.platform import Platform
from financebuy.services.portfolio_copies import PortfolioCopies
from financebuy.services.securities import Securities
from financebuy.settings import Settings

__all__ = [
    "Connections",
    "Platform",
    "check_database",
    "local_connections",
    "open_platform",
    "seed_demo",
]

SERVICE_ROLES = ("app_user", "fb_auth", "fb_broker", "fb_bank")
"""Whom the use cases speak as: customers, the door, the broker, the sandbox bank."""

API_ROLES = (*SERVICE_ROLES, "auditor")
"""And whom the API speaks as besides, for those who inspect."""

SEALER_ROLE = "fb_sealer"
"""Who speaks as it has the key of the audit's heads, and nobody else."""


@dataclass(frozen=True, slots=True, repr=False)
class Connections:
    """Where the servers are, and the keys to them: nothing here may be printed.

    `urls` maps a role to its PostgreSQL URL; the keys are 32 bytes each. What may be replaced while
    requests go on is a function that is asked each time. `identity_key` is the
    platform's key number `identity_key_number`, with which identities are signed. `personal_keys`
    are the key-encryption keys of personal data, by epoch; `key_places` finds those of epochs that
    begin later.
    """

    urls: Mapping[str, Url]
    identity_key: bytes | Callable[[], tuple[int, bytes]]
    personal_keys: Mapping[int, bytes]
    blind_index_key: bytes
    cache_url: Url | None = None
    identity_key_number: int = IDENTITY_KEY_NUMBER
    key_places: Providers | None = None
    audit_key: bytes | None = None

    def url(self, role: str) -> str:
        """Where the database is, as `role`, with the password that holds now."""
        found = self.urls[role]
        return found() if callable(found) else found

    def signer(self) -> Signer | CurrentSigner:
        """Who signs identities, with the key that holds when one is signed."""
        if callable(self.identity_key):
            return CurrentSigner(self.identity_key)
        return Signer(self.identity_key_number, self.identity_key)


def local_connections(settings: Settings, roles: Collection[str] = SERVICE_ROLES) -> Connections:
    """Read the connections of the platform in `settings.data_dir`.

    Raises:
        NotRunningError: no platform was ever started there.
        ClusterError: its secrets are not for this user to read.
    """
    endpoints = Endpoints.read(settings.data_dir)
    secrets = endpoints.secrets
    return Connections(
        urls={role: partial(endpoints.database_url, role) for role in roles},
        identity_key=secrets.identity_key,
        personal_keys=personal(secrets.read(KEY_FILE)),
        blind_index_key=bytes.fromhex(secrets.read("blind_index_key")),
        cache_url=lambda: endpoints.cache_url,
        key_places=key_places(secrets),
        audit_key=_audit_key(secrets) if SEALER_ROLE in roles else None,
    )


def _audit_key(secrets: SecretFiles) -> bytes | None:
    return bytes.fromhex(secrets.read(AUDIT_KEY)) if secrets.has(AUDIT_KEY) else None


def _audit_signer(key: bytes | None) -> NoteSigner | None:
    return None if key is None else NoteSigner("financebuy-audit", key)


def _copies(pools: Pools, cache: Cache | None) -> PortfolioCopies | None:
    # Whether a copy is current is asked as the broker, who sees the version of any account.
    return PortfolioCopies(pools, cache) if cache is not None and "fb_broker" in pools else None


@asynccontextmanager
async def open_platform(
    settings: Settings,
    roles: Collection[str] = SERVICE_ROLES,
    connections: Connections | None = None,
) -> AsyncIterator[Platform]:
    """Open the platform for as long as the block lasts, with a pool for each of `roles`.

    Nothing connects before it is needed. Without `connections`: those of the data directory.
    """
    chosen = connections or local_connections(settings, roles)
    async with AsyncExitStack() as stack:
        pools = await stack.enter_async_context(
            Pools({role: chosen.urls[role] for role in roles}, size=settings.read_pool_size)
        )
        writer = await stack.enter_async_context(
            CommandWriter(
                pools,
                writers=settings.command_writers,
                most_waiting=settings.command_queue,
                patience=settings.command_seconds,
            )
        )
        key_checks = KeyChecks(pools)
        stack.push_async_callback(key_checks.aclose)
        cache, sessions = None, None
        if chosen.cache_url is not None:
            cache = await stack.enter_async_context(Cache(chosen.cache_url))
            sessions = await stack.enter_async_context(SessionStore(chosen.cache_url))
        yield Platform(
            settings=settings,
            pools=pools,
            writer=writer,
            signer=chosen.signer(),
            vault=Vault(
                Keyring(chosen.personal_keys, chosen.key_places), BlindIndex(chosen.blind_index_key)
            ),
            cache=cache,
            securities=Securities(pools),
            key_checks=key_checks,
            door=Door(
                Passwords(), CredentialBox.of(chosen.blind_index_key), Limiter(cache), sessions
            ),
            audit_signer=_audit_signer(chosen.audit_key),
            copies=_copies(pools, cache),
        )


def seed_demo(settings: Settings) -> Demo:
    """Create the demo users of a paper platform and return their credentials."""
    return asyncio.run(_seed_demo(settings))


async def _seed_demo(settings: Settings) -> Demo:
    async with open_platform(settings) as platform:
        return await demo.seed(platform)


def check_database(settings: Settings, auditor_url: str) -> list[CheckResult]:
    """Check the books of the database at `auditor_url`, a copy of the platform's own."""
    return asyncio.run(_check_database(settings, auditor_url))


async def _check_database(settings: Settings, auditor_url: str) -> list[CheckResult]:
    own = local_connections(settings, ("auditor",))
    copy = replace(own, urls={"auditor": auditor_url}, cache_url=None)
    async with open_platform(settings, ("auditor",), copy) as platform:
        return await checks.check_books(platform)
