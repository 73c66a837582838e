"""A batch does what its commands do one by one, row by row and table by table.

Both start from the same database: each way runs in a transaction that is rolled back, or, once
more, on a clone of its own with a commit after every call.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from financebuy.database.commands import ROLES, Verdict
from tests.model.batch_draws import FUNCTIONS, Rows, batches
from tests.support.databases import Database, clone
from tests.support.population import Population, populate
from tests.support.world import Connection, Row, World, call

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# When a row was written down, and ids that nothing else names.
PASSING = frozenset({
    "recorded_at", "announced_at", "created_at", "updated_at", "placed_at", "requested_at",
    "last_recorded_at", "closed_at", "expires_at", "decided_at", "xid", "log_id",
    "exception_id", "settlement_id",
})  # fmt: skip
TABLES = """
    select c.relname from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition
        and c.relname not in ('price_bars', 'market_sessions', 'process_heartbeats')"""
REFUSED = (psycopg.errors.DataError, psycopg.errors.IntegrityError)


@pytest.fixture(scope="module")
def base(template: Database) -> Iterator[tuple[Database, Population]]:
    """A populated database to which nobody is connected."""
    with clone(template) as database:
        with World(database) as world:
            there = populate(world)
        yield database, there


@pytest.fixture(scope="module")
def populated(base: tuple[Database, Population]) -> Iterator[tuple[World, Population]]:
    """A connected copy of it, where nothing is committed."""
    with clone(base[0]) as database, World(database) as world:
        yield world, base[1]


# ---------------------------------------------------------------------- two ways to submit


def begin_again(connection: Connection) -> None:
    """Let the next call run in the same transaction, as if it were the first of its own."""
    connection.execute("select set_config('fb.command_begun', '', true)")


@contextmanager
def speaking_as(connection: Connection, role: str) -> Iterator[None]:
    """Let the superuser's connection be a login's for one call: the bank's actor is its login."""
    connection.execute(f"set session authorization {role}".encode())
    yield
    connection.execute("reset session authorization")


def one_by_one(connection: Connection, function: str, rows: list[Row]) -> list[Any]:
    return [answer for row in rows for answer in as_batch(connection, function, [row])]


def as_batch(connection: Connection, function: str, rows: list[Row]) -> list[Any]:
    """One call; a row that the database itself refuses is found by halving, as the writer does."""
    try:
        with connection.transaction(), speaking_as(connection, ROLES[function]):
            begin_again(connection)
            return list(call(connection, function, rows))
    except REFUSED as error:
        if len(rows) == 1:
            return [error.sqlstate]
    middle = len(rows) // 2
    return [a for half in (rows[:middle], rows[middle:])
            for a in as_batch(connection, function, half)]  # fmt: skip


# ---------------------------------------------------------------------- one picture


class Picture:
    """Every row of every table, without what must differ between two ways to the same end."""

    def __init__(self, connection: Connection, known: frozenset[str]) -> None:
        self._known = known
        tables = sorted(row["relname"] for row in connection.execute(TABLES).fetchall())
        with connection.pipeline():
            cursors = {
                t: connection.execute(f"select to_jsonb(t) as row from public.{t} as t".encode())
                for t in tables
            }
            self.raw = {t: [r["row"] for r in c.fetchall()] for t, c in cursors.items()}
        self._names: dict[str, str] = {}
        for row in self.raw["idempotency_keys"]:
            self._names[row["command_id"]] = f"<{row['actor']} {row['key']}>"
        for row in self.raw["transactions"]:
            cause = self._name(row["command_id"])
            self._names[row["transaction_id"]] = f"<entry of {cause} on {row['account_id']}>"
        for row in self.raw["lots"]:
            seq = f"<lot {row['account_id']} {row['security_id']} {row['lot_seq']}>"
            self._names[row["lot_id"]] = seq

    def ids(self) -> frozenset[str]:
        return frozenset(UUIDS.findall(json.dumps(self.raw)))

    def tables(self) -> dict[str, list[str]]:
        return {table: sorted(map(self.told, rows)) for table, rows in self.raw.items()}

    def told(self, row: Any) -> str:
        """A row as text: new ids by their names, times of writing left out."""
        if isinstance(row, dict):
            row = {
                k: (v is not None if k == "terminal_at" else v)
                for k, v in row.items()
                if k not in PASSING
            }
        return UUIDS.sub(lambda m: self._name(m[0]), json.dumps(row, sort_keys=True))

    def verdict(self, answer: Verdict | str) -> str:
        """A verdict as text; the id of a command that claimed no key means nothing."""
        if isinstance(answer, str):
            return answer
        id_ = None if answer.command_id is None else self._name(str(answer.command_id))
        return (
            f"{answer.outcome} {answer.replayed} {answer.code} {answer.field} {id_} "
            + self.told(answer.result)
        )

    def _name(self, id_: str) -> str:
        return id_ if id_ in self._known else self._names.get(id_, "<new>")


def assert_same(first: dict[str, list[str]], second: dict[str, list[str]]) -> None:
    for table, rows in first.items():
        only = [row for row in rows if row not in second[table]]
        other = [row for row in second[table] if row not in rows]
        assert (only, other) == ([], []), f"{table}: batched {only}, one by one {other}"
        assert len(rows) == len(second[table]), table


def run(
    connection: Connection, way: Callable[..., list[Any]], function: str, rows: list[Row],
    known: frozenset[str],
) -> tuple[list[str], dict[str, list[str]]]:  # fmt: skip
    """Submit in a transaction, look at everything, roll back."""
    with connection.transaction(force_rollback=True):
        answers = way(connection, function, rows)
        picture = Picture(connection, known)
        return [picture.verdict(a) for a in answers], picture.tables()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_batch_is_its_commands_one_by_one(
    function: str, populated: tuple[World, Population], tell: Callable[[str], None]
) -> None:
    compare(function, 40 if function in ("place_order", "execution") else 15, populated, tell)


@pytest.mark.soak
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_batch_is_its_commands_one_by_one_for_long(
    function: str, populated: tuple[World, Population], tell: Callable[[str], None]
) -> None:
    compare(function, 1_000, populated, tell)


def compare(
    function: str, examples: int, populated: tuple[World, Population], tell: Callable[[str], None]
) -> None:
    world, there = populated
    known = Picture(world.admin, frozenset()).ids()
    tried = accepted = 0

    @settings(max_examples=examples)
    @given(st.data())
    def both_ways(data: st.DataObject) -> None:
        nonlocal tried, accepted
        rows = data.draw(batches(Rows(world, there), function))
        batched, after_batch = run(world.admin, as_batch, function, rows, known)
        sequential, after_each = run(world.admin, one_by_one, function, rows, known)
        note(f"{batched}")
        assert batched == sequential
        assert_same(after_batch, after_each)
        tried += len(rows)
        accepted += sum(v.startswith("accepted False") for v in batched)

    both_ways()
    tell(f"{tried} commands in random batches, {accepted} of them accepted for the first time")
    assert accepted > 0


@pytest.mark.parametrize("function", ["place_order", "execution"])
def test_a_committed_batch_is_its_commands_in_transactions_of_their_own(
    function: str, base: tuple[Database, Population], populated: tuple[World, Population]
) -> None:
    """The same with real commits: nothing hangs on the rolled back transaction."""
    original, there = base
    known = Picture(populated[0].admin, frozenset()).ids()

    @settings(max_examples=1, phases=[Phase.generate])
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        rows = data.draw(batches(Rows(populated[0], there), function))
        pictures = []
        for way in (as_batch, one_by_one):
            with clone(original) as database, World(database) as copy:
                answers = way(copy.admin, function, rows)
                picture = Picture(copy.admin, known)
                pictures.append(([picture.verdict(a) for a in answers], picture.tables()))
                assert copy.check_books() == {}
        assert pictures[0][0] == pictures[1][0]
        assert_same(pictures[0][1], pictures[1][1])

    compare()


def test_two_different_databases_are_told_apart(populated: tuple[World, Population]) -> None:
    """The comparison itself: one cent more, one event more, are seen."""
    world, there = populated
    known = Picture(world.admin, frozenset()).ids()
    before = Picture(world.admin, known).tables()
    for change in (
        "update accounts set balance = balance + 0.01 where account_id = %s",
        "update accounts set event_seq = event_seq + 1 where account_id = %s",
        "update accounts set version = version + 1 where account_id = %s",
    ):
        with world.admin.transaction(force_rollback=True):
            world.admin.execute(change.encode(), (there.accounts[0],))
            after = Picture(world.admin, known).tables()
        with pytest.raises(AssertionError, match="accounts"):
            assert_same(before, after)


def test_known_ids_are_ids() -> None:
    assert UUIDS.findall(f"x{UUID(int=7)}y") == [str(UUID(int=7))]
