"""The access matrix: every relation, role, operation and identity, tried on a real server."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tests.security.expectations import NOBODY, Expectations, Expected
from tests.security.identities import Asker
from tests.support.world import Row, World

PROBE = Path(__file__).with_name("probe.sql").read_text(encoding="utf-8")
SCHEMAS = ["public", "fb", "fb_private", "reporting"]
WRITING = ("insert", "update", "delete", "truncate")
_RELATIONS = """
    select c.oid, n.nspname || '.' || c.relname as name, c.relkind::text as kind,
        case when c.relispartition then pg_partition_root(c.oid)::regclass::text end as root,
        array(
            select a.attname::text from pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum
        ) as columns,
        (
            select a.attname || ' ' || format_type(a.atttypid, a.atttypmod) from pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and a.attgenerated = '' and a.attidentity = ''
            order by a.attnum limit 1
        ) as writable,
        array(
            select a.attname::text from pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and a.attgenerated = '' and a.attidentity = '' order by a.attnum
        ) as insertable
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any (%s) and c.relkind in ('r', 'p', 'v', 'm', 'S')
        and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
    order by 2"""
_ROLES = """
    select r.rolname as name from pg_roles as r
    where r.rolname !~ '^pg_' and r.rolname <> 'postgres' order by 1"""
_COLUMNS = """
    select r.rolname as role, n.nspname || '.' || c.relname as name, a.attname as column,
        p.name as right
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join unnest(%s::text[]) as r (rolname)
    cross join unnest(array['select', 'insert', 'update', 'references']) as p (name)
    where n.nspname = any (%s) and c.relkind in ('r', 'p', 'v', 'm')
        and c.oid >= 16384
        and not exists (select 1 from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
        and has_column_privilege(r.rolname, c.oid, a.attname, p.name)"""
_FUNCTIONS = """
    select n.nspname as schema, p.proname as name, r.rolname as role,
        pg_get_userbyid(p.proowner) as owner
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    left join unnest(%s::text[]) as r (rolname)
        on has_function_privilege(r.rolname, p.oid, 'execute')
        and has_schema_privilege(r.rolname, n.oid, 'usage')
    where n.nspname = any (%s)
        and not exists (select 1 from pg_depend as d where d.objid = p.oid and d.deptype = 'e')"""


class Extent(Enum):
    """How much is tried."""

    WHOLE = 3
    """Every combination."""
    USUAL = 2
    """Of identities that change nothing for a role, four on each table and two on a partition."""
    SHORT = 1
    """One such identity, and one of the partitions that are alike: once a mutant."""


_ENOUGH = {
    # By whether the relation is a partition.
    Extent.USUAL: {False: ("none", "owner", "forged", "broker"), True: ("none", "owner")},
    Extent.SHORT: {False: ("none",), True: ("none",)},
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A table, partition, view or sequence of the catalogue; `root` names a partition's table."""

    oid: int
    name: str
    kind: str
    root: str | None
    columns: list[str]
    writable: str | None
    insertable: list[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: may `role`, with this identity, do this to that?"""

    relation: Relation
    role: str
    asker: Asker
    operation: str
    expected: Expected

    @property
    def is_of_a_login(self) -> bool:
        """Whether it was declared that this login writes this table, whose rows it sees."""
        is_declared = self.operation in self.expected.writes.get(self.role, [])
        return is_declared and self.expected.reading(self.role) != "none"

    def __str__(self) -> str:
        return f"{self.relation.name} {self.operation} as {self.role}, identity {self.asker.name}"


@dataclass(slots=True)
class Matrix:
    """What is asked of one database, and what has been found wrong."""

    world: World
    expectations: Expectations
    askers: Sequence[Asker]
    extent: Extent = Extent.USUAL
    cells: int = 0
    problems: list[str] = field(default_factory=list)

    def run(self) -> list[str]:
        """Return everything that is not as it was declared."""
        relations = self._relations()
        roles = [row["name"] for row in self.world.rows(_ROLES)]
        self._classify(relations, roles)
        self._compare_columns(relations, roles)
        self._compare_functions(roles)
        # A mutant that is seen already need not be tried.
        if not (self.problems and self.extent is Extent.SHORT):
            self._try(list(self._cells(relations, roles)))
        return self.problems

    # -------------------------------------------------------------- what there is

    def _relations(self) -> list[Relation]:
        return [Relation(**row) for row in self.world.rows(_RELATIONS, SCHEMAS)]

    def _expected(self, relation: Relation) -> Expected | None:
        if relation.root is None:
            return self.expectations.tables.get(relation.name)
        # A partition is nobody's but its owner's: what is asked goes through its table.
        root = self.expectations.tables.get(f"public.{relation.root.removeprefix('public.')}")
        return Expected("partition", owner=root.owner if root else "fb_owner")

    def _classify(self, relations: Iterable[Relation], roles: Iterable[str]) -> None:
        there = {each.name for each in relations if each.root is None}
        declared = set(self.expectations.tables)
        self.problems += [f"{name} is not classified" for name in sorted(there - declared)]
        self.problems += [f"{name} does not exist" for name in sorted(declared - there)]
        known = self.expectations.roles | self.expectations.owners | {NOBODY}
        self.problems += [f"the role {name} is not classified" for name in set(roles) - known]
        self.problems += [f"the role {name} does not exist" for name in known - set(roles)]

    def _cells(self, relations: list[Relation], roles: list[str]) -> Iterator[Cell]:
        for relation in relations:
            expected = self._expected(relation)
            if expected is None or self._is_like_another(relation):
                continue
            operations = ("select",) if relation.kind == "S" else ("select", *WRITING)
            for role in roles:
                for asker in self._askers_of(role, relation):
                    for operation in operations:
                        yield Cell(relation, role, asker, operation, expected)

    def _askers_of(self, role: str, relation: Relation) -> Sequence[Asker]:
        if role == "app_user" or self.extent is Extent.WHOLE:
            return self.askers
        enough = _ENOUGH[self.extent][relation.root is not None]
        return [each for each in self.askers if each.name in enough]

    def _is_like_another(self, relation: Relation) -> bool:
        is_dated = relation.root is not None and not relation.name.endswith("_default")
        return self.extent is Extent.SHORT and is_dated

    # -------------------------------------------------------------- trying

    def _try(self, cells: list[Cell]) -> None:
        self.cells = len(cells)
        self.world.admin.execute(PROBE.encode())
        answers = self.world.admin.execute(
            "select * from pg_temp.probe(%s::text[], %s::text[], %s::text[], %s::text[])",
            (
                [cell.role for cell in cells],
                [cell.asker.token for cell in cells],
                [_statement(cell) for cell in cells],
                [_owned(cell) for cell in cells],
            ),
        ).fetchall()
        counts = _Counts(self.world)
        for cell, answer in zip(cells, answers, strict=True):
            wrong = _judge(cell, answer, counts)
            if wrong:
                self.problems.append(f"{cell}: {wrong}")

    # -------------------------------------------------------------- rights on columns, functions

    def _compare_columns(self, relations: list[Relation], roles: list[str]) -> None:
        found = {
            (row["name"], row["role"], row["right"], row["column"])
            for row in self.world.rows(_COLUMNS, roles, SCHEMAS)
        }
        wanted = set()
        for relation in relations:
            expected = self._expected(relation)
            if expected is None or relation.kind == "S":
                continue
            for role in roles:
                wanted |= {
                    (relation.name, role, *each) for each in _rights(relation, expected, role)
                }
        self.problems += [f"a right on a column that nobody declared: {e}" for e in found - wanted]
        self.problems += [f"a right on a column is missing: {each}" for each in wanted - found]

    def _compare_functions(self, roles: list[str]) -> None:
        declared = self.expectations.functions
        found: dict[str, set[str]] = {name: set() for name in declared}
        there = set()
        for row in self.world.rows(_FUNCTIONS, roles, SCHEMAS):
            there.add(row["name"])
            if row["role"] is None or row["role"] in (row["owner"], "fb_owner"):
                continue
            if row["schema"] == "fb":
                found.setdefault(row["name"], set()).add(row["role"])
            elif row["name"] not in self.expectations.private_functions.get(row["role"], ()):
                self.problems.append(f"{row['role']} may call {row['schema']}.{row['name']}")
        for name, who in found.items():
            if who != declared.get(name, frozenset()):
                self.problems.append(f"fb.{name} is called by {sorted(who)}")
        self.problems += [f"there is no function {name}" for name in set(declared) - there]


def _rights(relation: Relation, expected: Expected, role: str) -> Iterator[tuple[str, str]]:
    if expected.reading(role) != "none" or (role == "fb_backup" and expected.kind == "partition"):
        columns = expected.columns.get(role, relation.columns)
        yield from (("select", column) for column in columns)
    for right in ("insert", "update", "references"):
        if expected.may(role, right):
            yield from ((right, column) for column in relation.columns)


def _statement(cell: Cell) -> str:
    relation = cell.relation
    if cell.operation == "select":
        columns = cell.expected.columns.get(cell.role, relation.columns)
        own = cell.expected.own_by
        mine = f"count(*) filter (where s.{own} = any ($1))" if own in columns else "0::bigint"
        return f"select count(*), {mine} from (select {', '.join(columns)} from {relation.name}) s"
    column, _, kind = (relation.writable or "").partition(" ")
    if cell.is_of_a_login:
        columns = ", ".join(relation.insertable)
        # What it may write it does write: rows that there are, so that only a policy can object.
        return {
            "insert": f"insert into {relation.name} ({columns}) select {columns}"
            f" from {relation.name} on conflict do nothing",
            "update": f"update {relation.name} set {column} = {column}",
            "delete": f"delete from {relation.name}",
        }[cell.operation]
    return {
        "insert": f"insert into {relation.name} ({column}) select null::{kind} where false",
        "update": f"update {relation.name} set {column} = null::{kind} where false",
        "delete": f"delete from {relation.name} where false",
        "truncate": f"truncate {relation.name}",
    }[cell.operation]


def _owned(cell: Cell) -> str | None:
    if cell.operation != "select":
        return None
    return "{" + ",".join(map(str, cell.asker.owned(cell.expected.own_by))) + "}"


class _Counts:
    """How many rows there are, as the superuser sees them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, str, str], int] = {}

    def total(self, cell: Cell) -> int:
        return self._count(cell, "", "")

    def owned(self, cell: Cell) -> int:
        ids = ", ".join(f"'{each}'" for each in cell.asker.owned(cell.expected.own_by))
        return self._count(cell, cell.asker.name, ids) if ids else 0

    def _count(self, cell: Cell, who: str, ids: str) -> int:
        key = (cell.relation.name, who, ids)
        if key not in self._known:
            condition = f" where {cell.expected.own_by} in ({ids})" if ids else ""
            query = f"select count(*) as n from {cell.relation.name}{condition}"
            self._known[key] = self._world.value(query)
        return self._known[key]


def _judge(cell: Cell, answer: Row, counts: _Counts) -> str | None:
    """What is wrong with an answer, or None."""
    if cell.operation == "select":
        return _judge_reading(cell, answer, counts)
    if cell.is_of_a_login:
        return _judge_writing(cell, answer, counts)
    if cell.expected.may(cell.role, cell.operation):
        # Through a view its owner needs rights on the tables besides.
        is_refused = answer["outcome"] == "denied" and cell.relation.kind not in "vm"
        return "denied" if is_refused else None
    # What PostgreSQL cannot do to a view, it says before it looks at rights.
    impossible = cell.relation.kind in "vm" and answer["outcome"].startswith(("55000", "42809"))
    return None if answer["outcome"] == "denied" or impossible else answer["outcome"]


def _judge_writing(cell: Cell, answer: Row, counts: _Counts) -> str | None:
    """It is done to every row there is; what others refer to cannot go, whatever policies say."""
    if answer["outcome"] != "done":
        is_referred_to = cell.operation == "delete" and answer["outcome"].startswith("23503")
        return None if is_referred_to else answer["outcome"]
    total = counts.total(cell)
    if total == 0 and cell.expected.kind != "partition":
        return "vacuous: there is no row to write"
    wanted = 0 if cell.operation == "insert" else total
    return None if answer["seen"] == wanted else f"wrote {answer['seen']} of {total}"


def _judge_reading(cell: Cell, answer: Row, counts: _Counts) -> str | None:
    reading, outcome = cell.expected.reading(cell.role), answer["outcome"]
    wanted = "done"
    if reading == "none":
        wanted = "denied"
    elif reading == "own" and not cell.asker.is_known:
        wanted = "unknown identity"
    if outcome != wanted:
        return f"{outcome} instead of {wanted}, saw {answer['seen']}"
    if outcome != "done":
        return None
    return _judge_rows(cell, answer, counts, is_all=reading == "all")


def _judge_rows(cell: Cell, answer: Row, counts: _Counts, *, is_all: bool) -> str | None:
    total = counts.total(cell)
    if is_all:
        if total == 0 and cell.expected.kind != "partition":
            return "vacuous: there is no row to see"
        return None if answer["seen"] == total else f"saw {answer['seen']} of {total}"
    mine = counts.owned(cell)
    if cell.asker.name == "owner" and not 0 < mine < total:
        return f"vacuous: {mine} of {total} rows are the owner's"
    right = answer["seen"] == answer["mine"] == mine
    return None if right else f"saw {answer['seen']}, {answer['mine']} of them own, has {mine}"
