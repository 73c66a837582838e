"""How the statements of a command find their rows, in the plans that PostgreSQL made for them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from financebuy.database.commands import ROLES
from tests.budget.rows import Rows
from tests.support.databases import Database
from tests.support.world import Connection, World, call

# Plans come as notices to the session whose statements they are of: no log has to be read.
_EXPLAINING = """
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_nested_statements = on;
    set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off;
    set auto_explain.log_format = json;
    set auto_explain.log_level = notice;
    set jit = off"""
MODES = ("force_custom_plan", "force_generic_plan")
"""For a call's own arguments, and for any: a session's first calls get the ones, later ones perhaps
the others."""
FIXED = frozenset({
    "fee_schedules", "identity_keys", "key_epochs", "kyc_transitions", "market_clock",
    "market_sessions", "order_transitions", "platform_settings", "sealer_state",
})  # fmt: skip
"""Tables that do not grow with customers, commands or days."""
_PARTITION = re.compile(r"_(\d{4}(_\d\d)?|default)$")
_CONDITIONS = {"Index Cond", "Recheck Cond", "TID Cond"}
MOST = 16
"""Rows that a node may look at for each command, of tables with a hundred and more of each kind."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A node of a plan that reads a table that grows."""

    statement: str
    kind: str
    table: str
    is_whole: bool
    """Whether nothing but the table's end ends it."""
    rows: int
    """At how many it looked in all its loops."""


def scans(database: Database, cases: Mapping[str, Rows], mode: str) -> dict[str, list[Scan]]:
    """Every scan of each case's statements; its rows are submitted as a batch and taken back."""
    with World(database) as world:
        plans: list[str] = []
        world.admin.add_notice_handler(lambda notice: plans.append(notice.message_primary or ""))
        world.admin.execute(_EXPLAINING.encode())
        world.admin.execute(f"set plan_cache_mode = {mode}".encode())
        found = {}
        for case, rows in cases.items():
            plans.clear()
            _taken_back(world.admin, case.partition(" ")[0], rows)
            found[case] = [scan for plan in plans for scan in _scans(plan)]
        return found


def problems(found: Mapping[str, list[Scan]], commands: int) -> list[str]:
    """What grows with a table, by case, in a batch of so many commands."""
    return [
        f"{case}: {problem}"
        for case, every in found.items()
        for problem in dict.fromkeys(p for scan in every for p in _problem(scan, commands))
    ]


def _problem(scan: Scan, commands: int) -> Iterator[str]:
    if scan.is_whole:
        yield f"reads the whole of {scan.table} ({scan.kind}): {scan.statement}"
    elif scan.rows > MOST * commands:
        yield f"looks at {scan.rows} rows of {scan.table}: {scan.statement}"


def _taken_back(connection: Connection, function: str, rows: Rows) -> None:
    # The bank's and the venue's actor is the session's login.
    connection.execute(f"set session authorization {ROLES[function]}".encode())
    with connection.transaction(force_rollback=True):
        verdicts = call(connection, function, rows)
    connection.execute("reset session authorization")
    assert {v.outcome for v in verdicts} <= {"accepted", "refused"}


def _scans(message: str) -> Iterator[Scan]:
    _, mark, text = message.partition("plan:\n")
    if not mark:
        return
    plan = json.loads(text)
    statement = " ".join(plan["Query Text"].split())
    for node in _nodes(plan["Plan"]):
        table = _PARTITION.sub("", node.get("Relation Name", ""))
        if table and node["Node Type"] != "ModifyTable" and table not in FIXED:
            is_whole = not _CONDITIONS & node.keys()
            yield Scan(statement, node["Node Type"], table, is_whole, _looked_at(node))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)


def _looked_at(node: dict[str, Any]) -> int:
    removed = sum(value for key, value in node.items() if key.startswith("Rows Removed"))
    return round((node["Actual Rows"] + removed) * node["Actual Loops"])
