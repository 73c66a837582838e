"""The server that is measured: fresh, with the platform's own settings, fsync on."""

import asyncio
import math
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg

from financebuy.bootstrap import Connections, Platform
from financebuy.cluster.secret_files import LOGIN_ROLES
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.cluster.tuning import Machine, postgres_settings
from financebuy.database.migrate import migrate
from financebuy.services import identity
from financebuy.services.caller import PLATFORM
from financebuy.sql import load

MOST_CLIENTS = 256
_SPARE_CONNECTIONS = 80
_PEOPLE_AT_ONCE = 100
_FILES_A_SECOND = 3
_MOST_FILES = 120
"""Of 16 MB: the most that the settings keep."""


def server_settings() -> dict[str, str]:
    """The platform's own on this machine, with room for everybody who takes part."""
    return {
        **postgres_settings(Machine.read()),
        "max_connections": str(MOST_CLIENTS + _SPARE_CONNECTIONS),
    }


@contextmanager
def bench_server() -> Iterator[tuple[ThrowawayServer, Connections]]:
    """A server of its own with the platform's settings, migrated, and the ways to it."""
    with throwaway_server(fsync=True, settings=server_settings()) as server:
        passwords = {role: secrets.token_hex(16) for role in LOGIN_ROLES}
        key = secrets.token_bytes(32)
        connections = Connections(
            urls={role: server.url_for(role, password) for role, password in passwords.items()},
            identity_key=key,
            personal_keys={1: secrets.token_bytes(32)},
            blind_index_key=secrets.token_bytes(32),
        )
        migrate(
            server.url,
            passwords=passwords,
            identity_keys={connections.identity_key_number: key},
        )
        yield server, connections


def fill_log(url: str, seconds: float) -> None:
    """Make the log's files that so many seconds of turns fill, and have a checkpoint keep them.

    A server that has been busy for a while uses those of before again; in its first gigabytes it
    makes each of them, and everybody waits for that, twice a second. So whoever has few commands a
    second would meet fewer of them a command, and whoever has many would be judged by a beginning.
    """
    queries = load("bench")
    wanted = {"files": min(_MOST_FILES, math.ceil(seconds * _FILES_A_SECOND))}
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(queries.log_files.encode(), wanted)
        connection.execute(queries.checkpoint.encode())


async def create_people(platform: Platform, count: int) -> list[UUID]:
    """So many users, approved by nobody yet."""
    people: list[UUID] = []
    for at in range(0, count, _PEOPLE_AT_ONCE):
        numbers = range(at, min(at + _PEOPLE_AT_ONCE, count))
        made = await asyncio.gather(
            *(
                identity.create_user(platform, PLATFORM, identity.NewUser(f"bench{n}@example.com"))
                for n in numbers
            )
        )
        people += [each.user_id for each in made]
    return people


async def open_accounts(platform: Platform, people: list[UUID], count: int) -> list[UUID]:
    """Open so many accounts, one after the other for each of `people`."""
    opened: list[UUID] = []
    at_once = 1_000
    for at in range(0, count, at_once):
        numbers = range(at, min(at + at_once, count))
        opened += await asyncio.gather(
            *(_open_account(platform, people[n % len(people)]) for n in numbers)
        )
    return opened


async def _open_account(platform: Platform, user_id: UUID) -> UUID:
    verdict = await platform.writer.submit(
        "open_account",
        {
            "identity": PLATFORM.token(platform),
            "key": str(uuid4()),
            "request_id": None,
            "origin": "bench",
            "user_id": user_id,
            "account_type": "individual",
            "currency": "USD",
        },
    )
    assert verdict.result is not None, verdict  # noqa: S101 (a bench that goes wrong stops)
    return UUID(verdict.result["account_id"])
