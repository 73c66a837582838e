"""What each command costs, in statements, rows and log: no more than its budget, and no less."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from financebuy.database.batches import BatchWriter
from financebuy.database.commands import ROLES
from tests.budget.budgets import (
    Budgets,
    budget_file,
    differences,
    kept,
    read,
    renewed,
    tolerated,
    write,
)
from tests.budget.measuring import measure, server_version
from tests.budget.stage import ALONE, BATCH, Prepared
from tests.support.databases import Database, clone

# One database for all of them: on one worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("budget")
CASE = "deposit_received"


def test_each_command_costs_what_its_budget_says(
    measured: Budgets, stage: Prepared, tell: Callable[[str], None]
) -> None:
    major = server_version(stage.database)
    path = budget_file(major)
    found = list(differences(read(path), measured))
    if path.stem != f"postgresql-{major}":
        # Another version's budgets: it may do better.
        found = [each for each in found if each.is_dearer]
    assert not found, "\n".join(map(str, [f"`make budgets` lowers what is in {path.name}", *found]))
    figures = sum(len(f) for sizes in kept(measured).values() for f in sizes.values())
    tell(f"{len(measured)} cases, {figures} figures within {path.name}")


def test_every_command_and_fact_has_a_budget(measured: Budgets, stage: Prepared) -> None:
    assert {case.partition(" ")[0] for case in measured} == set(ROLES)
    assert read(budget_file(server_version(stage.database))).keys() == measured.keys()


# ---------------------------------------------------------------------- that it can fail

PAYMENT_METHODS = (1 + ALONE + BATCH) + 1
_MORE = """
    create function public.more() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$ begin {0}; return null; end $$;
    create trigger more after insert on public.transfers
    for each {1} execute function public.more()"""
_A_ROW = "create table public.more (n integer);" + _MORE.format(
    "insert into public.more values (1)", "row"
)
SPOILED = {
    "a statement": (
        _MORE.format("perform 1 from public.market_clock", "statement"),
        {"alone statements": 1, "batch statements": 1},
    ),
    "a statement for each row": (
        _MORE.format("perform 1 from public.market_clock", "row"),
        {"alone statements": 1, "batch statements": 64},
    ),
    "a statement that is planned each time": (
        _MORE.format("execute 'select 1 from public.market_clock'", "row"),
        {"alone statements": 1, "alone plans": 1, "batch statements": 64, "batch plans": 64},
    ),
    "a reading of a table": (
        _MORE.format("perform count(*) from public.payment_methods as m", "statement"),
        # What was there to be removed, and one that was added before.
        {"alone rows_read": PAYMENT_METHODS, "batch rows_read": PAYMENT_METHODS},
    ),
    "a row": (_A_ROW, {"alone written more": 1, "batch written more": 64}),
    "two indexes": (
        """create index on public.transfers (updated_at);
        create index on public.entries (effective_at)""",
        {"batch wal_records": 64 + 128},
    ),
    "a long text": (
        "alter table public.transfers add more text default repeat('x', 200)",
        {"alone wal_bytes": 200},
    ),
}


@pytest.fixture(scope="module")
def plain(stage: Prepared) -> Budgets:
    """What the case costs where it is measured by itself."""
    with clone(stage.database) as database:
        return kept(measure(database, {CASE: stage.cases[CASE]}))


@pytest.mark.parametrize("more", SPOILED)
def test_more_is_seen(more: str, plain: Budgets, stage: Prepared, another: Database) -> None:
    script, expected = SPOILED[more]
    with psycopg.connect(another.admin_url, autocommit=True) as connection:
        connection.execute(script.encode())
    again = measure(another, {CASE: stage.cases[CASE]})
    dearer = {f"{d.size} {d.name}": d for d in differences(plain, again) if d.is_dearer}
    assert dearer.keys() >= expected.keys()
    for name, more_of_it in expected.items():
        found = dearer[name]
        off = abs(found.found - found.budget - more_of_it)
        assert off <= tolerated(found.size, found.name, found.budget), found


def test_a_round_trip_more_is_seen(
    monkeypatch: pytest.MonkeyPatch, plain: Budgets, stage: Prepared, another: Database
) -> None:
    call = BatchWriter._call

    async def asking_first(writer: BatchWriter, *batch: Any, **how: Any) -> Any:
        await (writer._cursor or await writer._connect()).execute("select 1")
        return await call(writer, *batch, **how)

    monkeypatch.setattr(BatchWriter, "_call", asking_first)
    again = measure(another, {CASE: stage.cases[CASE]})
    dearer = {str(d) for d in differences(plain, again) if d.is_dearer}
    assert {f"{CASE}, {size}: round_trips 2, budget 1" for size in ("alone", "batch")} <= dearer


# ---------------------------------------------------------------------- how budgets change

KNOWN = {"statements": 30, "plans": 9, "wal_bytes": 2_000, "written orders": 1}
WRITTEN = {"place_order": {"alone": KNOWN}}


def changes(**figures: int) -> list[str]:
    measured = {"place_order": {"alone": {**KNOWN, **figures}}}
    return [str(each) for each in differences(WRITTEN, measured)]


def test_what_became_dearer_or_cheaper_is_told() -> None:
    assert changes() == []
    assert changes(statements=31) == ["place_order, alone: statements 31, budget 30"]
    assert changes(statements=28) == [
        "place_order, alone: statements 28, budget 30: lower the budget to 28"
    ]
    assert changes(wal_bytes=2_140) == changes(wal_bytes=1_860) == []
    assert changes(wal_bytes=2_141) == ["place_order, alone: wal_bytes 2141, budget 2000"]


def test_a_table_that_was_not_written_has_a_budget_of_nothing() -> None:
    assert changes(**{"written lots": 1}) == ["place_order, alone: written lots 1, budget 0"]
    assert changes(**{"written orders": 0}) == [
        "place_order, alone: written orders 0, budget 1: lower the budget to 0"
    ]


def test_a_file_of_budgets_is_read_as_it_was_written(tmp_path: Path) -> None:
    budgets: Budgets = {**WRITTEN, "place_order of a sale": {"batch": {"statements": 64}}}
    path = tmp_path / "postgresql-17.toml"
    write(path, budgets)
    assert read(path) == budgets
    assert read(tmp_path / "postgresql-15.toml") == {}


def test_a_version_without_budgets_has_those_of_the_one_before(tmp_path: Path) -> None:
    for version in (15, 17):
        write(tmp_path / f"postgresql-{version}.toml", {})
    chosen = [budget_file(version, tmp_path).stem for version in (14, 15, 16, 17, 18)]
    assert [stem.rpartition("-")[2] for stem in chosen] == ["15", "15", "15", "17", "17"]


def test_a_budget_is_raised_only_when_told() -> None:
    measured = {
        "place_order": {"alone": {**KNOWN, "statements": 28, "plans": 10}},
        "cancel_order": {"alone": {"statements": 20}},
    }
    found = list(differences(WRITTEN, measured))
    assert renewed(WRITTEN, measured) == {
        "place_order": {"alone": {**KNOWN, "statements": 28}},
        "cancel_order": {"alone": {"statements": 20}},
    }
    assert renewed(WRITTEN, measured, may_rise=True) == measured
    assert [each.name for each in found if each.is_dearer] == ["plans", "statements"]


def test_a_budget_is_lowered_within_its_tolerance_and_not_raised() -> None:
    for may_rise in (False, True):
        for found, budget in ((1_950, 1_950), (2_050, 2_000)):
            measured: Budgets = {"place_order": {"alone": {**KNOWN, "wal_bytes": found}}}
            budgets = renewed(WRITTEN, measured, may_rise=may_rise)
            assert budgets["place_order"]["alone"]["wal_bytes"] == budget
