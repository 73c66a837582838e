"""Who administers the server (db_admin) ends what holds others up, and sees nothing of anybody."""

from collections.abc import Iterator

import psycopg
import pytest

from financebuy.sql import text
from tests.support.databases import Database
from tests.support.world import Connection, World

_RELATIONS = """
    select c.oid::regclass::text as name from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'reporting', 'fb_private') and c.relkind in ('r', 'p', 'v', 'm')
        and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e')"""
_PID = "select pg_backend_pid() as pid"


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as there:
        # A copied database has rights of its own; the migration sets them.
        there.admin.execute(text("roles.sql").encode())
        yield there


@pytest.fixture
def administrator(world: World) -> Connection:
    return world.as_role("db_admin")


def pid_of(connection: Connection) -> int:
    row = connection.execute(_PID).fetchone()
    assert row
    return int(row["pid"])


def test_it_finds_and_ends_who_holds_others_up(world: World, administrator: Connection) -> None:
    holder, waiting = (world.connect(world.database.url("app_user")) for _ in range(2))
    holder.execute("select pg_advisory_lock(7)")
    pids = pid_of(holder), pid_of(waiting)
    waiting.execute("set statement_timeout = '300ms'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        waiting.execute("select pg_advisory_lock(7)")
    seen = administrator.execute(
        "select a.usename, a.query from pg_locks as l join pg_stat_activity as a using (pid)"
        " where l.locktype = 'advisory' and l.pid = any (%s)",
        (list(pids),),
    ).fetchall()
    # Who, but not what they ask: statements hold data.
    assert seen == [{"usename": "app_user", "query": "<insufficient privilege>"}]
    ended = administrator.execute("select pg_terminate_backend(%s) as done", (pids[0],)).fetchone()
    assert ended == {"done": True}
    waiting.execute("select pg_advisory_lock(7)")
    administrator.execute("checkpoint")


def test_it_ends_no_superuser(world: World, administrator: Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        administrator.execute("select pg_terminate_backend(%s)", (pid_of(world.admin),))
    assert world.value("select 1") == 1


def test_it_reads_no_table_and_becomes_nobody(world: World, administrator: Connection) -> None:
    names = [row["name"] for row in world.rows(_RELATIONS)]
    assert len(names) > 60
    for name in names:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            administrator.execute(f"select count(*) from {name}".encode())
    for role in ("fb_owner", "fb_secrets", "fb_migrator", "fb_broker", "postgres"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            administrator.execute(f"set role {role}".encode())
    for statement in ("create role mine", "create database mine", "create table public.mine ()",
                      "alter system set fsync = off"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            administrator.execute(statement.encode())
