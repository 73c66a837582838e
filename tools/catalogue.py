"""What a migrated database has, read from its catalogue: tables, columns, constraints, indexes."""

from dataclasses import dataclass, field

import psycopg
from psycopg.rows import dict_row

# A partition is its table once more, and a detached one is not everybody's. What each has of its
# own is told of its table; the one that takes what finds no other stands for all.
_TABLES = """
    select c.oid, c.relname as name, c.relkind::text as kind, obj_description(c.oid) as comment,
        pg_get_partkeydef(c.oid) as partitioned
    from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and not c.relispartition and c.relowner in ('fb_owner'::regrole, 'fb_audit'::regrole)
        and c.relname !~ '_[0-9]{4}_[0-9]{2}$'
    order by c.relname"""
_COLUMNS = """
    select a.attrelid as oid, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
        not a.attnotnull as optional, col_description(a.attrelid, a.attnum) as comment,
        pg_get_expr(d.adbin, d.adrelid) as preset
    from pg_attribute as a
    left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum"""
_CONSTRAINTS = """
    select coalesce(h.inhparent, k.conrelid) as oid, k.conname as name, k.contype::text as kind,
        pg_get_constraintdef(k.oid) as definition, k.confrelid::regclass::text as target,
        array(select a.attname::text from unnest(k.conkey) with ordinality as u (n, place)
            join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = u.n
            order by u.place) as columns
    from pg_constraint as k
    left join pg_inherits as h on h.inhrelid = k.conrelid and k.contype = 'p'
        and h.inhrelid::regclass::text like '%\\_default'
    where k.conrelid <> 0 and k.contype in ('p', 'u', 'f', 'c') and k.conparentid = 0
    order by k.conrelid, position(k.contype::text in 'pufc'), k.conname"""
_INDEXES = """
    select coalesce(h.inhparent, i.indrelid) as oid,
        case when h.inhparent is null then c.relname
            else replace(c.relname, '_default_', '_…_') end as name,
        m.amname as method, i.indisunique as is_unique, i.indisprimary as is_primary,
        pg_get_expr(i.indpred, i.indrelid) as condition,
        array(select pg_get_indexdef(i.indexrelid, n, true)
            from generate_series(1, i.indnkeyatts) as n) as keys,
        array(select pg_get_indexdef(i.indexrelid, n, true)
            from generate_series(i.indnkeyatts + 1, i.indnatts) as n) as included
    from pg_index as i
    join pg_class as c on c.oid = i.indexrelid
    join pg_am as m on m.oid = c.relam
    left join pg_inherits as h on h.inhrelid = i.indrelid
        and h.inhrelid::regclass::text like '%\\_default'
    where not exists (select from pg_inherits as u where u.inhrelid = i.indexrelid)
    order by i.indrelid, i.indisprimary desc, i.indisunique desc, c.relname"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `optional` means that it may be NULL."""

    name: str
    type: str
    optional: bool
    comment: str | None
    preset: str | None


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint: `kind` is p, u, f or c, as the catalogue has it."""

    name: str
    kind: str
    definition: str
    target: str
    columns: list[str]


@dataclass(frozen=True, slots=True)
class Index:
    """An index: its key columns, and those that it only carries."""

    name: str
    method: str
    is_unique: bool
    is_primary: bool
    condition: str | None
    keys: list[str]
    included: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view: `kind` is r, p, v or m, as the catalogue has it."""

    name: str
    kind: str
    comment: str
    partitioned: str | None
    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)

    @property
    def is_view(self) -> bool:
        """Whether it holds no rows of its own, or only copies."""
        return self.kind in "vm"


def read(url: str) -> list[Table]:
    """Read the catalogue of the database at `url`, tables by name.

    Raises:
        LookupError: a table has no comment: `sql/platform/comments.sql` must say what it is for.
    """
    with psycopg.connect(url, row_factory=dict_row) as connection:
        # Names are written with their schema, or without, the same everywhere.
        connection.execute("set local search_path = public")
        found = {}
        for row in connection.execute(_TABLES):
            if row["comment"] is None:
                raise LookupError(f"{row['name']} has no comment: sql/platform/comments.sql")
            oid = row.pop("oid")
            found[oid] = Table(**row)
        for query, kind, name in (
            (_COLUMNS, Column, "columns"),
            (_CONSTRAINTS, Constraint, "constraints"),
            (_INDEXES, Index, "indexes"),
        ):
            for row in connection.execute(query):
                table = found.get(row.pop("oid"))
                if table is not None:
                    getattr(table, name).append(kind(**row))
    return list(found.values())
