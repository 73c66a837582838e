"""A test's databases: clones of one migrated template, which take a moment each."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from financebuy.cluster.secret_files import IDENTITY_KEY_NUMBER, LOGIN_ROLES
from financebuy.cluster.throwaway import ThrowawayServer
from financebuy.database.migrate import migrate
from financebuy.settings import Settings

TEMPLATE = "financebuy_template"


@dataclass(frozen=True, slots=True)
class Database:
    """A database of its own, and how each role reaches it."""

    server: ThrowawayServer
    name: str
    passwords: Mapping[str, str]
    identity_key: bytes
    """The secret of signed identities, whose number is 1."""

    def url(self, role: str) -> str:
        return self.server.url_for(role, self.passwords[role], self.name)

    @property
    def admin_url(self) -> str:
        """The superuser's."""
        return self.server.url_for("postgres", self.server.password, self.name)


def make_template(server: ThrowawayServer) -> Database:
    """The migrated database that tests clone, a paper platform's; nobody connects to it."""
    passwords = {role: secrets.token_hex(16) for role in LOGIN_ROLES}
    key = secrets.token_bytes(32)
    execute(server, "create database {name}", name=TEMPLATE)
    database = Database(server, TEMPLATE, passwords, key)
    migrate(
        database.admin_url,
        passwords=passwords,
        identity_keys={IDENTITY_KEY_NUMBER: key},
        rules=Settings(Path(), paper=True).rules,
    )
    return database


@contextmanager
def clone(original: Database) -> Iterator[Database]:
    """A copy of `original`, to which nobody may be connected; dropped at the end."""
    name = f"test_{secrets.token_hex(6)}"
    # Copying files beats writing them to the WAL, since this server never syncs.
    execute(
        original.server,
        "create database {name} template {template} strategy file_copy",
        name=name,
        template=original.name,
    )
    yield replace(original, name=name)
    execute(original.server, "drop database {name} with (force)", name=name)


def execute(server: ThrowawayServer, statement: str, **names: str) -> None:
    """Run one statement about databases, as the superuser."""
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(**identifiers))  # type: ignore[arg-type]
