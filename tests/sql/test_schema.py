"""The schema in git is what the migrations make, and the catalogue keeps the house's rules."""

import re
from collections.abc import Iterator

import pytest

from financebuy.cluster.secret_files import LOGIN_ROLES
from financebuy.database.commands import ROLES
from financebuy.database.migrate import head, migrate, revision
from tests.support.databases import Database, clone
from tests.support.world import Row, World
from tools.dump_schema import SCHEMA, dump

READS = frozenset({"SELECT"})
# Reference data and the market's state are kept by processes, not by functions.
WRITERS = {
    "fb_worker": {
        "assets", "securities", "security_prices", "price_bars", "market_sessions",
        "market_control", "session_progress", "fee_schedules",
    },
    "fb_venue": {"security_prices", "market_clock", "market_control", "session_progress"},
}  # fmt: skip


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        yield world


def found(world: World, query: str, *values: object) -> list[Row]:
    return world.rows(query, *values)


def test_the_schema_in_git_is_what_the_migrations_make(world: World) -> None:
    """`.venv/bin/python tools/dump_schema.py` writes it anew."""
    made = dump(world.database.admin_url).splitlines()
    kept = SCHEMA.read_text(encoding="utf-8").splitlines()
    assert [line for line in made if line not in kept] == []
    assert [line for line in kept if line not in made] == []
    assert made == kept


def test_migrating_again_changes_nothing(template: Database) -> None:
    with clone(template) as database:
        before = dump(database.admin_url)
        report = migrate(database.admin_url, passwords={})
        assert (report.before, report.after) == (head(), head())
        assert dump(database.admin_url) == before
        assert revision(database.admin_url) == head()


def test_a_changed_schema_is_seen(template: Database) -> None:
    with clone(template) as database, World(database) as world:
        before = dump(database.admin_url)
        for change in (
            "alter table orders alter column venue set not null",
            "drop policy owners_read on accounts",
            "grant update on accounts to app_user",
            "create index on orders (side)",
        ):
            world.admin.execute(change.encode())
            after = dump(database.admin_url)
            assert after != before, change
            before = after


def test_every_table_forces_row_security_and_the_owner_has_a_policy(world: World) -> None:
    """Partitions of prices alone are open to their owner: nobody has a right on them."""
    open_tables = found(
        world,
        "select c.relname from pg_class as c where c.relnamespace = 'public'::regnamespace"
        " and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)"
        " and not (c.relispartition and c.relname like 'price_bars_%%')",
    )
    assert open_tables == []
    without = found(
        world,
        "select c.relname from pg_class as c where c.relnamespace = 'public'::regnamespace"
        " and c.relkind in ('r', 'p') and c.relforcerowsecurity and not exists ("
        "select 1 from pg_policy as p where p.polrelid = c.oid"
        " and p.polcmd = '*' and p.polroles = array[c.relowner])",
    )
    assert without == []


def test_nobody_has_a_right_on_a_partition(world: World) -> None:
    """Policies of the parent do not hold for who asks a partition by name."""
    granted = found(
        world,
        "select c.relname, a.grantee::regrole::text, a.privilege_type from pg_class as c"
        " cross join lateral aclexplode(c.relacl) as a"
        " where c.relispartition and a.grantee <> c.relowner",
    )
    assert granted == []


def test_public_has_no_right_on_anything_of_ours(world: World) -> None:
    rights = found(
        world,
        "select 'table ' || c.relname as what from pg_class as c"
        " cross join lateral aclexplode(c.relacl) as a"
        " where c.relowner = 'fb_owner'::regrole and a.grantee = 0"
        " union all select 'function ' || p.oid::regprocedure::text from pg_proc as p"
        " cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a"
        " where p.pronamespace in ('fb'::regnamespace, 'fb_private'::regnamespace)"
        " and a.grantee = 0"
        " union all select 'schema ' || n.nspname from pg_namespace as n"
        " cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a"
        " where n.nspname in ('public', 'fb', 'fb_private') and a.grantee = 0",
    )
    assert rights == []


def is_of_the_audit(name: str) -> bool:
    """Whether a table, an index or a function belongs to the audit's owner."""
    tables = ("audit_log", "audit_epochs", "audit_retired", "seals", "seal_copies", "sealer_state")
    functions = (
        "open_epoch", "add_seal", "note_copies", "sealer_passed", "retire_month", "audit_status",
        "detach_audit_log", "make_audit_partition", "merkle_root", "require_console", "sealed_in",
    )  # fmt: skip
    return name.startswith(tables) or name in functions


def test_the_owner_owns_everything_and_never_logs_in(world: World) -> None:
    others = found(
        world,
        "select c.relname as name from pg_class as c where c.relowner <> 'fb_owner'::regrole"
        " and c.relnamespace in ('public'::regnamespace, 'fb'::regnamespace,"
        " 'fb_private'::regnamespace) and not exists (select 1 from pg_depend as d"
        " where d.objid = c.oid and d.deptype = 'e')"
        " union all select p.proname from pg_proc as p where p.proowner <> 'fb_owner'::regrole"
        " and p.pronamespace in ('fb'::regnamespace, 'fb_private'::regnamespace)"
        " union all select n.nspname from pg_namespace as n where n.nspowner <> 'fb_owner'::regrole"
        " and n.nspname in ('public', 'fb', 'fb_private')",
    )
    # The keys of signed identities with what reads them, and the audit log with what seals it.
    audit = {row["name"] for row in others if is_of_the_audit(row["name"])}
    assert {row["name"] for row in others} - audit == {
        "audit_identity_keys", "identity_keys", "identity_keys_pkey", "identity_key_of",
        "identity_problem", "is_vouched", "proof_of", "read_identity", "verified_identities",
        "vouch",
    }  # fmt: skip
    assert audit >= {"audit_log", "seals", "audit_epochs", "add_seal", "open_epoch", "retire_month"}
    (owner,) = found(
        world,
        "select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles"
        " where rolname = 'fb_owner'",
    )
    assert not any(owner.values())
    members = found(
        world,
        "select m.member::regrole::text as name,"
        " pg_has_role(m.member, m.roleid, 'usage') as inherits from pg_auth_members as m"
        " where m.roleid = 'fb_owner'::regrole",
    )
    assert {row["name"] for row in members} <= {"fb_migrator", "postgres"}
    assert not any(row["inherits"] for row in members if row["name"] == "fb_migrator")


def test_no_login_bypasses_row_security(world: World) -> None:
    strong = found(
        world,
        "select rolname from pg_roles where rolname = any (%s)"
        " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)",
        [*LOGIN_ROLES],
    )
    # A dump has every row.
    assert [row["rolname"] for row in strong] == ["fb_backup"]


def test_every_security_definer_function_pins_its_search_path(world: World) -> None:
    loose = found(
        world,
        "select p.oid::regprocedure::text as name, p.proconfig from pg_proc as p where p.prosecdef"
        " and p.pronamespace in ('public'::regnamespace, 'fb'::regnamespace,"
        " 'fb_private'::regnamespace) and not coalesce("
        "'search_path=pg_catalog, pg_temp' = any (p.proconfig), false)",
    )
    assert loose == []


def test_every_command_takes_arrays_and_answers_alike(world: World) -> None:
    functions = found(
        world,
        "select p.proname as name, p.provolatile::text, p.prosecdef,"
        " array(select format_type(t.oid, null) from unnest(p.proargtypes) with ordinality"
        " as a (oid, n) join pg_type as t on t.oid = a.oid order by a.n) as types,"
        " pg_get_function_result(p.oid) as result from pg_proc as p"
        " where p.pronamespace = 'fb'::regnamespace and p.proname = any (%s)",
        [*ROLES],
    )
    assert {row["name"] for row in functions} == set(ROLES)
    assert len(functions) == len(ROLES), "a function has two signatures"
    for function in functions:
        *arrays, skip_locked = function["types"]
        assert all(name.endswith("[]") for name in arrays), function["name"]
        assert skip_locked == "boolean"
        assert (function["provolatile"], function["prosecdef"]) == ("v", True)
        assert function["result"] == (
            "TABLE(ordinal integer, outcome text, replayed boolean, command_id uuid, code text,"
            " field text, result jsonb)"
        )


def test_each_function_is_called_by_its_role_alone(world: World) -> None:
    granted = found(
        world,
        "select p.proname as name, a.grantee::regrole::text as role from pg_proc as p"
        " cross join lateral aclexplode(p.proacl) as a"
        " where p.pronamespace = 'fb'::regnamespace and a.grantee <> 'fb_owner'::regrole",
    )
    by_name: dict[str, set[str]] = {}
    for row in granted:
        by_name.setdefault(row["name"], set()).add(row["role"])
    assert {name: by_name.get(name) for name in ROLES} == {n: {r} for n, r in ROLES.items()}
    private = found(
        world,
        "select p.oid::regprocedure::text from pg_proc as p cross join lateral aclexplode(p.proacl)"
        " as a left join pg_roles as r on r.oid = a.grantee"
        " where p.pronamespace = 'fb_private'::regnamespace and coalesce(r.rolcanlogin, true)",
    )
    assert private == []


def test_logins_read_and_only_processes_write_their_own_tables(world: World) -> None:
    granted = found(
        world,
        "select a.grantee::regrole::text as role, c.relname as name, a.privilege_type as right"
        " from pg_class as c cross join lateral aclexplode(c.relacl) as a"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')"
        " and a.grantee <> 'fb_owner'::regrole and c.relowner = 'fb_owner'::regrole",
    )
    assert granted
    writes = [row for row in granted if row["right"] not in READS]
    assert [r for r in writes if r["name"] not in WRITERS.get(r["role"], set())] == []
    assert {row["right"] for row in writes} <= {"INSERT", "UPDATE", "DELETE"}


def test_the_reads_of_customers_run_the_policy_once_a_query(world: World) -> None:
    """`(select fb.my_accounts())` is an init plan; a bare call would run for each row."""
    policies = found(
        world,
        "select tablename, coalesce(qual, '') as qual from pg_policies where schemaname = 'public'"
        " and 'app_user' = any (roles) and qual <> 'true'",
    )
    assert len(policies) > 10
    bare = re.compile(r"(?<!SELECT )fb\.(my_accounts|current_user_id)\(")
    assert [p["tablename"] for p in policies if bare.search(p["qual"])] == []
