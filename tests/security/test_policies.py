"""A policy asks who it is once a query, however many rows there are: seen by what is executed."""

from collections.abc import Callable, Iterator

import pytest

from tests.security.identities import Asker
from tests.support.world import Row, World

# The matrix's world: on the same worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("access")

_ASKING = """
    select c.oid::regclass::text as name,
        array(
            select a.attname::text from pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and has_column_privilege('app_user', c.oid, a.attname, 'select')
            order by a.attnum
        ) as columns
    from pg_policies as p
    join pg_class as c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
    where p.roles @> '{app_user}' and p.qual like '%fb.%(%'
    order by 1"""
_ONCE_A_ROW = """
    drop policy owners_read on orders;
    create policy owners_read on orders for select to app_user
    using (account_id = any (fb.my_accounts()))"""
_CALLS = """
    select coalesce(sum(f.calls), 0)::integer as n from pg_stat_xact_user_functions as f
    where f.schemaname = 'fb' and f.funcname in ('my_accounts', 'current_user_id')"""


@pytest.fixture
def asking(populated: tuple[World, list[Asker]]) -> Iterator[World]:
    """The superuser, in a transaction in the owner's name that is taken back."""
    world, askers = populated
    with world.admin.transaction(force_rollback=True):
        world.admin.execute("set local track_functions = 'all'")
        world.admin.execute("select set_config('fb.identity', %s, true)", (askers[0].token,))
        yield world


def executed(world: World, table: Row) -> tuple[Row, int]:
    """The plan of a customer's query of a whole table, and how often it asked who it is."""
    before = world.value(_CALLS)
    columns = ", ".join(table["columns"])
    world.admin.execute("set local role app_user")
    (row,) = world.rows(
        f"explain (analyze, costs off, timing off, summary off, format json)"
        f" select {columns} from {table['name']}"
    )
    world.admin.execute("reset role")
    return row["QUERY PLAN"][0]["Plan"], world.value(_CALLS) - before


def nodes(plan: Row) -> Iterator[Row]:
    """A plan's node and all below it."""
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def test_who_it_is_is_asked_once_a_query(asking: World, tell: Callable[[str], None]) -> None:
    tables = asking.rows(_ASKING)
    assert len(tables) >= 20
    most = 0
    for table in tables:
        plan, calls = executed(asking, table)
        asked = [node for node in nodes(plan) if node.get("Parent Relationship") == "InitPlan"]
        assert [node["Actual Loops"] for node in asked] == [1], table["name"]
        assert calls == 1, (table["name"], calls)
        most = max(most, asking.value(f"select count(*) from {table['name']}"))
    # Of one row there would be nothing to see.
    assert most > 20
    tell(f"{len(tables)} policies, each asked once, of up to {most} rows")


def test_a_policy_that_asks_once_a_row_is_seen(asking: World) -> None:
    """The control: the same query, reading the table, asks as often as there are rows."""
    for scan in ("indexscan", "bitmapscan"):
        asking.admin.execute(f"set local enable_{scan} = off".encode())
    (orders,) = [table for table in asking.rows(_ASKING) if table["name"] == "orders"]
    asking.admin.execute(_ONCE_A_ROW.encode())
    plan, calls = executed(asking, orders)
    assert not any(node.get("Parent Relationship") == "InitPlan" for node in nodes(plan))
    assert calls >= asking.value("select count(*) from orders") > 1


def test_what_is_ones_own_is_found_by_index(asking: World) -> None:
    """Among many accounts' rows: the array of a query is what an index can be asked for."""
    asking.admin.execute("set local session_replication_role = replica")
    asking.admin.execute(
        "insert into holdings"
        " select (jsonb_populate_record(h, jsonb_build_object('account_id', gen_random_uuid()))).*"
        " from (select h from holdings as h limit 1) as one (h), generate_series(1, 20000)"
    )
    asking.admin.execute("analyze holdings")
    plan, calls = executed(asking, {"name": "holdings", "columns": ["account_id", "quantity"]})
    assert calls == 1
    scans = [node["Node Type"] for node in nodes(plan) if node.get("Relation Name") == "holdings"]
    assert scans
    assert all("Index" in scan or "Bitmap" in scan for scan in scans), scans
