"""The reference page of who may do what, read from the catalogue of a migrated database."""

from collections import defaultdict
from typing import Any

import psycopg
from psycopg.rows import dict_row

MADE = "<!-- Made by `make reference`. -->"

_ROLES = """
    select r.rolname as role, r.rolcanlogin as logs_in, r.rolbypassrls as bypasses,
        r.rolreplication as replicates,
        array(
            select pg_get_userbyid(m.roleid)::text from pg_auth_members as m
            where m.member = r.oid order by 1
        ) as member_of
    from pg_roles as r
    where r.rolname like 'fb\\_%'
        or r.rolname in ('app_user', 'analytics_user', 'db_admin', 'auditor')
    order by not r.rolcanlogin, r.rolname"""
_RIGHTS = """
    select n.nspname as schema, c.relname as name, pg_get_userbyid(a.grantee)::text as role,
        lower(a.privilege_type) as right, null as column
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) as a
    where pg_get_userbyid(c.relowner) in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
        and a.grantee <> c.relowner
        and not c.relispartition
    union all
    select n.nspname, c.relname, pg_get_userbyid(a.grantee)::text, lower(a.privilege_type),
        t.attname
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_attribute as t on t.attrelid = c.oid
    cross join lateral aclexplode(t.attacl) as a
    where pg_get_userbyid(c.relowner) in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
        and not c.relispartition
    order by 1, 2, 3, 4, 5"""
_POLICIES = """
    select p.tablename as name, unnest(p.roles)::text as role, p.qual
    from pg_policies as p where p.schemaname = 'public' and p.cmd in ('SELECT', 'ALL')"""
_TABLES = """
    select n.nspname as schema, c.relname as name, c.relkind::text as kind,
        c.relrowsecurity and c.relforcerowsecurity as is_guarded
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where pg_get_userbyid(c.relowner) in ('fb_owner', 'fb_secrets', 'fb_reporting', 'fb_audit')
        and c.relkind in ('r', 'p', 'v', 'm')
        and not c.relispartition and c.relname !~ '_[0-9]{4}_[0-9]{2}$'
    order by n.nspname, c.relname"""
_FUNCTIONS = """
    select p.proname as name, pg_get_userbyid(a.grantee)::text as role
    from pg_proc as p cross join lateral aclexplode(p.proacl) as a
    where p.pronamespace = 'fb'::regnamespace and a.grantee <> p.proowner
    order by 1, 2"""
_KINDS = {"v": "view", "m": "materialized view"}


def access_matrix(url: str) -> str:
    """Return the page for the database at `url`."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("set local search_path = pg_catalog")
        roles, tables, rights, policies, functions = (
            connection.execute(query.encode()).fetchall()
            for query in (_ROLES, _TABLES, _RIGHTS, _POLICIES, _FUNCTIONS)
        )
    parts = [_HEAD, _roles(roles), _tables(tables, rights, policies), _columns(rights)]
    return "\n\n".join([*parts, _functions(functions)]) + "\n"


_HEAD = f"""# Access matrix

{MADE}

Who may do what, as the catalogue of a migrated database has it. What it means and how it is proven
is told in [Access](../concepts/access.md)."""


def _roles(roles: list[dict[str, Any]]) -> str:
    rows = "\n".join(
        f"| `{row['role']}` | {'yes' if row['logs_in'] else 'no'} | {_powers(row)} |"
        f" {', '.join(f'`{name}`' for name in row['member_of'])} |"
        for row in roles
    )
    return f"""## Roles

| role | logs in | powers over the server | member of |
|---|---|---|---|
{rows}"""


def _powers(row: dict[str, Any]) -> str:
    found = (("bypasses", "row security does not hold it"), ("replicates", "replicates"))
    return ", ".join(told for name, told in found if row[name])


def _tables(
    tables: list[dict[str, Any]], rights: list[dict[str, Any]], policies: list[dict[str, Any]]
) -> str:
    held: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rights:
        mark = f"{row['right']} of columns" if row["column"] else row["right"]
        held[row["schema"], row["name"]][row["role"]].add(mark)
    lines = []
    for table in tables:
        grouped: dict[str, list[str]] = defaultdict(list)
        for role, marks in sorted(held[table["schema"], table["name"]].items()):
            grouped[_told(table, role, marks, policies)].append(f"`{role}`")
        told = "; ".join(f"{what}: {', '.join(who)}" for what, who in grouped.items())
        schema = "" if table["schema"] == "public" else f"{table['schema']}."
        kind = _KINDS.get(table["kind"], "forced" if table["is_guarded"] else "functions alone")
        lines.append(f"| `{schema}{table['name']}` | {kind} | {told or 'nobody'} |")
    return """## Tables and views

*Own rows*: those that a policy gives to the identity of the transaction. *Some columns*: those that
are listed below. Where row security is *forced*, it holds for the owner too. Partitions are not
here: nobody has a right on one.

| table | row security | who may do what |
|---|---|---|
""" + "\n".join(lines)


def _told(table: dict[str, Any], role: str, marks: set[str], policies: list[dict[str, Any]]) -> str:
    told = []
    if any(mark.startswith("select") for mark in marks):
        how = "own rows" if _is_own(table["name"], role, policies) else "all rows"
        told.append(f"read {how}" + ("" if "select" in marks else ", some columns"))
    told += [right for right in ("insert", "update", "delete") if right in marks]
    return ", ".join(told)


def _is_own(name: str, role: str, policies: list[dict[str, Any]]) -> bool:
    asked = [p["qual"] for p in policies if p["name"] == name and p["role"] == role]
    if not asked:
        # A view that asks with its reader's rights: what customers see of it is theirs.
        return role == "app_user"
    return all(qual != "true" for qual in asked)


def _columns(rights: list[dict[str, Any]]) -> str:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rights:
        if row["column"]:
            found[row["name"], row["role"]].append(row["column"])
    rows = "\n".join(
        f"| `{name}` | `{role}` | {', '.join(columns)} |"
        for (name, role), columns in sorted(found.items())
    )
    return f"""## Columns

Where a role may read some columns of a table, these and no other:

| table | role | columns |
|---|---|---|
{rows}"""


def _functions(functions: list[dict[str, Any]]) -> str:
    called: dict[str, list[str]] = defaultdict(list)
    for row in functions:
        called[row["role"]].append(row["name"])
    rows = "\n".join(
        f"| `{role}` | {', '.join(sorted(set(names)))} |" for role, names in sorted(called.items())
    )
    return f"""## Functions

Each function of the schema `fb`, by who may call it. Those of `fb_private` are called by these
alone.

| role | functions |
|---|---|
{rows}"""
