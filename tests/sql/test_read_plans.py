"""Every read finds its rows by an index: the plans of all named queries, for every login that may.

The plans are generic, as for any argument, on tables that the planner takes for millions of rows.
A table that grows may be read as a whole, by a sequential scan or by an index without a condition
on its first column, only where `WHOLE` says why.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import psycopg
import pytest

from financebuy.sql import load
from tests.sql.multiplying import multiply
from tests.support.databases import Database, clone
from tests.support.population import populate
from tests.support.world import World

FIXED = {
    "an instrument or a currency each": (
        "assets", "securities", "security_prices", "corporate_actions", "exchange_rates",
    ),
    "one day of trading each": ("market_sessions", "session_progress"),
    "one row, or one a process": ("market_clock", "market_control", "process_heartbeats"),
    "rules": (
        "fee_schedules", "key_epochs", "kyc_transitions", "order_transitions", "platform_settings",
    ),
    "a month, or a run of a day, each": ("closed_months", "reconciliation_runs"),
}  # fmt: skip
"""Tables that do not grow with customers and what they do, and a row of which is what."""

ELSEWHERE = {
    "bench": "what a bench needs on a server of its own",
    "cluster": "the administrator's, about servers and databases",
    "commands": "functions, whose plans are inside them",
    "doctor": "about the catalogue, the settings and the state of the server",
    "drills": "what a drill compares afterwards, all of it",
    "migrations": "the administrator's, once a revision",
    "price_import": "judges the lines of a file in tables of its session",
}
"""Folders whose queries are nobody's read of customers' rows, and why."""

WHOLE = {
    "audit.audit_log": "the sealer and the auditor read all that was recorded, in ranges",
    "audit.count_between": "likewise",
    "audit.count_rows": "likewise",
    "audit.entries": "likewise",
    "audit.executions": "likewise",
    "audit.order_events": "likewise",
    "audit.orphan_entries": "likewise, to see what should not be there",
    "audit.row_epochs": "likewise",
    "audit.search": "the auditor's, by any of nine conditions; planned for those that are given",
    "audit.transactions": "likewise",
    "audit.xid_range": "likewise",
    "market.open_orders": "all that is open, and what replaces it: the venue's, when it starts",
    "months.months_to_close": "a job's: the first of all rows, once an hour",
    "orders.orders_newest_first": "the staff's over all accounts; a customer's have the account's",
    "orders.orders_oldest_first": "likewise",
}
"""Queries that may read a table as a whole when somebody other than a customer asks, and why."""

LOGINS = (
    "app_user", "fb_auth", "fb_bank", "fb_broker", "fb_venue", "fb_worker", "fb_sealer", "auditor",
    "fb_monitor", "analytics_user",
)  # fmt: skip
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[stb]")
_LARGE = """
    update pg_statistic as s set stadistinct = -(s.stadistinct / c.reltuples)
    from pg_class as c, pg_attribute as a
    where c.oid = s.starelid and a.attrelid = c.oid and a.attnum = s.staattnum
        and c.relnamespace = 'public'::regnamespace and c.reltuples > 0 and s.stadistinct > 0
        and a.atttypid in ('uuid'::regtype, 'bytea'::regtype)
        and a.attname not in ('security_id', 'asset_id');
    update pg_class set reltuples = reltuples * 1000, relpages = greatest(relpages, 1)
    where relnamespace = 'public'::regnamespace and reltuples > 0
        and not (relname = any (array[{fixed}]))"""
_TABLES = """
    select c.relname as name, coalesce(pg_partition_root(c.oid), c.oid)::regclass::text as root,
        pg_relation_size(c.oid) > 0 as has_rows
    from pg_class as c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"""
_INDEXES = """
    select i.indexrelid::regclass::text as name, a.attname as first
    from pg_index as i
    inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"""


@dataclass
class Plans:
    """The plans of queries in a database that seems large."""

    world: World
    token: str
    roots: Mapping[str, str] = field(init=False)
    first_columns: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        tables = self.world.rows(_TABLES)
        self.roots = {row["name"]: row["root"] for row in tables if row["has_rows"]}
        self.first_columns = {row["name"]: row["first"] for row in self.world.rows(_INDEXES)}

    def of(self, query: str) -> dict[str, Any]:
        """The plan for each login that may run it. Raises what else is wrong with it."""
        return dict(self._plans(query))

    def _plans(self, query: str) -> Iterator[tuple[str, Any]]:
        numbers: dict[str, int] = {}

        def number(found: re.Match[str]) -> str:
            return f"${numbers.setdefault(found[1] or str(len(numbers)), len(numbers) + 1)}"

        text = _PLACEHOLDER.sub(number, query).replace("%%", "%")
        arguments = f"({', '.join(['null'] * len(numbers))})" if numbers else ""
        for login in LOGINS:
            admin = self.world.admin
            try:
                with admin.transaction(force_rollback=True):
                    admin.execute("set local plan_cache_mode = force_generic_plan")
                    admin.execute(f"set local role {login}".encode())
                    admin.execute(load("identity").assume, (self.token,))
                    admin.execute(f"prepare read as {text}".encode())
                    explain = f"explain (format json) execute read{arguments}"
                    (row,) = admin.execute(explain.encode()).fetchall()
            except psycopg.errors.InsufficientPrivilege:
                continue
            finally:
                admin.execute("deallocate all")
            yield login, row["QUERY PLAN"][0]["Plan"]

    def whole(self, node: Mapping[str, Any]) -> Iterator[str]:
        """What a plan reads as a whole of the tables that grow."""
        root = self.roots.get(node.get("Relation Name", ""))
        if root is not None and root not in fixed_tables() and not self._is_narrow(node):
            yield f"{root} ({node['Node Type']})"
        for each in node.get("Plans", ()):
            yield from self.whole(each)

    def _is_narrow(self, node: Mapping[str, Any]) -> bool:
        if node["Node Type"] == "Bitmap Heap Scan":
            return all(self._is_narrow(each) for each in _index_scans(node))
        first = self.first_columns.get(node.get("Index Name", ""))
        return (
            first is not None and re.search(rf"\b{first}\b", node.get("Index Cond", "")) is not None
        )


def _index_scans(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in node.get("Plans", ()):
        if each["Node Type"] == "Bitmap Index Scan":
            yield each
        else:
            yield from _index_scans(each)


def fixed_tables() -> frozenset[str]:
    return frozenset(table for tables in FIXED.values() for table in tables)


def queries() -> Iterator[tuple[str, str]]:
    """Every named query of the files but those of `ELSEWHERE`, with its folder."""
    for folder in sorted(each.name for each in files("financebuy.sql").iterdir()):
        if (
            folder not in ELSEWHERE
            and files("financebuy.sql").joinpath(folder, "queries.sql").is_file()
        ):
            for name in load(folder).names():
                yield f"{folder}.{name}", getattr(load(folder), name)


@pytest.fixture(scope="module")
def plans(template: Database) -> Iterator[Plans]:
    with clone(template) as database, World(database) as world:
        there = populate(world)
        multiply(world, 30, fixed_tables())
        fixed = ", ".join(f"'{table}'" for table in sorted(fixed_tables()))
        world.admin.execute(_LARGE.format(fixed=fixed).encode())
        yield Plans(world, world.token(there.ann.user_id, "read"))


def test_no_read_goes_through_a_table_that_grows(plans: Plans, tell: Callable[[str], None]) -> None:
    problems, count, excused, nobodys = [], 0, set(), []
    for name, query in queries():
        found = plans.of(_filled_in(query))
        if not found:
            nobodys.append(name)
        for login, plan in found.items():
            count += 1
            whole = sorted(set(plans.whole(plan)))
            if whole and name in WHOLE and (login != "app_user" or name.startswith("audit.")):
                excused.add(name)
            elif whole:
                problems.append(f"{name} as {login}: {', '.join(whole)}")
    assert problems == [], "\n".join(problems)
    # The administrator's, about the keys of identities.
    assert nobodys == ["identity.end_identity_keys", "identity.install_identity_key"]
    assert WHOLE.keys() - excused == set(), "these read nothing as a whole"
    tell(f"{count} plans of {len(list(queries()))} queries, {len(excused)} of them excused")


def _filled_in(query: str) -> str:
    """The audit's queries are of a table that is named when they run; here of the live one."""
    for name in ("transactions", "entries", "order_events", "audit_log"):
        query = query.replace("{" + name + "}", f"public.{name}")
    return query.replace("{table}", "public.transactions")


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("select 1 from public.entries as e where e.account_id = %(a)s", "entries"),
        ("select 1 from public.holdings as h where h.quantity > %(a)s", "holdings"),
        ("select 1 from public.orders as o order by o.order_id limit 5", "orders"),
        ("select 1 from public.executions as x where x.late", "executions"),
    ],
)
def test_what_goes_through_a_table_is_seen(query: str, seen: str, plans: Plans) -> None:
    read = list(plans.whole(plans.of(query)["fb_broker"]))
    assert [each.partition(" ")[0] for each in read] == [seen]


INSIDE = (
    ("app_user", "select * from fb.portfolio_of(%(token)s, %(account)s)"),
    ("app_user", "select fb.my_accounts()"),
)


@pytest.mark.parametrize(("login", "query"), INSIDE)
def test_what_reads_inside_a_function(login: str, query: str, plans: Plans) -> None:
    """`fb.portfolio_of` and the policies' own function, whose plans are reported by the server."""
    world = plans.world
    told: list[Any] = []
    with psycopg.connect(world.database.admin_url) as session:
        session.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        session.execute(
            "load 'auto_explain'; set auto_explain.log_min_duration = 0;"
            " set auto_explain.log_nested_statements = on; set auto_explain.log_format = json;"
            " set auto_explain.log_level = notice; set plan_cache_mode = force_generic_plan"
        )
        session.execute(f"set role {login}".encode())
        session.execute(load("identity").assume, (plans.token,))
        account = world.value("select account_id from accounts where house_code is null limit 1")
        session.execute(query.encode(), {"token": plans.token, "account": account})
    plans_told = [json.loads(text[text.index("{") :])["Plan"] for text in told if "{" in text]
    read = {node for plan in plans_told for node in _tables(plan)}
    assert "account_owners" in read
    assert [each for plan in plans_told for each in plans.whole(plan)] == []


def _tables(node: Mapping[str, Any]) -> Iterator[str]:
    if "Relation Name" in node:
        yield node["Relation Name"]
    for each in node.get("Plans", ()):
        yield from _tables(each)
