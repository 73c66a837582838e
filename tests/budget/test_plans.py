"""No statement of a command reads more as the tables grow: seen by the plans that are executed."""

from collections.abc import Callable

import psycopg
import pytest

from financebuy.database.commands import ROLES
from tests.budget.plans import MODES, problems, scans
from tests.budget.stage import Prepared
from tests.support.databases import Database

# The database of the budgets: on the same worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("budget")
CASE = "execution_busted"
BATCH = 8


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("commands", [1, BATCH])
def test_each_row_is_found_by_an_index(
    commands: int, mode: str, stage: Prepared, another: Database, tell: Callable[[str], None]
) -> None:
    cases = {case: rows[:commands] for case, rows in stage.cases.items()}
    found = scans(another, cases, mode)
    assert not problems(found, commands), "\n".join(problems(found, commands))
    assert all(found.values())
    tell(f"{commands} at once, {mode}: {sum(map(len, found.values()))} scans of tables that grow")


def test_a_repeat_is_found_by_the_digest_of_its_key(stage: Prepared, another: Database) -> None:
    row = stage.cases["deposit_received"][0]
    for mode in MODES:
        found = scans(another, {"deposit_received": [row, row]}, mode)
        assert not problems(found, 2), "\n".join(problems(found, 2))
        assert "idempotency_keys" in {scan.table for scan in found["deposit_received"]}


_READING = """
    create function public.more() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$ begin perform {0}; return null; end $$;
    create trigger more after insert on public.idempotency_keys
    for each statement execute function public.more()"""
SPOILED = {
    "a column without an index": (
        _READING.format("1 from public.orders as o where o.updated_at = now()"),
        "reads the whole of orders (Seq Scan)",
    ),
    "a whole table by its index": (
        _READING.format("count(*) from (select o.order_id from public.orders as o"
                        " order by o.order_id offset 0) as every"),
        "reads the whole of orders (Index Only Scan)",
    ),
    "an index of too many": (
        _READING.format("count(*) from public.transfers as t"
                        " where t.transfer_id > '00000000-0000-0000-0000-000000000000'"),
        "rows of transfers",
    ),
    "an index that is gone": (
        "drop index public.transactions_account_id_idx",
        "reads the whole of transactions (Seq Scan)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILED)
def test_what_grows_with_a_table_is_seen(how: str, stage: Prepared, another: Database) -> None:
    script, expected = SPOILED[how]
    with psycopg.connect(another.admin_url, autocommit=True) as connection:
        connection.execute(script.encode())
    found = problems(scans(another, {CASE: stage.cases[CASE][:1]}, MODES[0]), 1)
    assert any(expected in problem for problem in found), found


def test_no_login_of_commands_compiles_its_plans(another: Database) -> None:
    for role in sorted(set(ROLES.values())):
        with psycopg.connect(another.url(role)) as connection:
            assert connection.execute("show jit").fetchone() == ("off",), role
