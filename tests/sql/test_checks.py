"""Every check of the books finds what it is for, finds nothing else, and does look at something."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from financebuy.sql import names, text
from tests.sql.mutants import MUTANTS
from tests.support.databases import Database, clone
from tests.support.population import populate
from tests.support.world import Row, World

# One world for all of them: on one worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("checks")
CHECKS = names("checks")
# Not about rows of tables: it reads the catalogue.
OF_THE_CATALOGUE = "22_history_is_guarded.sql"
# Written by functions that a later version brings; the checks guard them already.
UNUSED_TABLES = frozenset({"closing_balances", "closing_events", "closed_months", "price_bars"})
RECONCILIATION = """
    with run as (
        insert into reconciliation_runs
        values (gen_random_uuid(), 'venue', '2012-06-04', now(), now(), 1) returning run_id
    )
    insert into reconciliation_breaks select run_id, 1, 'quantity' from run"""


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    """Everything has happened once, and no check complains."""
    with clone(template) as database, World(database) as world:
        populate(world)
        world.admin.execute(RECONCILIATION)
        yield world


def found_by(world: World, check: str) -> list[Row]:
    """What the auditor's check says, in the transaction that is under way."""
    world.admin.execute("set local role auditor")
    rows = world.admin.execute(text(f"checks/{check}").encode()).fetchall()
    world.admin.execute("reset role")
    return rows


def test_every_check_has_a_mutant() -> None:
    assert sorted(MUTANTS) == CHECKS
    assert all(MUTANTS.values())


@pytest.mark.parametrize("check", CHECKS)
def test_sound_books_are_silent(check: str, world: World) -> None:
    with world.admin.transaction():
        assert found_by(world, check) == []


@pytest.mark.parametrize("check", [c for c in CHECKS if c != OF_THE_CATALOGUE])
def test_the_auditor_sees_the_rows_that_a_check_reads(check: str, world: World) -> None:
    tables = set(re.findall(r"public\.(\w+)", text(f"checks/{check}")))
    assert tables
    with world.admin.transaction():
        world.admin.execute("set local role auditor")
        for table in sorted(tables - UNUSED_TABLES):
            seen = world.admin.execute(f"select count(*) from public.{table}".encode()).fetchone()
            assert seen, table
            assert seen["count"] > 0, table


@pytest.mark.parametrize(
    ("check", "mutant"), [(check, name) for check in MUTANTS for name in MUTANTS[check]]
)
def test_a_mutant_is_named(check: str, mutant: str, world: World) -> None:
    statement = MUTANTS[check][mutant]
    with world.admin.transaction(force_rollback=True):
        broken = corrupt(world, statement)
        found = found_by(world, check)
    assert broken
    assert found, "the check saw nothing"
    named = [set(map(str, row.values())) for row in found]
    # Each broken thing is in a row of its own, and every row is about a broken thing.
    for row in broken:
        assert any(row <= values for values in named), (row, found)
    assert all(any(row & values for row in broken) for values in named), (broken, found)


def corrupt(world: World, statement: str) -> list[set[str]]:
    """Break something as nobody but a superuser can; returns the ids of what is broken."""
    world.admin.execute("set local session_replication_role = replica")
    _lift_constraints(world)
    cursor = world.admin.execute(statement.encode())
    if cursor.description is None:
        return [set(statement.rpartition("-- ")[2].split())]
    broken: list[Any] = cursor.fetchall()
    world.admin.execute("set local session_replication_role = origin")
    return [set(map(str, row.values())) for row in broken]


def _lift_constraints(world: World) -> None:
    """Constraints would refuse some mutants by themselves: the checks are a second wall."""
    for constraint in world.rows(
        "select conrelid::regclass::text as relation, conname from pg_constraint"
        " where contype = 'c' and conrelid in ("
        "'transfers'::regclass, 'account_transfers'::regclass, 'orders'::regclass,"
        " 'lot_closures'::regclass)"
    ):
        world.admin.execute(
            f"alter table {constraint['relation']} drop constraint {constraint['conname']}".encode()
        )
