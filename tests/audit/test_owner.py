"""The audit log has an owner of its own: the functions of fb_owner add lines, and that is all."""

from collections.abc import Iterator
from contextlib import nullcontext

import psycopg
import pytest

from tests.support.databases import Database, clone
from tests.support.world import World

LINE = "(gen_random_uuid(), now(), 'x', 'x')"
ADD = f"insert into audit_log (log_id, recorded_at, actor, action) values {LINE}"


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        world.user()
        yield world


def test_the_application_owner_adds_lines(world: World) -> None:
    before = world.value("select count(*) from audit_log")
    with world.admin.transaction():
        world.admin.execute("set local role fb_owner")
        world.admin.execute(ADD.encode())
    assert world.value("select count(*) from audit_log") == before + 1


def as_owner(world: World, owner: str, statement: str) -> None:
    """Run a statement as one of the owners, and take it back."""
    with world.admin.transaction(force_rollback=True):
        world.admin.execute(f"set local session authorization {owner}".encode())
        world.admin.execute(statement.encode())


@pytest.mark.parametrize(("login", "refused"), [("session_user", False), ("'fb_broker'", True)])
def test_no_line_names_another_login(login: str, refused: bool, world: World) -> None:
    statement = ADD.replace("action)", "action, login)").replace("'x')", f"'x', {login})")
    with pytest.raises(psycopg.errors.InsufficientPrivilege) if refused else nullcontext():
        as_owner(world, "fb_owner", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from audit_log",
        "update audit_log set actor = 'another'",
        "delete from audit_log",
        "truncate audit_log",
        "alter table audit_log disable trigger refuse_change",
        "alter table audit_log no force row level security",
        "drop policy owner_all on audit_log",
        "select * from seals",
        "delete from seals",
        "insert into sealer_state (passed_at) values (now())",
        "update audit_epochs set record = ''",
        "delete from seal_copies",
        "select fb.open_epoch(9, null, '', '', 0, now(), '', '', '', '')",
        "alter function fb.add_seal owner to fb_owner",
        """create or replace function fb.sealer_passed(p_stopped text) returns void
        language sql as 'select 1'""",
        "grant fb_audit to fb_owner",
    ],
)
def test_it_can_do_nothing_else(statement: str, world: World) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_owner(world, "fb_owner", statement)


def test_even_a_partition_is_not_its_own(world: World) -> None:
    partitions = world.rows(
        "select c.relname as name, pg_get_userbyid(c.relowner) as owner from pg_inherits as i"
        " join pg_class as c on c.oid = i.inhrelid where i.inhparent = 'audit_log'::regclass"
    )
    assert len(partitions) > 12
    assert {row["owner"] for row in partitions} == {"fb_audit"}


def test_the_audit_owner_has_no_power_over_the_ledger(world: World) -> None:
    for statement in (
        "select amount from transactions", "update transactions set amount = 0",
        "insert into platform_settings values ('x', 'x', 'x', now())", "select * from users",
        "select fb_private.drop_month('transactions_default')",
    ):  # fmt: skip
        with pytest.raises(
            (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue)
        ):
            as_owner(world, "fb_audit", statement)
