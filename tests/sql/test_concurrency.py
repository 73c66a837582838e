"""Many at once: what is had is spent once, one bad row harms nobody, nobody waits for ever."""

import asyncio
import contextlib
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from financebuy.database.commands import ROLES, CommandWriter, Verdict
from financebuy.database.pools import Pools
from tests.sql.accepted_rows import a_row_of_each
from tests.sql.crowd import Crowd
from tests.sql.workers import Job, run
from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import Connection, Row, User, World, call

SECONDS = float(os.environ.get("FINANCEBUY_TEST_SECONDS", "4"))
SUBMITTERS = 20
WITHOUT_A_LOCK = frozenset({
    "create_user", "set_kyc_status", "open_account", "create_api_key", "revoke_api_key",
    "set_fee_schedule", "add_currency", "exchange_rate", "corporate_action",
    "request_approval", "assign_exception", "resolve_exception", "add_payment_method",
    "remove_payment_method",
})  # fmt: skip
"""They change no account that is there."""
Tell = Callable[[str], None]
Submit = Callable[[str, list[Row]], list[Verdict]]
"""Submits every row at once, each by a caller of its own."""


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        yield world


@pytest.fixture
def user(world: World) -> User:
    return world.user()


@pytest.fixture
def stock(world: World) -> UUID:
    return world.security("AAA")


def urls(world: World) -> dict[str, str]:
    return {role: world.database.url(role) for role in sorted(set(ROLES.values()))}


def with_writers(
    world: World, count: int, act: Callable[[list[CommandWriter]], Coroutine[Any, Any, Any]]
) -> Any:
    """Run `act` with so many writers, each with pools of its own, as processes have them."""

    async def nested(writers: list[CommandWriter]) -> Any:
        if len(writers) == count:
            return await act(writers)
        async with Pools(urls(world)) as pools, CommandWriter(pools) as writer:
            return await nested([*writers, writer])

    return asyncio.run(nested([]))


def through_a_writer(world: World) -> Submit:
    def submit(function: str, rows: list[Row]) -> list[Verdict]:
        async def act(writers: list[CommandWriter]) -> list[Verdict]:
            return await asyncio.gather(*(writers[0].submit(function, row) for row in rows))

        return list(with_writers(world, 1, act))

    return submit


def patiently(connection: Connection, function: str, row: Row) -> Verdict:
    """Submit one row; who could not have the account in time asks again with the same key."""
    while True:
        with contextlib.suppress(psycopg.errors.LockNotAvailable):
            return call(connection, function, [row])[0]


def through_connections(world: World) -> Submit:
    def submit(function: str, rows: list[Row]) -> list[Verdict]:
        connections = [world.connect(world.database.url(ROLES[function])) for _ in rows]
        with ThreadPoolExecutor(len(rows)) as threads:
            return list(threads.map(patiently, connections, [function] * len(rows), rows))

    return submit


WAYS = pytest.mark.parametrize("way", [through_a_writer, through_connections])


# ---------------------------------------------------------------------- spent once


@WAYS
def test_100_in_cash_and_20_orders_of_30_gives_3(
    way: Callable[[World], Submit], world: World, user: User, stock: UUID
) -> None:
    account = world.account(user, 100)
    rows = [w.order(user.token, account, stock, limit_price=Decimal(30)) for _ in range(SUBMITTERS)]
    verdicts = way(world)("place_order", rows)
    codes = Counter(verdict.code for verdict in verdicts)
    assert codes == {None: 3, "insufficient_buying_power": SUBMITTERS - 3}
    held = world.value("select held from accounts where account_id = %s", account)
    assert held == 90
    assert world.check_books() == {}


@WAYS
@pytest.mark.parametrize("function", ["place_order", "deposit_received", "request_withdrawal"])
def test_one_key_20_times_has_one_effect(
    function: str, way: Callable[[World], Submit], world: World, user: User, stock: UUID
) -> None:
    account = world.account(user, 1_000)
    row = {
        "place_order": w.order(user.token, account, stock),
        "deposit_received": w.deposit(account, 5),
        "request_withdrawal": w.withdrawal(user.token, account, 5),
    }[function]
    before = world.value("select event_seq from accounts where account_id = %s", account)
    verdicts = way(world)(function, [row] * SUBMITTERS)
    assert {v.outcome for v in verdicts} == {"accepted"}
    assert len({v.command_id for v in verdicts}) == 1
    assert len({str(v.result) for v in verdicts}) == 1
    assert sum(not v.replayed for v in verdicts) == 1
    after = world.value("select event_seq from accounts where account_id = %s", account)
    assert after == before + 1


def test_one_key_on_two_accounts_through_two_writers_refuses_only_the_second(
    world: World, user: User, stock: UUID
) -> None:
    accounts = [world.account(user, 1_000) for _ in range(2)]

    async def act(writers: list[CommandWriter]) -> list[list[Verdict]]:
        answers = []
        for n in range(25):
            rows = [w.order(user.token, a, stock, key=f"key {n}", limit_price=Decimal(1))
                    for a in accounts]  # fmt: skip
            pair = zip(writers, rows, strict=True)
            answers.append(await asyncio.gather(*(x.submit("place_order", r) for x, r in pair)))
        return answers

    for pair in with_writers(world, 2, act):
        assert sorted((v.outcome, v.code) for v in pair) == [
            ("accepted", None), ("conflict", "idempotency_conflict"),
        ]  # fmt: skip
    orders = world.value("select count(*) from orders")
    assert orders == 25
    assert world.check_books() == {}


# ---------------------------------------------------------------------- one bad row


def test_a_poison_row_is_refused_alone(world: World, user: User) -> None:
    """A bank reference that another withdrawal has breaks a constraint in the middle of a batch."""
    account = world.account(user, 1_000)
    rows = [w.withdrawal(user.token, account, 1) for _ in range(30)]
    asked = [v.command_id for v in through_a_writer(world)("request_withdrawal", rows)]
    rows = [
        w.fact("withdrawal_settled", id_, "the same" if n in (11, 17) else f"reference {n}")
        for n, id_ in enumerate(asked)
        if id_
    ]
    verdicts = through_a_writer(world)("withdrawal_settled", rows)
    refused = [n for n, v in enumerate(verdicts) if v.outcome != "accepted"]
    assert len(refused) == 1
    assert refused[0] in (11, 17)
    poisoned = verdicts[refused[0]]
    assert (poisoned.outcome, poisoned.code, poisoned.field) == (
        "refused", "duplicate", "bank_reference",
    )  # fmt: skip
    settled = world.value("select count(*) from transfers where state = 'settled'"
                          " and direction = 'outgoing'")  # fmt: skip
    assert settled == 29
    assert world.check_books() == {}


def test_poison_in_every_place_of_a_batch(world: World, user: User) -> None:
    account = world.account(user)
    world.admin.execute("insert into assets values (gen_random_uuid(), 'currency', 'XTS', 2)")
    for place in range(7):
        rows = [w.deposit(account, 1, currency="XTS" if n == place else "USD") for n in range(7)]
        verdicts = through_a_writer(world)("deposit_received", rows)
        assert [n for n, v in enumerate(verdicts) if v.outcome == "refused"] == [place]
    balance = world.value("select balance from accounts where account_id = %s", account)
    assert balance == 42


def test_a_forged_or_expired_identity_refuses_its_row_alone(
    world: World, user: User, stock: UUID
) -> None:
    account = world.account(user, 10_000)
    stranger = world.user()
    forged = user.token[:-1] + ("0" if user.token[-1] != "0" else "1")
    # A token of the stranger's whose user was exchanged after signing.
    pasted = stranger.token.replace(str(stranger.user_id), str(user.user_id))
    tokens = [user.token] * 30
    bad = {4: forged, 9: world.expired(user.user_id), 14: stranger.token, 19: pasted, 24: ""}
    for place, token in bad.items():
        tokens[place] = token
    rows = [w.order(token, account, stock, limit_price=Decimal(10)) for token in tokens]
    verdicts = world.call("place_order", rows)
    assert {n: v.code for n, v in enumerate(verdicts) if v.outcome != "accepted"} == {
        4: "identity_invalid", 9: "identity_expired", 14: "account_not_found",
        19: "identity_invalid", 24: "identity_invalid",
    }  # fmt: skip
    # Nobody can use up another's keys: the forger's row claimed none.
    repaired = [{**rows[n], "identity": user.token} for n in bad]
    assert [v.outcome for v in world.call("place_order", repaired)] == ["accepted"] * len(bad)


# ---------------------------------------------------------------------- a blocked account


@pytest.mark.parametrize("function", ["place_order", "deposit_received", "set_account_status"])
def test_a_blocked_account_waits_without_the_others(
    function: str, world: World, user: User, stock: UUID
) -> None:
    blocked, *free = [world.account(user, 1_000) for _ in range(8)]

    def row(account: UUID) -> Row:
        if function == "place_order":
            return w.order(user.token, account, stock)
        if function == "deposit_received":
            return w.deposit(account, 5)
        common = {**w.COMMON, "identity": world.broker, "key": str(uuid4())}
        return {**common, "account_id": account, "status": "restricted"}

    blocker = world.connect(world.database.admin_url)

    async def act(writers: list[CommandWriter]) -> tuple[float, bool, Verdict]:
        with blocker.transaction():
            blocker.execute(
                "select 1 from accounts where account_id = %s for no key update", (blocked,)
            )
            started = time.monotonic()
            waiting = asyncio.create_task(writers[0].submit(function, row(blocked)))
            others = [writers[0].submit(function, row(account)) for account in free]
            answers = await asyncio.gather(*others)
            took = time.monotonic() - started
            assert {v.outcome for v in answers} == {"accepted"}
            was_waiting = not waiting.done()
        return took, was_waiting, await asyncio.wait_for(waiting, 10)

    took, was_waiting, verdict = with_writers(world, 1, act)
    assert was_waiting
    assert verdict.outcome == "accepted"
    assert took < 10  # the lock's timeout is a second, the writer's patience fifteen
    assert world.check_books() == {}


def test_busy_rows_are_told_apart_and_leave_no_trace(world: World, user: User, stock: UUID) -> None:
    """Every function that locks an account, told not to wait: the others' rows go through."""
    of_blocked, of_free = (a_row_of_each(world, user, stock) for _ in range(2))
    blocked = of_blocked["place_order"]["account_id"]
    blocker = world.connect(world.database.admin_url)
    keys = "select count(*) from idempotency_keys"
    for function in (f for f in ROLES if f not in WITHOUT_A_LOCK):
        rows = [of_blocked[function], of_free[function]]
        arguments = w.columns(function, rows) | {"skip_locked": True}
        query = getattr(w.load("commands"), function)
        before = world.value(keys)
        with blocker.transaction():
            blocker.execute("select 1 from accounts where account_id = %s for update", (blocked,))
            answers = world.as_role(ROLES[function]).execute(query, arguments).fetchall()
        assert [row["outcome"] for row in answers] == ["busy", "accepted"], function
        assert world.value(keys) == before + 1, function
        assert world.do(function, of_blocked[function]).replayed is False, function
    assert world.check_books() == {}


def test_a_killed_connection_repeats_its_batch_with_its_keys(world: World, user: User) -> None:
    """Whatever a broken connection had committed is a replay: nothing is lost or done twice."""
    accounts = [world.account(user) for _ in range(4)]
    rows = [w.deposit(accounts[n % 4], 1) for n in range(400)]
    kill = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where usename = 'fb_bank' and pid <> pg_backend_pid()"
    )

    async def act(writers: list[CommandWriter]) -> tuple[list[Verdict], int]:
        killed, answers = 0, []
        for start in range(0, len(rows), 20):
            batch = [writers[0].submit("deposit_received", r) for r in rows[start : start + 20]]
            waiting = asyncio.gather(*batch)
            await asyncio.sleep(0.001 * (start % 7))
            killed += world.value(kill)
            answers += await waiting
        return answers, killed

    verdicts, killed = with_writers(world, 1, act)
    assert killed > 5
    assert {v.outcome for v in verdicts} == {"accepted"}
    assert len({v.command_id for v in verdicts}) == len(rows)
    total = world.value("select sum(balance) from accounts where house_code is null")
    assert total == len(rows)
    assert world.check_books() == {}


# ---------------------------------------------------------------------- the rules of the path


def test_a_replay_writes_wal_so_that_it_waits_for_standbys(
    world: World, user: User, stock: UUID
) -> None:
    rows = a_row_of_each(world, user, stock)
    assert set(rows) == set(ROLES)
    for function, row in rows.items():
        first = world.do(function, row)
        assert (first.outcome, first.replayed) == ("accepted", False), (function, first)
        connection = world.as_role(ROLES[function])
        before = world.value("select pg_current_wal_insert_lsn()")
        with connection.transaction():
            (again,) = call(connection, function, [row])
            has_id = connection.execute(
                "select pg_current_xact_id_if_assigned() is not null as yes"
            ).fetchone()
        written = world.value("select pg_current_wal_insert_lsn() > %s", before)
        assert (again.outcome, again.replayed) == ("accepted", True), (function, again)
        assert again.command_id == first.command_id
        assert again.result == first.result, function
        # With an id its commit is a WAL record, and the answer waits for it.
        assert has_id == {"yes": True}, function
        assert written, function


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_another_isolation_is_refused(level: str, world: World, user: User, stock: UUID) -> None:
    for function, row in a_row_of_each(world, user, stock).items():
        connection = world.connect(world.database.url(ROLES[function]))
        connection.execute(f"set default_transaction_isolation = '{level}'".encode())
        with pytest.raises(psycopg.Error, match="run under READ COMMITTED"):
            call(connection, function, [row])


def twice_in_a_transaction(connection: Connection, function: str, row: Row) -> None:
    with connection.transaction():
        call(connection, function, [row])
        call(connection, function, [row])


def test_two_command_functions_in_one_transaction_are_refused(
    world: World, user: User, stock: UUID
) -> None:
    for function, row in a_row_of_each(world, user, stock).items():
        with pytest.raises(psycopg.Error, match="one command function a transaction"):
            twice_in_a_transaction(world.as_role(ROLES[function]), function, row)
        assert not world.do(function, row).replayed, "the refused transaction left something"


def test_arrays_of_different_lengths_are_refused(world: World, user: User, stock: UUID) -> None:
    for function, row in a_row_of_each(world, user, stock).items():
        for name in w.columns(function, [row]):
            arrays = {**w.columns(function, [row]), name: []} | {"skip_locked": False}
            with pytest.raises(psycopg.errors.ArraySubscriptError):
                world.as_role(ROLES[function]).execute(
                    getattr(w.load("commands"), function), arrays
                )


# ---------------------------------------------------------------------- everybody at once


def test_64_workers_in_4_processes_on_4_accounts(
    world: World, user: User, stock: UUID, tell: Tell
) -> None:
    accounts = [world.account(user, 500) for _ in range(4)]
    jobs = [
        Job(urls(world), user.token, accounts, stock, workers=16, seconds=SECONDS, seed=n)
        for n in range(4)
    ]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(jobs), mp_context=spawn) as processes:
        results = list(processes.map(run, jobs))
    said = [answer for answers, _ in results for answer in answers]
    counted = sum((count for _, count in results), Counter[str]())
    assert counted["try again"] == 0
    # Everything that was acknowledged is there, under its key.
    acknowledged = {s.command_id for s in said if s.outcome == "accepted"}
    there = {row["command_id"] for row in world.rows(
        "select command_id from idempotency_keys where refusal_code is null")}  # fmt: skip
    assert acknowledged <= there
    assert world.value("select min(balance - held) from accounts where house_code is null") >= 0
    assert world.check_books() == {}
    tell(f"{len(said)} answers in {SECONDS:g} s: {dict(counted.most_common())}")


def test_transfers_in_opposite_directions_do_not_deadlock(
    world: World, user: User, tell: Tell
) -> None:
    """Each writer's batches lock the same two accounts, which its rows name the other way round."""
    one, other = world.account(user, 1_000), world.account(user, 1_000)

    async def act(writers: list[CommandWriter]) -> list[Verdict]:
        rows = [
            w.transfer(user.token, *(pair), Decimal(n % 7 + 1))
            for n in range(300)
            for pair in ((one, other), (other, one))
        ]
        return await asyncio.gather(
            *(writers[n % len(writers)].submit("transfer", row) for n, row in enumerate(rows))
        )

    answers = with_writers(world, 4, act)
    deadlocks = world.value(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    assert deadlocks == 0
    assert {v.outcome for v in answers} <= {"accepted", "refused"}
    sums = world.rows("select balance from accounts where account_id = any (%s)", [one, other])
    assert sum(row["balance"] for row in sums) == 2_000
    assert min(row["balance"] for row in sums) >= 0
    assert world.check_books() == {}
    tell(f"{len(answers)} transfers to and fro, no deadlock")


def waits_for_a_lock(world: World, connection: Connection) -> bool:
    return bool(world.value(
        "select exists (select 1 from pg_locks where pid = %s and not granted)",
        connection.info.backend_pid,
    ))  # fmt: skip


def test_facts_that_are_confirmed_do_not_deadlock_with_a_bank_that_reports_them(
    world: World, user: User
) -> None:
    """Each needs a key that the other one has: the batch of decisions names them in no order.

    The first decision is made to wait after its first key, by a third session that has the second.
    """
    operators = [world.token(world.staff().user_id, "operations") for _ in range(2)]
    decisions = []
    for reference in ("b", "c", "a"):
        payload = {
            "bank": w.BANK, "bank_reference": reference, "account_id": str(world.account(user)),
            "amount": "10", "currency": "USD",
        }  # fmt: skip
        asked = world.accepted(
            "request_approval", w.request(operators[0], "deposit_received", payload)
        )
        decisions.append(w.decision(operators[1], asked))
    theirs = [world.account(user) for _ in range(3)]
    reports = [w.deposit(theirs[n], 10, bank_reference=r) for n, r in enumerate("ab")]
    app, bank, third = (
        world.connect(world.database.url(ROLES[name]))
        for name in ("decide_approval", "deposit_received", "deposit_received")
    )
    with ThreadPoolExecutor(2) as threads:
        with third.transaction(force_rollback=True):
            call(third, "deposit_received", [w.deposit(theirs[2], 10, bank_reference="c")])
            decided = threads.submit(call, app, "decide_approval", decisions)
            while not waits_for_a_lock(world, app):
                time.sleep(0.01)
            reported = threads.submit(call, bank, "deposit_received", reports)
            while not waits_for_a_lock(world, bank):
                time.sleep(0.01)
        assert [v.outcome for v in decided.result()] == ["accepted"] * 3
        assert [v.outcome for v in reported.result()] == ["conflict"] * 2
    assert world.value("select count(*) from idempotency_keys where command = 'reserve'") == 0
    assert world.check_books() == {}


@pytest.mark.soak
def test_no_deadlock_in_a_minute(world: World, user: User, stock: UUID, tell: Tell) -> None:
    overlapping_batches(world, user, stock, 60, tell)


def test_no_deadlock(world: World, user: User, stock: UUID, tell: Tell) -> None:
    overlapping_batches(world, user, stock, SECONDS, tell)


def overlapping_batches(world: World, user: User, stock: UUID, seconds: float, tell: Tell) -> None:
    counted = Crowd(world, user, stock).run(seconds)
    deadlocks = world.value(
        "select deadlocks from pg_stat_database where datname = current_database()"
    )
    assert (deadlocks, counted["deadlock"]) == (0, 0)
    assert counted["batches"] > 5
    assert world.check_books() == {}
    tell(f"{dict(counted)} in {seconds:g} s")
