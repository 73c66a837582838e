"""A statement as of any moment equals a replay of the entries, in either of the two times."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from financebuy.sql import load
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import OPEN, Row, User, World

TIMES = ("recorded", "effective")
DAYS = 12
Key = tuple[datetime, datetime, int]
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass
class Stage:
    """An account whose facts took effect on many days, some of them known much later."""

    world: World
    owner: User
    account: UUID
    stock: UUID
    entries: list[Row] = field(default_factory=list)

    def ask(self, query: str, **values: Any) -> list[Row]:
        """What the account's owner sees, under row-level security."""
        connection = self.world.as_role("app_user")
        with connection.transaction():
            connection.execute("select set_config('fb.identity', %s, true)", (self.owner.token,))
            text = getattr(load("statements"), query).encode()
            return connection.execute(text, {"account_id": self.account, **values}).fetchall()

    def balances(self, time: str, moment: datetime) -> dict[UUID, Decimal]:
        found = self.ask(f"balances_{time}", moment=moment)
        return {row["asset_id"]: row["balance"] for row in found if row["balance"]}

    def statement(self, time: str, start: datetime, end: datetime) -> list[Row]:
        return self.ask(f"statement_{time}", start=start, end=end, limit=1000)

    def read(self) -> None:
        self.entries = self.world.rows(
            "select * from entries where account_id = %s order by version", self.account
        )

    def replay(self, time: str, until: datetime, *, inclusive: bool) -> dict[UUID, Decimal]:
        """The plain sum, entry by entry."""
        sums: dict[UUID, Decimal] = {}
        for entry in self.entries:
            at = entry[f"{time}_at"]
            if at < until or (inclusive and at == until):
                sums[entry["asset_id"]] = sums.get(entry["asset_id"], Decimal(0)) + entry["amount"]
        return {asset: amount for asset, amount in sums.items() if amount}


@pytest.fixture(scope="module")
def stage(template: Database) -> Iterator[Stage]:
    with clone(template) as database, World(database) as world:
        world.open_market()
        owner = world.user()
        stage = Stage(world, owner, world.account(owner), world.security("STOCK", 10))
        euros = world.account(owner, 0, "EUR")
        rate = world.rate("USD", "EUR", "0.91237")
        # Days out of order: what is recorded last did not happen last.
        for n in (3, 1, 7, 2, 2, 11, 5, 0):
            happened = OPEN + timedelta(days=n)
            row = w.deposit(stage.account, 100 + n, effective_at=happened)
            world.accepted("deposit_received", row)
            order = w.order(owner.token, stage.account, stage.stock, quantity=Decimal(2),
                            limit_price=Decimal(11), time_in_force="gtc")  # fmt: skip
            bought = world.accepted("place_order", order)
            fill = w.execution(bought, 2, "10.25", effective_at=happened + timedelta(hours=1))
            world.accepted("execution", fill)
        order = w.order(owner.token, stage.account, stage.stock, side="sell", quantity=Decimal(16),
                        limit_price=Decimal(9), time_in_force="gtc")  # fmt: skip
        sold = world.accepted("place_order", order)
        fill = w.execution(sold, 16, "10.50", effective_at=OPEN + timedelta(days=9))
        world.accepted("execution", fill)
        world.job("select fb.settle(%s, 100)", (OPEN + timedelta(days=60)).date())
        conversion = w.conversion(owner.token, stage.account, euros, "33.33", rate)
        world.accepted("convert_currency", conversion)
        stage.read()
        assert len(stage.entries) > 20
        yield stage


def moments(stage: Stage, time: str) -> st.SearchStrategy[datetime]:
    """Each entry's own time, and just before and after it; and long before and after them all."""
    exact = sorted({entry[f"{time}_at"] for entry in stage.entries})
    tick = timedelta(microseconds=1)
    near = [at + n * tick for at in exact for n in (-1, 0, 1)]
    return st.sampled_from([exact[0] - timedelta(days=400), *near, exact[-1] + timedelta(days=400)])


@pytest.mark.parametrize("time", TIMES)
def test_a_balance_is_the_replay_of_the_entries(time: str, stage: Stage) -> None:
    @settings(max_examples=60)
    @given(moments(stage, time))
    def compare(moment: datetime) -> None:
        assert stage.balances(time, moment) == stage.replay(time, moment, inclusive=True)

    compare()


@pytest.mark.parametrize("time", TIMES)
def test_a_statement_is_the_replay_of_the_entries(time: str, stage: Stage) -> None:
    @settings(max_examples=60)
    @given(moments(stage, time), moments(stage, time))
    def compare(one: datetime, other: datetime) -> None:
        start, end = sorted((one, other))
        rows = stage.statement(time, start, end)
        running = {r["asset_id"]: r["balance"] for r in rows if r["transaction_id"] is None}
        opening = {asset: amount for asset, amount in running.items() if amount}
        assert opening == stage.replay(time, start, inclusive=False)
        lines = [row for row in rows if row["transaction_id"] is not None]
        assert {(r["transaction_id"], r["leg"]) for r in lines} == {
            (e["transaction_id"], e["leg"]) for e in stage.entries if start <= e[f"{time}_at"] < end
        }
        assert [r[f"{time}_at"] for r in lines] == sorted(r[f"{time}_at"] for r in lines)
        for line in lines:
            running[line["asset_id"]] += line["amount"]
            assert line["balance"] == running[line["asset_id"]]
        closing = {asset: amount for asset, amount in running.items() if amount}
        assert closing == stage.replay(time, end, inclusive=False)

    compare()


def test_a_late_fact_changes_the_effective_past_and_not_the_recorded(stage: Stage) -> None:
    then = OPEN + timedelta(days=4)
    known = stage.world.value("select clock_timestamp()")
    before = {time: stage.balances(time, then) for time in TIMES}
    recorded_now = stage.balances("recorded", known)
    statement = stage.statement("recorded", known - timedelta(days=1), known)
    late = w.deposit(stage.account, 7, effective_at=OPEN + timedelta(days=3, hours=2))
    stage.world.accepted("deposit_received", late)
    stage.read()
    usd = stage.world.value("select asset_id from assets where code = 'USD'")
    effective = stage.balances("effective", then)
    assert effective[usd] == before["effective"][usd] + 7
    assert stage.balances("recorded", known) == recorded_now
    assert stage.balances("recorded", then) == before["recorded"] == {}
    assert stage.statement("recorded", known - timedelta(days=1), known) == statement
    assert stage.balances("effective", then) == stage.replay("effective", then, inclusive=True)


def test_now_is_what_stands_on_the_account_in_both_times(stage: Stage) -> None:
    now = TODAY + timedelta(days=2)
    row = stage.world.rows("select balance from accounts where account_id = %s", stage.account)
    usd = stage.world.value("select asset_id from assets where code = 'USD'")
    for time in TIMES:
        assert stage.balances(time, now) == {usd: row[0]["balance"]}


def test_a_closed_month_is_where_the_recorded_past_begins(template: Database) -> None:
    """The closing balance stands for everything before it: a wrong one would be seen."""
    with clone(template) as database, World(database) as world:
        owner = world.user()
        stage = Stage(world, owner, world.account(owner, 50), UUID(int=0))
        usd = world.value("select asset_id from assets where code = 'USD'")
        month = datetime(2019, 4, 1, tzinfo=UTC)
        world.admin.execute(
            "insert into closing_balances values (%s, %s, %s, 0, 1000, now())",
            (stage.account, usd, month.date()),
        )
        now = TODAY + timedelta(days=2)
        assert stage.balances("recorded", datetime(2019, 4, 30, tzinfo=UTC)) == {}
        assert stage.balances("recorded", datetime(2019, 5, 1, tzinfo=UTC)) == {usd: 1000}
        assert stage.balances("recorded", now) == {usd: 1050}
        opening, line = stage.statement("recorded", datetime(2019, 6, 1, tzinfo=UTC), now)
        assert (opening["balance"], line["balance"]) == (1000, 1050)


def test_a_stranger_sees_nothing(stage: Stage) -> None:
    stranger = stage.world.user()
    other = Stage(stage.world, stranger, stage.account, stage.stock)
    now = TODAY + timedelta(days=2)
    for time in TIMES:
        assert other.balances(time, now) == {}
        assert other.statement(time, OPEN - timedelta(days=400), now) == []
