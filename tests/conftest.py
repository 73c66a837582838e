"""One PostgreSQL a test process, one template database, one clone of it a test.

Under pytest-xdist every worker has a server of its own: it starts in half a second, and nobody
has to decide who stops it.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from financebuy.cluster.secret_files import LOGIN_ROLES
from financebuy.cluster.supervision.databases import IDENTITY_KEY_NUMBER
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.database.migrate import migrate

TEMPLATE = "financebuy_template"


@dataclass(frozen=True, slots=True)
class Database:
    """A test's own database, and how each role reaches it."""

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


@pytest.fixture(scope="session")
def server() -> Iterator[ThrowawayServer]:
    """An empty PostgreSQL with fsync off."""
    with throwaway_server() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: ThrowawayServer) -> Database:
    """The migrated database that tests clone; nobody connects to it afterwards."""
    passwords = {role: secrets.token_hex(16) for role in LOGIN_ROLES}
    key = secrets.token_bytes(32)
    _execute(server, "create database {name}", TEMPLATE)
    database = Database(server, TEMPLATE, passwords, key)
    migrate(database.admin_url, passwords=passwords, identity_keys={IDENTITY_KEY_NUMBER: key})
    return database


@pytest.fixture
def database(template: Database) -> Iterator[Database]:
    """A fresh clone of the migrated database."""
    server, name = template.server, f"test_{secrets.token_hex(6)}"
    # Copying files beats writing them to the WAL, since this server never syncs.
    _execute(server, "create database {name} template {template} strategy file_copy", name)
    yield Database(server, name, template.passwords, template.identity_key)
    _execute(server, "drop database {name} with (force)", name)


def _execute(server: ThrowawayServer, statement: str, name: str) -> None:
    names = {"name": sql.Identifier(name), "template": sql.Identifier(TEMPLATE)}
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(**names))
