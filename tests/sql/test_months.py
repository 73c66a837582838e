"""Months are closed once, detached when nothing needs them, and the books hold after each step."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from financebuy.database.migrate import migrate
from financebuy.sql import names, text
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import MONDAY, OPEN, User, World

# Every time of recording, by table.
RECORDED = {
    "transactions": ["recorded_at"], "entries": ["recorded_at"], "outbox": ["recorded_at"],
    "order_events": ["recorded_at"], "executions": ["recorded_at"],
    "orders": ["placed_at", "updated_at", "terminal_at"],
    "settlements": ["created_at", "closed_at"], "transfers": ["requested_at", "updated_at"],
    "exceptions": ["created_at", "updated_at"], "lots": ["recorded_at"],
    "lot_closures": ["recorded_at"], "accounts": ["created_at", "updated_at", "last_recorded_at"],
}  # fmt: skip


def months_ago(count: int) -> date:
    """The first day of a month, in UTC."""
    now = datetime.now(UTC)
    number = now.year * 12 + now.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def pass_a_month(world: World) -> None:
    """Let everything have been recorded a month earlier: nobody else can move time."""
    with world.admin.transaction():
        world.admin.execute("set local session_replication_role = replica")
        for table, columns in RECORDED.items():
            changes = ", ".join(f"{name} = {name} - interval '1 month'" for name in columns)
            world.admin.execute(f"update {table} set {changes}".encode())


class Ledger:
    """An investor who trades over three months, market Monday to Wednesday."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.open_market()
        world.admin.execute("set role fb_owner")
        for count in range(1, 9):
            start, end = months_ago(count), months_ago(count - 1)
            for table in ("transactions", "entries", "order_events", "outbox"):
                world.admin.execute(
                    "select fb_private.make_partition(%s, %s::timestamp at time zone 'UTC',"
                    " %s::timestamp at time zone 'UTC', to_char(%s::date, 'YYYY_MM'))",
                    (table, start, end, start),
                )
        world.admin.execute("reset role")
        self.user: User = world.user()
        self.security = world.security("AAA")
        self.account = world.account(self.user, 10_000)
        self.bystander = world.account(self.user, 50)
        self.day = MONDAY
        self.open_order = self.place("buy", 1, limit_price=Decimal(1))
        self.trade("buy", 10)
        self.next_day()
        pass_a_month(world)
        self.trade("buy", 5)
        self.trade("sell", 3)
        self.next_day()
        pass_a_month(world)
        self.trade("sell", 2)
        self.world.job("select fb.relay(1000)")

    def place(self, side: str, quantity: int, **changes: Any) -> UUID:
        row = w.order(
            self.user.token, self.account, self.security,
            **{"side": side, "quantity": Decimal(quantity), "time_in_force": "gtc", **changes},
        )  # fmt: skip
        return self.world.accepted("place_order", row)

    def trade(self, side: str, quantity: int) -> None:
        placed = self.place(side, quantity)
        self.world.accepted("execution", w.execution(placed, quantity, 100))

    def next_day(self) -> None:
        """Settle the day and open the next."""
        while self.world.job("select fb.settle(%s, 100)", self.day + timedelta(days=7)):
            pass
        self.day += timedelta(days=1)
        opened = OPEN + (self.day - MONDAY)
        self.world.clock(opened, "open", self.day, self.day + timedelta(days=1))
        self.world.quote(self.security, Decimal("99.99"), Decimal("100.01"), Decimal(100), self.day)

    def close(self, month: date, limit: int = 100) -> list[int]:
        """Close a month; returns what each step did."""
        steps = [1]
        while steps[-1]:
            steps.append(self.world.job("select fb.close_month(%s, %s)", month, limit))
        return steps[1:]

    def detach(self, before: date) -> list[tuple[date, str]]:
        rows = self.world.as_role("fb_worker").execute(
            "select * from fb.detach_partitions(%s)", (before,)
        )
        return [(row["month"], row["outcome"]) for row in rows]

    def keep_nothing(self) -> None:
        self.world.admin.execute(
            "update platform_settings set value = '0 days' where name = 'detach_after'"
        )


@pytest.fixture
def ledger(template: Database) -> Iterator[Ledger]:
    with clone(template) as database, World(database) as world:
        yield Ledger(world)


def closings(world: World, account: UUID) -> list[tuple[date, str, Decimal, int]]:
    return [
        (row["month"], row["code"], row["balance"], row["version"])
        for row in world.rows(
            "select c.*, a.code from closing_balances as c join assets as a using (asset_id)"
            " where account_id = %s order by month, code",
            account,
        )
    ]


def test_a_month_is_closed_once_and_the_books_hold(ledger: Ledger) -> None:
    world, first, second = ledger.world, months_ago(2), months_ago(1)
    assert world.check_books() == {}
    due = world.as_role("fb_worker").execute("select month from months_to_close").fetchall()
    assert [row["month"] for row in due] == [first, second]
    # Account by account, then the house.
    assert ledger.close(first, 1) == [1, 1, 0]
    assert ledger.close(second) == [1, 0]
    assert closings(world, ledger.account) == [
        (first, "AAA", 10, 1), (first, "USD", 9_000, 2),
        (second, "AAA", 12, 3), (second, "USD", 8_800, 4),
    ]  # fmt: skip
    # What had no entries in a month has no row of it: the last one stands.
    assert closings(world, ledger.bystander) == [(first, "USD", 50, 1)]
    assert world.check_books() == {}
    before = world.rows("select * from closing_balances order by 1, 2, 3")
    assert ledger.close(first) == [0]
    assert world.rows("select * from closing_balances order by 1, 2, 3") == before
    # The books go on from there.
    ledger.trade("buy", 1)
    assert world.check_books() == {}


def test_months_are_closed_in_their_order_and_only_when_they_are_over(ledger: Ledger) -> None:
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="earlier month"):
        ledger.close(months_ago(1))
    for month in (months_ago(0), months_ago(2) + timedelta(days=1)):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="over"):
            ledger.close(month)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("delete from entries where version = 1", "numbered without a gap"),
        ("update entries set amount = amount - 1 where version is null", "does not sum to zero"),
    ],
)
def test_a_month_that_does_not_balance_stays_open(
    ledger: Ledger, damage: str, message: str
) -> None:
    with ledger.world.admin.transaction():
        ledger.world.admin.execute("set local session_replication_role = replica")
        ledger.world.admin.execute(damage.encode())
    with pytest.raises(psycopg.errors.RaiseException, match=message):
        ledger.close(months_ago(2))
    assert ledger.world.rows("select * from closed_months") == []


def test_a_command_waits_for_the_closing_of_its_account_and_not_the_other_way(
    ledger: Ledger,
) -> None:
    """An account's row is locked while it is closed: nothing can be recorded in its past."""
    other = ledger.world.connect(ledger.world.database.url("fb_worker"))
    with other.transaction():
        other.execute("select fb.close_month(%s, 1)", (months_ago(2),))
        closing = [
            row["account_id"]
            for row in other.execute("select distinct account_id from closing_balances")
        ]
        assert len(closing) == 1
        verdicts = {
            account: ledger.world.as_role("fb_bank")
            .execute(
                "select outcome from fb.deposit_received(array[null]::text[], array['r'],"
                " array['o'], array['b'], array[%s], array[%s]::uuid[], array[1], array['USD'],"
                " array[null]::timestamptz[], array[null]::date[], true)",
                (str(account), account),
            )
            .fetchone()
            for account in (ledger.account, ledger.bystander)
        }
    outcomes = {account: row["outcome"] for account, row in verdicts.items() if row}
    free = ({ledger.account, ledger.bystander} - set(closing)).pop()
    assert outcomes == {closing[0]: "busy", free: "accepted"}


def test_a_month_stays_while_something_needs_it(ledger: Ledger) -> None:
    world, first = ledger.world, months_ago(2)
    assert ledger.detach(months_ago(0)) == []
    ledger.close(first)
    assert ledger.detach(months_ago(0)) == [(first, "too_recent")]
    ledger.keep_nothing()
    assert ledger.detach(first) == []
    assert ledger.detach(months_ago(0)) == [(first, "order_open")]
    world.accepted("order_canceled", w.fact("order_canceled", ledger.open_order))
    world.admin.execute(
        "insert into exceptions values (gen_random_uuid(), 'unknown_order', null, null,"
        " gen_random_uuid(), '{}', 'open', null, null, now() - interval '3 months', now())"
    )
    assert ledger.detach(months_ago(0)) == [(first, "exception_open")]


def test_the_books_hold_after_a_month_is_detached(ledger: Ledger) -> None:
    world, first, second = ledger.world, months_ago(2), months_ago(1)
    world.accepted("order_canceled", w.fact("order_canceled", ledger.open_order))
    world.job("select fb.relay(1000)")
    ledger.close(first)
    ledger.close(second)
    ledger.keep_nothing()
    before = world.value("select count(*) from entries")
    assert ledger.detach(months_ago(0)) == [(first, "detached"), (second, "detached")]
    assert ledger.detach(months_ago(0)) == []
    assert 0 < world.value("select count(*) from entries") < before
    assert world.check_books() == {}
    # Shares of a detached month are sold, its money is withdrawn, the sale settles.
    ledger.trade("sell", 9)
    withdrawn = world.accepted(
        "request_withdrawal", w.withdrawal(ledger.user.token, ledger.account, 100)
    )
    world.accepted("withdrawal_settled", w.fact("withdrawal_settled", withdrawn, "out"))
    ledger.next_day()
    assert world.check_books() == {}
    assert world.value("select quantity from holdings where account_id = %s", ledger.account) == 1
    # The checks still see what they are for.
    for damage, check in (
        ("update accounts set balance = balance + 1 where balance > 60", "04"),
        ("update holdings set quantity = quantity + 1", "05"),
        ("update accounts set event_seq = event_seq + 1 where balance < 60", "18"),
        ("delete from outbox where event_seq = (select min(event_seq) from outbox)", "18"),
        ("update closing_balances set balance = balance + 1 where version is null", "51"),
    ):
        with world.admin.transaction(force_rollback=True):
            world.admin.execute("set local session_replication_role = replica")
            world.admin.execute(damage.encode())
            world.admin.execute("set local role auditor")
            found = [name for name, rows in _found(world).items() if rows]
            assert any(name.startswith(check) for name in found), (damage, found)


def _found(world: World) -> dict[str, list[Any]]:
    return {
        name: world.admin.execute(text(f"checks/{name}").encode()).fetchall()
        for name in names("checks")
    }


def test_what_is_detached_stays_history(ledger: Ledger) -> None:
    world, first = ledger.world, months_ago(2)
    world.accepted("order_canceled", w.fact("order_canceled", ledger.open_order))
    world.job("select fb.relay(1000)")
    ledger.close(first)
    ledger.keep_nothing()
    ledger.detach(months_ago(1))
    name = f"entries_{first:%Y_%m}"
    for statement in (f"delete from {name}", f"truncate {name}", f"update {name} set amount = 1"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="history"):
            world.admin.execute(statement.encode())
    # Migrating makes policies and rights anew.
    migrate(world.database.admin_url, passwords={})
    count = f"select count(*) as rows from {name}".encode()
    row = world.as_role("auditor").execute(count).fetchone()
    assert row is not None
    assert row["rows"] > 0
    for role in ("app_user", "fb_worker", "analytics_user"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.as_role(role).execute(count)
    # It may come back, as its partition.
    world.admin.execute(
        f"alter table entries attach partition {name} for values from"
        f" ('{first} 00:00+00') to ('{months_ago(1)} 00:00+00')".encode()
    )


def test_the_summary_is_refreshed_and_for_reporting_alone(ledger: Ledger) -> None:
    world = ledger.world
    empty = world.account(world.user())
    world.job("select fb.refresh_summaries()")
    rows = {
        row["account_id"]: (row["cash_balance"], row["holdings_value"], row["total_value"])
        for row in world.as_role("analytics_user").execute("select * from portfolio_summary")
    }
    assert rows == {
        ledger.account: (9_000, 1_000, 10_000), ledger.bystander: (50, 0, 50), empty: (0, 0, 0),
    }  # fmt: skip
    for role in ("app_user", "fb_broker", "fb_worker"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.as_role(role).execute("select * from portfolio_summary")
    # The live view obeys row security.
    app = world.as_role("app_user")
    with app.transaction():
        app.execute("select set_config('fb.identity', %s, true)", (ledger.user.token,))
        seen = app.execute("select account_id, total_value from portfolio_summary_live").fetchall()
    assert {row["account_id"]: row["total_value"] for row in seen} == {
        ledger.account: 10_000, ledger.bystander: 50,
    }  # fmt: skip
