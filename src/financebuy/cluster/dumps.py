"""Dumps of the platform's database: one file, made by pg_dump in its custom format.

A dump holds the books, not the secrets: those that personal data is encrypted with lie in the data
directory and travel apart.
"""

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from financebuy.cluster import restore_script
from financebuy.cluster.accounts import current
from financebuy.cluster.binaries import postgres_programs
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.errors import ClusterError
from financebuy.cluster.password_file import environment_with
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.supervision.databases import migrate_after_asking, rules
from financebuy.sql import load, text

# A materialized view is filled as its owner, whom a policy gives every row.
_AS_OWNERS = "--enable-row-security"

Tell = Callable[[str], None]
"""Hears each line that the program says of its progress."""


class DumpFailedError(ClusterError):
    """pg_dump or pg_restore failed; its own words say why."""


class NotEmptyError(ClusterError):
    """A dump is loaded into an empty database only: what is there would be mixed with it."""


@dataclass(frozen=True, slots=True)
class Client:
    """PostgreSQL's client programs, on one database, with its password off the command line."""

    url: str

    def environment(self) -> tuple[dict[str, str], int]:
        """The environment for a client program, and the descriptor that it must inherit."""
        given = conninfo_to_dict(self.url)
        named, descriptor = environment_with(str(given.get("password") or ""))
        return {**os.environ, **named}, descriptor

    def arguments(self, program: str, *options: str) -> list[str]:
        """The command line of a client program."""
        given = conninfo_to_dict(self.url)
        given.pop("password", None)
        return [self.tool(program), "--dbname", make_conninfo("", **given), *options]

    @staticmethod
    def tool(program: str) -> str:
        """Where a client program is."""
        return str(postgres_programs(current(), Path()).tool(program))


def dump(endpoints: Endpoints, file: Path, tell: Tell) -> int:
    """Dump the platform's database into a new `file` and return its size in bytes.

    The file appears under its name when it is complete, readable by its owner alone.

    Raises:
        DumpFailedError: pg_dump's own words.
        ClusterError: the file exists.
    """
    if file.exists():
        raise ClusterError(f"{file} exists: choose another name")
    draft = file.with_name(f".{file.name}.part")
    client = Client(endpoints.admin_url)
    options = ("--format", "custom", "--verbose", "--no-password", "--file", str(draft))
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _run(client, client.arguments("pg_dump", *options), tell)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return file.stat().st_size


def load_into(endpoints: Endpoints, file: Path, tell: Tell) -> None:
    """Load a dump into the empty database that `endpoints` name, all of it or nothing.

    The schema is then brought to this program's version, and this platform's key for signed
    identities and its rules (is its money play money?) take the place of the dump's.

    Raises:
        NotEmptyError: something is in the database already.
        DumpFailedError: pg_restore's own words.
    """
    with psycopg.connect(endpoints.admin_url, autocommit=True) as connection:
        row = connection.execute(load("cluster").is_empty.encode()).fetchone()
        if row is None or not row[0]:
            raise NotEmptyError(f"the database {endpoints.database_name} is not empty")
        connection.execute(text("roles.sql").encode())
        version = connection.info.server_version
    client = Client(endpoints.admin_url)
    if version < restore_script.KNOWS_ALL_SETTINGS:
        _load_script(client, file)
    else:
        options = ("--exit-on-error", "--single-transaction", "--verbose", _AS_OWNERS)
        _run(client, client.arguments("pg_restore", *options, "--no-password", str(file)), tell)
    migrate_after_asking(endpoints, lambda _: True, rules(endpoints))


def _load_script(client: Client, file: Path) -> None:
    restore = [client.tool("pg_restore"), _AS_OWNERS, "--file", "-", str(file)]
    options = ("--no-psqlrc", "--quiet", "--no-password", "--single-transaction")
    psql = client.arguments("psql", *options, "--set", "ON_ERROR_STOP=1")
    environment, descriptor = client.environment()
    try:
        problems = restore_script.load_script(restore, psql, environment, descriptor)
    finally:
        os.close(descriptor)
    if problems is not None:
        raise DumpFailedError("\n".join(problems))


def on_database(endpoints: Endpoints, name: str) -> Endpoints:
    """The same server and roles, on its database `name`."""
    return replace(endpoints, database_name=name)


def create_database(endpoints: Endpoints, name: str) -> Endpoints:
    """Create database `name` on the platform's server, or take the one that is there."""
    target = on_database(endpoints, name)
    with _maintenance(endpoints) as connection:
        if connection.execute(load("cluster").database_exists.encode(), [name]).fetchone() is None:
            _execute(connection, "create_database", name=name)
    return target


def drop_database(endpoints: Endpoints, name: str) -> None:
    """Drop database `name` of the platform's server, whoever is connected."""
    with _maintenance(endpoints) as connection:
        _execute(connection, "drop_database", name=name)


def has_users(endpoints: Endpoints) -> bool:
    """Whether anybody is in the platform's database."""
    with psycopg.connect(endpoints.admin_url, autocommit=True) as connection:
        row = connection.execute(load("cluster").has_users.encode()).fetchone()
        return row is not None and bool(row[0])


def put_in_place(endpoints: Endpoints, loaded: str) -> None:
    """Make database `loaded` the platform's; the one that was there is dropped.

    The platform's programs lose their connections for a moment and come back by themselves.
    """
    name = endpoints.state.database.name
    with _maintenance(endpoints) as connection:
        _execute(connection, "close_database", name=name)
        _execute(connection, "drop_database", name=name)
        _execute(connection, "rename_database", name=loaded, new_name=name)


def _maintenance(endpoints: Endpoints) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(on_database(endpoints, SUPERUSER).admin_url, autocommit=True)


def _execute(
    connection: "psycopg.Connection[tuple[object, ...]]", query: str, **names: str
) -> None:
    identifiers = {each: sql.Identifier(name) for each, name in names.items()}
    connection.execute(sql.SQL(getattr(load("cluster"), query)).format(**identifiers))


def _run(client: Client, arguments: Sequence[str], tell: Tell) -> None:
    said: list[str] = []
    environment, descriptor = client.environment()
    with subprocess.Popen(
        arguments, env=environment, stderr=subprocess.PIPE, text=True, pass_fds=(descriptor,)
    ) as process:
        os.close(descriptor)
        assert process.stderr is not None  # noqa: S101 (a pipe was asked for)
        for line in process.stderr:
            said.append(line.strip())
            tell(line.strip())
    if process.returncode:
        problems = [line for line in said if "error:" in line] or said[-1:]
        raise DumpFailedError("\n".join(problems))
