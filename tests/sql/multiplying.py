"""Many times the rows of a small world, so that the planner has statistics of a large one."""

from typing import Any

from tests.support.world import World

_COLUMNS = """
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
        exists(
            select 1 from pg_index as i
            where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)
        ) as in_key,
        a.attgenerated <> '' as generated,
        coalesce(
            (
                select f.confrelid::regclass::text from pg_constraint as f
                where f.conrelid = c.oid and f.contype = 'f' and f.conkey = array[a.attnum]
                limit 1
            ), ''
        ) as refers_to
    from pg_class as c
    inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition
    order by c.relname, a.attnum"""
_CHECKS = """
    select c.conrelid::regclass::text as table, c.conname as name from pg_constraint as c
    where c.connamespace = 'public'::regnamespace and c.contype = 'c' and c.conrelid <> 0
        and c.coninhcount = 0"""
# The same for the same value, whatever table it stands in: what refers goes on to refer.
_TIMES = {
    "uuid": "md5({0}::text || i)::uuid",
    "text": "{0} || ' ' || i",
    "bytea": "{0} || int4send(i)",
    "bigint": "{0} + i * 1000000",
}
_FIXED_IDS = frozenset({"security_id", "asset_id", "new_security_id"})


def multiply(world: World, times: int, fixed: frozenset[str]) -> None:
    """Copy every row so many times under other ids, but for those of the tables in `fixed`."""
    admin = world.admin
    admin.execute("set session_replication_role = replica")
    for row in world.rows(_CHECKS):
        admin.execute(f'alter table {row["table"]} drop constraint "{row["name"]}"'.encode())
    columns: dict[str, list[dict[str, Any]]] = {}
    for row in world.rows(_COLUMNS):
        columns.setdefault(row["table"], []).append(row)
    for table in columns.keys() - fixed:
        told = [column for column in columns[table] if not column["generated"]]
        names = ", ".join(f'"{column["column"]}"' for column in told)
        values = ", ".join(_value(column, fixed) for column in told)
        admin.execute(
            f"insert into {table} ({names}) overriding system value"
            f" select {values} from {table}, generate_series(1, {times}) as i"
            " on conflict do nothing".encode()
        )
    admin.execute("set session_replication_role = origin")
    admin.execute("analyze")


def _value(column: dict[str, Any], fixed: frozenset[str]) -> str:
    name = f'"{column["column"]}"'
    if column["refers_to"] in fixed or column["column"] in _FIXED_IDS:
        return name
    if column["type"] == "uuid" or (column["in_key"] and column["type"] in _TIMES):
        return _TIMES[column["type"]].format(name)
    return name
