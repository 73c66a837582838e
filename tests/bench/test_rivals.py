"""Each rival writes the rows that FinanceBuy writes, in every table, to the last column."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy.orm import Session

from financebuy.bench.rivals.sqlalchemy_models import Models
from financebuy.bench.rivals.sqlalchemy_session import NaiveLedger, plan_engine, uuid7
from financebuy.bench.world import RIVALS_SQL
from financebuy.sql import load, text
from tests.bench.written import Written, written
from tests.support.databases import Database
from tests.support.world import COMMON, OPEN, User, World, columns, order

KEY, CLIENT_ORDER_ID, FILL = (str(uuid4()) for _ in range(3))
AMOUNT, PRICE = Decimal("1.50"), Decimal(100)
Connection = psycopg.Connection[Any]


class Market:
    """A customer with cash, a stock, and a connection whose work is rolled back."""

    def __init__(self, world: World) -> None:
        world.open_market()
        self.world = world
        self.user: User = world.user()
        self.account: UUID = world.account(self.user, 10_000)
        self.security: UUID = world.security("BENCH")
        self.url = world.database.admin_url
        for name in RIVALS_SQL:
            world.admin.execute(text(f"bench/{name}.sql").encode())

    def order(self) -> UUID:
        """An order to buy that stays."""
        return self.world.accepted(
            "place_order", order(self.user.token, self.account, self.security)
        )

    def written(self, work: Callable[[Connection], object]) -> Written:
        with psycopg.connect(self.url) as connection:
            found = written(connection, lambda: work(connection))
            connection.rollback()
        return found


@pytest.fixture
def market(database: Database) -> Iterator[Market]:
    with World(database) as world:
        yield Market(world)


def product(connection: Connection, function: str, row: dict[str, Any]) -> UUID:
    """One command; the next may follow in the same transaction, since this is a test."""
    connection.execute("select set_config('fb.command_begun', '', true)")
    query = getattr(load("commands"), function).encode()
    given = {**row, "request_id": None, "origin": "bench"}
    arrays = columns(function, [given]) | {"skip_locked": False}
    ((_, outcome, replayed, command_id, *_),) = connection.execute(query, arrays).fetchall()
    assert (outcome, replayed) == ("accepted", False)
    assert isinstance(command_id, UUID)
    return command_id


def deposit(connection: Connection, market: Market) -> None:
    product(
        connection, "deposit_received",
        {
            "bank": "bench", "bank_reference": KEY, "account_id": market.account,
            "amount": AMOUNT, "currency": "USD", "effective_at": None, "settle_on": None,
            "identity": None,
        },
    )  # fmt: skip


def buy(connection: Connection, market: Market) -> UUID:
    return product(
        connection, "place_order",
        {
            "identity": market.user.token, "key": KEY, "account_id": market.account,
            "security_id": market.security, "client_order_id": CLIENT_ORDER_ID, "side": "buy",
            "order_type": "limit", "time_in_force": "day", "quantity": Decimal(1),
            "notional": None, "limit_price": PRICE, "stop_price": None, "lot_method": None,
            "lots": None,
        },
    )  # fmt: skip


def fill(connection: Connection, order_id: UUID) -> None:
    product(connection, "execution", execution(order_id, FILL))


def execution(order_id: UUID, name: str | None = None) -> dict[str, Any]:
    return {
        **COMMON, "venue": "bench", "venue_execution_id": name or str(uuid4()),
        "order_id": order_id, "quantity": Decimal(1), "price": PRICE, "effective_at": None,
    }  # fmt: skip


def buy_by_hand(connection: Connection, market: Market) -> UUID:
    row = connection.execute(
        "select fb_bench.buy(%s, 'TESTKEY', %s, %s, %s, %s, 1, %s)",
        (market.user.user_id, KEY, market.account, market.security, CLIENT_ORDER_ID, PRICE),
    ).fetchone()
    assert row
    return UUID(str(row[0]))


def fill_by_hand(connection: Connection, order_id: UUID) -> None:
    connection.execute("select fb_bench.fill('bench', %s, %s, %s)", (FILL, order_id, PRICE))


def tables(rows: Written) -> set[str]:
    return {table for table, _ in rows}


def test_a_deposit_by_hand(market: Market) -> None:
    ours = market.written(lambda connection: deposit(connection, market))
    theirs = market.written(
        lambda connection: connection.execute(
            "select fb_bench.deposit('bench', %s, %s, %s, 'USD')", (KEY, market.account, AMOUNT)
        )
    )
    assert theirs == ours
    assert len(ours) == 7
    assert tables(ours) == {
        "accounts", "entries", "idempotency_keys", "outbox", "transactions", "transfers",
    }  # fmt: skip


def test_a_deposit_by_a_naive_session(market: Market) -> None:
    engine = plan_engine(market.url)
    ledger = NaiveLedger(Models.reflect(engine))
    with engine.connect() as outer, Session(outer) as session:
        raw = outer.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)

        def work() -> None:
            ledger.deposit(session, market.account, AMOUNT, KEY)
            session.flush()

        theirs = written(raw, work)
        outer.rollback()
    engine.dispose()
    assert theirs == market.written(lambda connection: deposit(connection, market))


def test_an_order_by_hand(market: Market) -> None:
    ours = market.written(lambda connection: buy(connection, market))
    assert market.written(lambda connection: buy_by_hand(connection, market)) == ours
    assert tables(ours) == {"accounts", "idempotency_keys", "order_events", "orders", "outbox"}


def test_a_fill_by_hand(market: Market) -> None:
    order_id = market.order()
    ours = market.written(lambda connection: fill(connection, order_id))
    theirs = market.written(lambda connection: fill_by_hand(connection, order_id))
    assert theirs == ours
    assert tables(ours) >= {"executions", "holdings", "lots", "settlements", "transactions"}


def test_a_fill_by_hand_of_what_is_held_already_and_with_a_fee(market: Market) -> None:
    market.world.fees("buy", OPEN - timedelta(days=1), flat=Decimal("1.25"))
    market.world.accepted("execution", execution(market.order()))
    order_id = market.order()
    ours = market.written(lambda connection: fill(connection, order_id))
    theirs = market.written(lambda connection: fill_by_hand(connection, order_id))
    assert theirs == ours
    assert sum(table == "entries" for table, _ in ours) == 5


def test_a_cancel_by_hand(market: Market) -> None:
    order_id = market.order()
    asked = {"identity": market.user.token, "key": KEY, "order_id": order_id}
    ours = market.written(lambda connection: product(connection, "cancel_order", asked))
    theirs = market.written(
        lambda connection: connection.execute(
            "select fb_bench.cancel(%s, 'TESTKEY', %s, %s)", (market.user.user_id, KEY, order_id)
        )
    )
    assert theirs == ours
    assert tables(ours) == {"accounts", "idempotency_keys", "order_events", "orders", "outbox"}


def test_a_cancel_by_the_venue_by_hand(market: Market) -> None:
    order_id = market.order()
    asked = {"identity": market.user.token, "key": KEY, "order_id": order_id}
    market.world.accepted("cancel_order", {**COMMON, **asked})
    said = {
        "key": KEY, "venue": "bench", "order_id": order_id, "reason": None, "effective_at": None,
    }  # fmt: skip
    ours = market.written(lambda connection: product(connection, "order_canceled", said))
    theirs = market.written(
        lambda connection: connection.execute(
            "select fb_bench.canceled('bench', %s, %s)", (KEY, order_id)
        )
    )
    assert theirs == ours
    assert tables(ours) == {"accounts", "idempotency_keys", "order_events", "orders", "outbox"}


def test_the_bare_tables_hold_the_same_money_by_batch_and_by_call(market: Market) -> None:
    account, user = market.account, market.user.user_id
    other = market.world.account(market.user, 0)
    rows = ((account, "1.50", "a"), (other, "2.00", "b"), (account, "3.00", "c"))

    def tables(connection: Connection, book: Callable[[], object]) -> list[Any]:
        connection.execute(
            "insert into fb_bare.users (user_id, email, password_hash) values (%s, 'a@b.c', 'x')",
            (user,),
        )
        for number, each in enumerate((account, other)):
            connection.execute(
                "insert into fb_bare.accounts (account_id, user_id, account_type, account_number)"
                " values (%s, %s, 'individual', %s)",
                (each, user, str(number)),
            )
        book()
        return connection.execute(
            "select a.account_id, a.balance, t.transaction_type, t.amount, t.status,"
            " t.reference_number, t.executed_at is not null from fb_bare.accounts as a"
            " join fb_bare.transactions as t using (account_id) order by t.reference_number"
        ).fetchall()

    def one_by_one(connection: Connection) -> None:
        for row in rows:
            connection.execute("select fb_bare.deposit(%s, %s, %s)", row)

    def together(connection: Connection) -> None:
        accounts, amounts, references = (list(each) for each in zip(*rows, strict=True))
        connection.execute(
            load("bench").bare_deposits.encode(),
            {"account_id": accounts, "amount": amounts, "reference": references},
        )

    found = []
    for work in (one_by_one, together):
        with psycopg.connect(market.url) as connection:
            found.append(tables(connection, partial(work, connection)))
            connection.rollback()
    assert found[0] == found[1]
    done = ("deposit", "completed", True)
    assert [(r[0], r[1], r[3], r[5], (r[2], r[4], r[6])) for r in found[0]] == [
        (account, Decimal("4.50"), Decimal("1.50"), "a", done),
        (other, Decimal("2.00"), Decimal("2.00"), "b", done),
        (account, Decimal("4.50"), Decimal("3.00"), "c", done),
    ]


def test_a_rival_that_leaves_something_out_is_seen(market: Market) -> None:
    ours = market.written(lambda connection: deposit(connection, market))

    def less(connection: Connection) -> None:
        deposit(connection, market)
        connection.execute(
            "delete from outbox where kind = 'deposit.received' and payload ->> 'amount' = '1.50'"
        )

    assert market.written(less) != ours


def test_time_ordered_ids_are_of_version_7() -> None:
    made = [uuid7() for _ in range(50)]
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {"specified in RFC 4122"}
    assert [each.int >> 80 for each in made] == sorted(each.int >> 80 for each in made)
