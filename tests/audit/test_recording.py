"""Who did what, from where, stands beside what was done, in its own transaction."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support import world as w
from tests.support.databases import Database
from tests.support.population import populate
from tests.support.world import COMMON, World


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


def lines(world: World, table: str) -> list[dict[str, Any]]:
    return world.rows(
        "select action, actor, actor_kind, key_id, request_id, origin, record_id, old_values,"
        " new_values from audit_log where table_name = %s order by recorded_at", table,
    )  # fmt: skip


def test_history_carries_who_by_which_key_and_from_where(world: World) -> None:
    populate(world)
    for table in ("transactions", "order_events"):
        assert world.value(f"select count(*) from {table} where actor is null") == 0
        (row,) = world.rows(
            f"select count(*) filter (where key_id = 'TESTKEY' and origin = 'test'"
            f" and request_id = 'a-request') as told, count(*) as n from {table}"
            " where actor like 'user:%%' and request_id is not null", *(),
        )  # fmt: skip
        assert row["told"] == row["n"] > 0, table


def test_what_operators_change_is_recorded(world: World) -> None:
    user = world.user()
    account = world.account(user, cash=1)
    world.set_status(account, "restricted")
    row = {**COMMON, "identity": world.broker, "key": str(uuid4()), "code": "SEK", "scale": 2}
    world.accepted("add_currency", row)
    world.open_market()
    security = world.security("AAPL")
    worker = world.as_role("fb_worker")
    worker.execute("insert into market_control (days_per_minute, updated_at) values (1, now())")
    worker.execute("update market_control set paused = true, updated_at = now()")
    worker.execute("update market_control set steps_taken = steps_taken, updated_at = now()")
    worker.execute("update securities set tradable = false where security_id = %s", (security,))
    (restricted,) = [x for x in lines(world, "accounts") if x["action"] == "update"]
    assert (restricted["old_values"], restricted["new_values"]) == (
        {"status": "active"}, {"status": "restricted"},
    )  # fmt: skip
    (currency,) = lines(world, "assets")
    for line in (restricted, currency):
        assert line["actor"].startswith("user:")
        assert (line["key_id"], line["request_id"], line["origin"]) == (
            "TESTKEY", "a-request", "test",
        )  # fmt: skip
    begun, paused = lines(world, "market_control")
    assert begun["action"] == "insert"
    assert (paused["actor_kind"], paused["new_values"]) == ("job", {"paused": True})
    listed, stopped = lines(world, "securities")
    assert (listed["action"], listed["new_values"]["symbol"]) == ("insert", "AAPL")
    assert stopped["new_values"] == {"tradable": False}
    world.admin.execute("update platform_settings set value = '0.1' where name = 'collar'")
    (setting,) = lines(world, "platform_settings")
    assert (setting["actor"], setting["old_values"]["value"]) == ("role:postgres", "0.05")


def test_a_line_stands_or_falls_with_what_it_tells_of(world: World) -> None:
    before = world.value("select count(*) from audit_log")
    broker = world.as_role("fb_broker")
    with broker.transaction(force_rollback=True):
        w.call(broker, "create_user", [w.new_user(world.broker, uuid4())])
    assert world.value("select count(*) from audit_log") == before


INSERT = "insert into audit_log (log_id, recorded_at, actor, action) select uuid, now(), 'x', 'x'"


@pytest.mark.parametrize(
    "statement",
    [f"{INSERT} from gen_random_uuid() as uuid", "select fb_private.audit('x', 'users', 'x')"],
)
def test_nobody_writes_lines_but_through_the_functions(statement: str, world: World) -> None:
    for role in ("app_user", "fb_broker", "fb_worker", "fb_sealer", "auditor"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.as_role(role).execute(statement.encode())
