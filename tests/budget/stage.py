"""The database in which commands are counted: each was carried out once, and it seems large."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.budget.rows import Rows, prepare
from tests.support.databases import Database, clone
from tests.support.world import World

ALONE, BATCH = 7, 64
"""Calls of one row and a batch: five are planned for their own arguments before PostgreSQL decides
whether to plan for any."""

# What the planner takes for the number of rows is as many a page as here. A table that was never
# written to is of ten pages for it. Its choices are those of a database with a million of each.
_SEEM_LARGE = """
    update pg_class as c
    set relpages = greatest(pg_relation_size(c.oid) / current_setting('block_size')::integer, 1),
        reltuples = 1000000
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and pg_relation_size(c.oid) > 0"""
# Statistics that come in the middle would make every session plan anew; those of the template are
# of whenever the server had time for them.
_NO_STATISTICS = """
    do $$
    declare v_table record;
    begin
        for v_table in
            select c.oid::regclass as name from pg_class as c
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        loop
            execute format('alter table %s set (autovacuum_enabled = off)', v_table.name);
        end loop;
    end
    $$;
    delete from pg_statistic as s using pg_class as c
    where c.oid = s.starelid
        and c.relnamespace in ('public'::regnamespace, 'fb_private'::regnamespace);
    update pg_class as c set reltuples = -1, relpages = 0, relallvisible = 0
    where c.relnamespace in ('public'::regnamespace, 'fb_private'::regnamespace)
        and c.relkind in ('r', 'i')"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database to which nobody is connected, and rows of each case that it accepts."""

    database: Database
    cases: dict[str, Rows]


@contextmanager
def prepared(template: Database) -> Iterator[Prepared]:
    """A clone of the migrated database with all that the rows need."""
    with clone(template) as database:
        with World(database) as world:
            world.admin.execute(_NO_STATISTICS.encode())
            cases = prepare(world, 1 + ALONE + BATCH)
            for case, rows in cases.items():
                world.call(case.partition(" ")[0], rows[:1])
            world.admin.execute(_SEEM_LARGE.encode())
        yield Prepared(database, {case: rows[1:] for case, rows in cases.items()})
