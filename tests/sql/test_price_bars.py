"""`price_bars` as one plain table, which is what a hypertable is made from."""

from collections.abc import Iterator

import pytest

from financebuy.database.migrate import migrate
from tests.support.databases import Database, clone
from tests.support.world import World

FORM = """
    select a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull
    from pg_attribute as a
    where a.attrelid = 'price_bars'::regclass and a.attnum > 0 order by a.attnum"""
RULES = """
    select conname, contype::text, pg_get_constraintdef(oid) as rule from pg_constraint
    where conrelid = 'price_bars'::regclass and contype in ('p', 'f', 'c') order by conname"""
RIGHTS = """
    select a.grantee::regrole::text as role, a.privilege_type
    from pg_class as c cross join lateral aclexplode(c.relacl) as a
    where c.oid = 'price_bars'::regclass order by 1, 2"""
POLICIES = (
    "select policyname, roles, cmd from pg_policies where tablename = 'price_bars' order by 1"
)


@pytest.fixture
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        world.open_market()
        world.security("AAA")
        world.as_role("fb_worker").execute(
            "insert into price_bars select security_id, '1Day', day, day::date, 1, 2, 1, 2, 5, 'x'"
            " from securities,"
            " generate_series('2011-01-01', '2013-01-01', interval '1 month') as day"
        )
        yield world


def flatten(world: World) -> bool:
    world.admin.execute("set role fb_owner")
    done = world.value("select fb_private.flatten_price_bars()")
    world.admin.execute("reset role")
    return bool(done)


def test_the_plain_table_has_the_same_rows_rules_and_rights(world: World) -> None:
    rows = world.rows("select * from price_bars order by starts_at")
    before = [world.rows(query) for query in (FORM, RULES, RIGHTS, POLICIES)]
    assert flatten(world)
    migrate(world.database.admin_url, passwords={})
    assert [world.rows(query) for query in (FORM, RULES, RIGHTS, POLICIES)] == before
    assert len(rows) == 25
    assert world.rows("select * from price_bars order by starts_at") == rows
    assert (
        world.value("select relkind::text from pg_class where oid = 'price_bars'::regclass") == "r"
    )
    assert world.value("select count(*) from pg_class where relname like 'price_bars_2%%'") == 0
    # It stays so, and the jobs go on.
    assert not flatten(world)
    assert world.job("select fb.make_partitions(%s)", 12) == 0
    world.as_role("fb_worker").execute("update price_bars set volume = 6")
    assert world.check_books() == {}
