"""Replacing secrets while requests go on: the old one works until everybody has read the new one.

A program reads a secret's file when it connects, or once a second; nothing has to be restarted.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import valkey
from psycopg import sql

from financebuy.cluster import valkey_server
from financebuy.cluster.accounts import Account
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.recording import record, record_if_reachable, recorded
from financebuy.cluster.secret_files import LOGIN_ROLES, VALKEY_KEEPER
from financebuy.database.identity import hmac_blocks
from financebuy.sql import load

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Rotator:
    """Replaces the secrets of one platform. `account` owns their files."""

    endpoints: Endpoints
    account: Account

    @property
    def roles(self) -> tuple[str, ...]:
        """The logins that have a password here; a server of one's own keeps its superuser."""
        embedded = self.endpoints.state.database.kind == "embedded"
        return (*LOGIN_ROLES, SUPERUSER) if embedded else LOGIN_ROLES

    def passwords(self) -> int:
        """Give every login of the database a new password; returns how many.

        Connections that are open stay. One that is made in the moment between the server's change
        and the file's is tried again.
        """
        with psycopg.connect(self.endpoints.admin_url, autocommit=True) as connection:
            connection.execute(load("migrations").leave_out_of_the_log)
            for role in self.roles:
                self._password(connection, role)
        return len(self.roles)

    def _password(self, connection: psycopg.Connection[object], role: str) -> None:
        password = secrets.token_hex(_SECRET_BYTES)
        verifier = connection.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        )
        with connection.transaction():
            connection.execute(
                sql.SQL(load("migrations").set_password).format(
                    role=sql.Identifier(role), password=verifier.decode()
                )
            )
            with recorded(connection):
                record(connection, "rotate", "passwords", role)
        name = SUPERUSER if role == SUPERUSER else f"db_{role}"
        self.endpoints.secrets.write(name, password, self.account)

    def begin_identity_key(self) -> int:
        """Sign identities with a new key from now on; returns its number. The old one still counts.

        The database knows the key before anybody signs with it.
        """
        number, _ = self.endpoints.secrets.identity_key()
        number += 1
        secret = secrets.token_bytes(_SECRET_BYTES)
        inner, outer = hmac_blocks(secret)
        key = {"identity_key_id": number, "inner_block": inner, "outer_block": outer}
        self._as_keeper(load("identity").install_identity_key, key)
        self.endpoints.secrets.write("identity_key", f"{number}:{secret.hex()}", self.account)
        return number

    def end_identity_keys(self, number: int) -> None:
        """Let no key but this one count."""
        self._as_keeper(load("identity").end_identity_keys, {"identity_key_ids": [number]})

    def _as_keeper(self, query: str, parameters: dict[str, object]) -> None:
        with (
            psycopg.connect(self.endpoints.admin_url, autocommit=True) as connection,
            recorded(connection),
        ):
            connection.execute(load("migrations").become_keeper_of_secrets)
            connection.execute(query, parameters)

    def begin_cache(self) -> bool:
        """Let the cache take a new password besides the old one, and hand it out.

        Returns whether the database could be reached, to record it.
        """
        new = secrets.token_hex(_SECRET_BYTES)
        self._cache_users([self.endpoints.secrets.read("valkey"), new])
        self.endpoints.secrets.write("valkey", new, self.account)
        return record_if_reachable(self.endpoints, "rotate", "cache", "valkey")

    def end_cache(self) -> None:
        """Let the cache take the newest password alone."""
        self._cache_users([self.endpoints.secrets.read("valkey")])

    def _cache_users(self, passwords: Iterable[str]) -> None:
        directory = self.endpoints.directory.valkey
        keeper = self.endpoints.secrets.read(VALKEY_KEEPER)
        valkey_server.write_users(directory, list(passwords), keeper, self.account)
        url = valkey_server.url(self._socket, keeper, valkey_server.KEEPER)
        try:
            with valkey.Valkey.from_url(url) as client:
                client.execute_command("ACL", "LOAD")
        except valkey.ValkeyError as error:
            raise ServerFailedError(f"the cache does not take its new users: {error}") from error

    @property
    def _socket(self) -> Path:
        return Path(self.endpoints.state.cache_socket)
