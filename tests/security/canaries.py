"""A row for every table that nothing has filled: a table without rows would prove nothing."""

from tests.security.identities import Asker
from tests.support.world import Row, World

_TABLES = """
    select c.oid, c.oid::regclass::text as name,
        bool_or(a.attname = 'account_id') as of_accounts,
        bool_or(a.attname = 'user_id') as of_users,
        string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns,
        array_agg(a.attname::text order by a.attnum) as names,
        array_agg(format_type(a.atttypid, null) order by a.attnum) as types
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition
    group by c.oid"""
_CHECKS = """
    select quote_ident(conname) as name from pg_constraint
    where conrelid = %s and contype = 'c' and coninhcount = 0"""
_VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "'canary ' || r.n",
    "boolean": "true",
    "bytea": "int8send(r.n)",
    "jsonb": "'{}'::jsonb",
    "text[]": "array['canary']",
    "timestamp with time zone": "now()",
    "date": "date '2012-06-01'",
    "xid8": "pg_current_xact_id()",
    "interval": "interval '1 day'",
    "inet": "'127.0.0.1'::inet",
    "cidr": "'127.0.0.0/8'::cidr",
    "inet[]": "array['127.0.0.1'::inet]",
    "cidr[]": "array['127.0.0.0/8'::cidr]",
    "integer[]": "array[1]",
}
_AN_OLD_TRANSACTION = """
    insert into transactions (transaction_id, recorded_at, effective_at, account_id,
        transaction_type, amount, currency, event_id, command_id, actor)
    select gen_random_uuid(), recorded_at - interval '70 days', effective_at, account_id,
        transaction_type, amount, currency, event_id, command_id, actor
    from transactions limit 1"""


_SOURCES = {
    # By whether the table has accounts, and whether it has users.
    (False, False): "select 1::bigint as n",
    (True, False): "select account_id, row_number() over () as n from accounts"
    " where house_code is null",
    (False, True): "select user_id, row_number() over () as n from users",
    (True, True): "select account_id, user_id, row_number() over () as n from account_owners",
}


def plant(world: World, owner: Asker) -> list[str]:
    """Fill every table that lacks rows of the owner, or of anybody else; returns their names.

    The superuser does it, past every constraint.
    """
    filled = []
    with world.admin.transaction():
        world.admin.execute("set local session_replication_role = replica")
        for table in world.rows(_TABLES):
            if _has_rows(world, table, owner):
                continue
            for check in world.rows(_CHECKS, table["oid"]):
                world.admin.execute(
                    f"alter table {table['name']} drop constraint {check['name']}".encode()
                )
            world.admin.execute(_insert(table).encode())
            filled.append(table["name"])
        world.admin.execute(_AN_OLD_TRANSACTION)
    world.admin.execute("refresh materialized view portfolio_summary")
    return sorted(filled)


def _has_rows(world: World, table: Row, owner: Asker) -> bool:
    if not (table["of_accounts"] or table["of_users"]):
        return bool(world.value(f"select exists (select 1 from {table['name']})"))
    column = "user_id" if table["of_users"] else "account_id"
    query = (
        f"select count(*) filter (where {column} = any (%s)) > 0"
        f" and count(*) filter (where {column} <> all (%s)) > 0 as found from {table['name']}"
    )
    owned = owner.owned(column)
    return bool(world.value(query, owned, owned))


def _insert(table: Row) -> str:
    source = _SOURCES[table["of_accounts"], table["of_users"]]
    values = [
        f"r.{name}" if name in ("account_id", "user_id") else _VALUES.get(kind, "r.n")
        for name, kind in zip(table["names"], table["types"], strict=True)
    ]
    return (
        f"insert into {table['name']} ({table['columns']}) select {', '.join(values)}"
        f" from ({source}) as r on conflict do nothing"
    )
