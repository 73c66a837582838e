"""One PostgreSQL a test process, one template database, one clone of it a test.

Under pytest-xdist every worker has a server of its own: it starts in half a second, and nobody
has to decide who stops it.
"""

import secrets
from collections.abc import Iterator

import pytest

from financebuy.cluster.secret_files import LOGIN_ROLES
from financebuy.cluster.supervision.databases import IDENTITY_KEY_NUMBER
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server
from financebuy.database.migrate import migrate
from tests.support.databases import Database, clone, execute

TEMPLATE = "financebuy_template"


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
    execute(server, "create database {name}", name=TEMPLATE)
    database = Database(server, TEMPLATE, passwords, key)
    migrate(database.admin_url, passwords=passwords, identity_keys={IDENTITY_KEY_NUMBER: key})
    return database


@pytest.fixture
def database(template: Database) -> Iterator[Database]:
    """A fresh clone of the migrated database."""
    with clone(template) as copy:
        yield copy
