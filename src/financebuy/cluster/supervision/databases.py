"""Bringing the platform's database, embedded or the user's own, to the present schema."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import (
    MigrationDeclinedError,
    ServerFailedError,
    UnsupportedServerError,
)
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.state import DatabaseRecord
from financebuy.database.migrate import known_revisions, migrate, revision
from financebuy.database.revisions import HEAD
from financebuy.sql import load

OLDEST_VERSION = 15
_CONNECT_SECONDS = 10


def external_record(url: str) -> DatabaseRecord:
    """What may be shown of the address of the user's own server."""
    parts = conninfo_to_dict(url)
    return DatabaseRecord(
        kind="external",
        name=str(parts.get("dbname") or parts.get("user") or ""),
        host=str(parts.get("host") or parts.get("hostaddr") or "localhost"),
        port=int(str(parts.get("port") or "5432").split(",")[0]),
    )


def ensure_database(endpoints: Endpoints) -> None:
    """Create the embedded server's database when it is missing."""
    state = endpoints.state
    maintenance = msgspec.structs.replace(state.database, name=SUPERUSER)
    server = replace(endpoints, state=msgspec.structs.replace(state, database=maintenance))
    queries = load("cluster")
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        name = state.database.name
        if connection.execute(queries.database_exists, [name]).fetchone() is None:
            statement = sql.SQL(queries.create_database).format(name=sql.Identifier(name))
            connection.execute(statement)


def describe(endpoints: Endpoints) -> str:
    """The server's version and place, after checking that the version will do.

    Raises `UnsupportedServerError`, and `ServerFailedError` when it cannot be reached.
    """
    try:
        with psycopg.connect(endpoints.admin_url, connect_timeout=_CONNECT_SECONDS) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise ServerFailedError(f"cannot reach the database: {error}") from error
    if version // 10_000 < OLDEST_VERSION:
        raise UnsupportedServerError(
            f"PostgreSQL {version // 10_000} is too old, FinanceBuy needs {OLDEST_VERSION} or newer"
        )
    place = endpoints.state.database
    where = f"{place.host}, port {place.port}" if place.kind == "external" else f"port {place.port}"
    return f"PostgreSQL {version // 10_000}.{version % 10_000} on {where}"


def migrate_after_asking(
    endpoints: Endpoints,
    ask: Callable[[str], bool],
    rules: Mapping[str, str] | None = None,
) -> str:
    """Create or update the schema; returns what was done. `rules` are `Settings.rules`.

    The functions in SQL are this program's code, so they are made anew even when no table
    changes. An embedded database that is new is filled without a question. Raises
    `MigrationDeclinedError`, and `SchemaError` when the data is newer than this program.
    """
    url, record = endpoints.admin_url, endpoints.state.database
    before = revision(url)
    question = _question(before, record)
    if question is not None and not ask(question):
        raise MigrationDeclinedError(f"the database {record.name} was left as it is")
    secrets = endpoints.secrets
    number, key = secrets.identity_key()
    migrate(url, passwords=secrets.role_passwords(), identity_keys={number: key}, rules=rules)
    if before is None:
        return "created"
    return "up to date" if before == HEAD else f"migrated from {before}"


def rules(endpoints: Endpoints) -> dict[str, str]:
    """The rules that the platform's own database keeps to now."""
    own = replace(endpoints, database_name=endpoints.state.database.name)
    if revision(own.admin_url) is None:
        return {}
    with psycopg.connect(own.admin_url) as connection:
        return dict(connection.execute(load("cluster").rules).fetchall())


def _question(before: str | None, record: DatabaseRecord) -> str | None:
    """What has to be asked before the schema is touched, if anything."""
    if before is None and record.kind == "external":
        return f"create FinanceBuy's tables and roles in the database {record.name}?"
    # A newer database has a revision that is not known: `migrate` refuses it.
    if before != HEAD and before in known_revisions():
        return f"the data in {record.name} is older than this FinanceBuy: migrate it?"
    return None
