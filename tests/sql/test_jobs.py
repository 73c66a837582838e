"""The worker's small jobs: events get their global number, old keys go, programs beat."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import User, World

NUMBERED = "select account_id, event_seq, global_seq from outbox order by global_seq"


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        yield world


@pytest.fixture
def user(world: World) -> User:
    return world.user()


def relay(world: World, limit: int) -> int:
    return int(world.job("select fb.relay(%s)", limit))


def test_each_event_gets_one_number_in_its_account_s_order(world: World, user: User) -> None:
    accounts = [world.account(user) for _ in range(3)]
    world.call("deposit_received", [w.deposit(accounts[n % 3], 1) for n in range(12)])
    assert [relay(world, 10), relay(world, 10), relay(world, 10)] == [10, 5, 0]
    first = world.rows(NUMBERED)
    assert len({row["global_seq"] for row in first}) == 15
    for account in accounts:
        of_account = [row["event_seq"] for row in first if row["account_id"] == account]
        assert of_account == [1, 2, 3, 4, 5]
    world.call("deposit_received", [w.deposit(account, 1) for account in accounts])
    assert relay(world, 10) == 3
    second = world.rows(NUMBERED)
    assert second[:15] == first, "a number that was given is never changed"


def test_one_relay_at_a_time(world: World, user: User) -> None:
    world.account(user)
    other = world.connect(world.database.url("fb_worker"))
    with other.transaction():
        assert other.execute("select fb.relay(10) as n").fetchone() == {"n": 1}
        assert relay(world, 10) == 0
    assert relay(world, 10) == 0


def test_uncommitted_events_are_not_numbered(world: World, user: User) -> None:
    account = world.account(user)
    assert relay(world, 10) == 1
    bank = world.as_role("fb_bank")
    with bank.transaction():
        w.call(bank, "deposit_received", [w.deposit(account, 1)])
        assert relay(world, 10) == 0
    assert relay(world, 10) == 1


MONTHLY = ("transactions", "entries", "order_events", "outbox", "audit_log")


def test_rows_that_found_no_partition_are_named_and_move_when_there_is_one(world: World) -> None:
    """As after a year without a worker: this month's partitions are not there."""
    month = world.value("select to_char(now() at time zone 'UTC', '_YYYY_MM')")
    for table in MONTHLY:
        world.admin.execute(f"drop table {table}{month}".encode())
    user = world.user()
    account = world.account(user, 1_000)
    world.accepted("place_order", w.order(user.token, account, world.security("AAA")))
    rows = {t: world.rows(f"select * from {t} order by {t}::text") for t in MONTHLY}
    (found,) = world.check_books().values()
    assert {row["table_name"]: row["misplaced"] for row in found} == {
        f"public.{table}": len(rows[table]) for table in MONTHLY
    }
    assert world.job("select fb.make_partitions(12)") == len(MONTHLY)
    assert {t: world.rows(f"select * from {t} order by {t}::text") for t in MONTHLY} == rows
    assert {t: world.value(f"select count(*) from {t}_default") for t in MONTHLY} == dict.fromkeys(
        MONTHLY, 0
    )
    # What comes next finds its partition, and history is guarded as before.
    world.accepted("deposit_received", w.deposit(account, 1))
    assert world.check_books() == {}
    assert world.job("select fb.make_partitions(12)") == 0


def test_keys_are_pruned_when_they_are_old_in_small_steps(world: World, user: User) -> None:
    account = world.account(user)
    world.call("deposit_received", [w.deposit(account, 1) for _ in range(7)])
    count = "select count(*) from idempotency_keys"
    before = world.value(count)
    assert world.job("select fb.prune_keys('1 day', 100)") == 0
    world.admin.execute(
        "update idempotency_keys set created_at = now() - interval '31 days'"
        " where command = 'deposit_received'"
    )
    assert [world.job("select fb.prune_keys('30 days', 5)") for _ in range(3)] == [5, 2, 0]
    assert world.value(count) == before - 7
    assert world.check_books() == {}


def test_a_program_s_beat_tells_a_restart_from_a_long_life(world: World) -> None:
    worker = world.as_role("fb_worker")
    first, second = uuid4(), uuid4()
    seen = []
    for instance in (first, first, second):
        worker.execute("select fb.heartbeat('worker', %s, 42)", (instance,))
        seen += world.rows("select * from process_heartbeats")
    assert [row["instance"] for row in seen] == [first, first, second]
    assert seen[0]["started_at"] == seen[1]["started_at"] < seen[2]["started_at"]
    assert seen[0]["beat_at"] < seen[1]["beat_at"] < seen[2]["beat_at"]


JOBS = (
    "fb.settle('2012-06-04', 1)", "fb.expire_orders('2012-06-04', 1)", "fb.relay(1)",
    "fb.prune_keys('1 day', 1)", "fb.make_partitions(1)",
    "fb.announce_actions('x', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
    "fb.apply_corporate_action(gen_random_uuid(), 1)",
)  # fmt: skip


def test_jobs_are_the_worker_s_alone(world: World) -> None:
    for role in ("app_user", "fb_bank", "fb_venue", "fb_broker", "auditor", "analytics_user"):
        for job in JOBS:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                world.as_role(role).execute(f"select {job}".encode())
