"""The drills' positive control on a real database: damage the books, and the damage is reported.

The commands go over HTTP as the drill's clients send them, each twice, as the drill repeats them.
Every test has an account of its own.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from financebuy.drills import evidence
from financebuy.drills.journal import Answered, Command, Kind, Line, Sent
from financebuy.drills.reconcile import Finding, Problem, reconcile, stories
from financebuy.drills.requests import Client
from tests.api.conftest import on_a_market
from tests.support.api import CUSTOMER, Api
from tests.support.databases import Database
from tests.support.world import execution


@dataclass
class Books:
    """An account, what its customer was told of it, and a way to damage it."""

    api: Api
    account_id: UUID
    client: Client
    journal: list[Line] = field(default_factory=list)

    def submit(self, command: Command) -> Answered:
        """Send a command twice; returns the first answer."""
        first, _ = self._attempt(command), self._attempt(command)
        return first

    def _attempt(self, command: Command) -> Answered:
        self.journal.append(Sent(time.time(), command))
        answer = self.client.submit(command)
        assert answer.status in {200, 204}, answer
        line = Answered(time.time(), command.key, answer.status, answer.replayed, answer.fixed)
        self.journal.append(line)
        return line

    def trade(self) -> UUID:
        """One command of each kind; returns the id of an order that is still open."""
        account = str(self.account_id)
        incoming = {"direction": "INCOMING", "amount": "5000.00"}
        self.submit(Command(f"{account}-d", Kind.DEPOSIT, account, incoming))
        outgoing = {"direction": "OUTGOING", "amount": "10.00"}
        self.submit(Command(f"{account}-w", Kind.WITHDRAWAL, account, outgoing))
        terms = {"symbol": "AAPL", "qty": "3", "side": "buy", "time_in_force": "gtc"}
        limit = {**terms, "type": "limit", "limit_price": "1.00"}
        resting = self.submit(Command(f"{account}-l", Kind.ORDER, account, limit)).result["id"]
        self.submit(Command(f"{account}-c", Kind.CANCEL, account, {}, resting))
        market = {**terms, "type": "market"}
        return UUID(self.submit(Command(f"{account}-m", Kind.ORDER, account, market)).result["id"])

    def damage(self, statement: str, *values: object) -> None:
        """Change what cannot be changed: as the superuser, with the guards off."""
        admin = self.api.world.admin
        with admin.transaction():
            admin.execute("set local session_replication_role = replica")
            done = admin.execute(statement.encode(), values)
            assert done.rowcount > 0, "nothing was damaged"

    def findings(self) -> list[Finding]:
        found = evidence.collect(self.api.world.database.url("auditor"), [self.account_id])
        return reconcile(stories(self.journal), found)

    def problems(self) -> list[tuple[Problem, str]]:
        """Each finding as its problem and the last letter of its command's key."""
        return [(each.problem, each.subject[-1]) for each in self.findings()]


@pytest.fixture(scope="module")
def api(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One of their own, since they damage history, which others verify."""
    with on_a_market(template, tmp_path_factory) as running:
        yield running


@pytest.fixture
def books(api: Api) -> Iterator[Books]:
    user = api.world.user()
    account_id = api.world.account(user)
    key = api.make_key(user, *CUSTOMER, account_id=account_id)
    client = Client(api.url, key.key_id, key.secret)
    yield Books(api, account_id, client)
    client.close()


def test_kept_promises_are_no_findings(books: Books) -> None:
    order_id = books.trade()
    books.api.world.accepted("execution", execution(order_id, 2, 100))
    assert books.findings() == []


def test_an_acknowledged_command_that_the_database_never_had_is_lost(books: Books) -> None:
    books.trade()
    command = Command("never-x", Kind.ORDER, str(books.account_id), {"symbol": "AAPL"})
    result = {"id": str(uuid4())}
    for replayed in (False, True):
        answer = Answered(time.time(), command.key, 200, replayed, result)
        books.journal += [Sent(time.time(), command), answer]
    assert books.problems() == [(Problem.LOST, "x")]


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("delete from transfers where account_id = %s and direction = 'incoming'", "d"),
        ("delete from transactions where account_id = %s and transaction_type = 'deposit'", "d"),
        ("delete from outbox where account_id = %s and kind = 'deposit.received'", "d"),
        ("delete from transfers where account_id = %s and direction = 'outgoing'", "w"),
        ("delete from orders where account_id = %s and order_type = 'market'", "m"),
        ("delete from order_events where account_id = %s and event = 'cancel_requested'", "c"),
    ],
)
def test_a_deleted_row_is_a_lost_command(books: Books, statement: str, key: str) -> None:
    books.trade()
    books.damage(statement, books.account_id)
    assert books.problems() == [(Problem.LOST, key)]


def test_a_second_booking_is_found(books: Books) -> None:
    books.trade()
    books.damage(
        "insert into transactions select (jsonb_populate_record(t, jsonb_build_object("
        "'transaction_id', gen_random_uuid()))).* from transactions as t where account_id = %s",
        books.account_id,
    )
    assert books.problems() == [(Problem.DUPLICATED, "d")]


def test_a_command_applied_twice_is_found(books: Books) -> None:
    books.trade()
    books.damage(
        "insert into transfers select (jsonb_populate_record(t, jsonb_build_object("
        "'transfer_id', gen_random_uuid(), 'bank_reference', 'again'))).* from transfers as t"
        " where account_id = %s and direction = 'incoming'",
        books.account_id,
    )
    ((problem, _),) = books.problems()
    assert problem is Problem.DUPLICATED


def test_other_terms_are_found(books: Books) -> None:
    books.trade()
    books.damage(
        "update orders set quantity = 4 where account_id = %s and order_type = 'market'",
        books.account_id,
    )
    assert books.problems() == [(Problem.CHANGED, "m")]


def test_a_fill_that_stands_twice_is_found(books: Books) -> None:
    order_id = books.trade()
    books.api.world.accepted("execution", execution(order_id, 2, 100))
    books.damage(
        "insert into executions select (jsonb_populate_record(x, jsonb_build_object("
        "'execution_id', gen_random_uuid(), 'venue_execution_id', gen_random_uuid()))).*"
        " from executions as x where account_id = %s",
        books.account_id,
    )
    # Four shares of three, and not what the order says.
    assert [each.problem for each in books.findings()] == [Problem.OVERFILLED] * 2
