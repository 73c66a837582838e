"""Facts that a person enters where money is real take two; what their sender says does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from financebuy.database.commands import Verdict
from financebuy.services.caller import PLATFORM
from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import COMMON, MONDAY, OPEN, Row, User, World

D = Decimal


@dataclass(frozen=True)
class Desk:
    """Two operators, and an investor with 1,000 dollars and 10 shares."""

    world: World
    first: User
    second: User
    user: User
    account: UUID
    stock: UUID

    def withdrawal(self) -> UUID:
        asked = w.withdrawal(self.user.token, self.account, 10)
        return self.world.accepted("request_withdrawal", asked)

    def ask(self, action: str, payload: Row) -> Verdict:
        return self.world.do("request_approval", w.request(self.first.token, action, payload))

    def decide(self, approval: UUID | None, by: str) -> Verdict:
        assert approval
        return self.world.do("decide_approval", w.decision(by, approval))

    def state(self) -> list[Any]:
        """What none of these facts may have changed."""
        tables = ("transactions", "share_receipts", "corporate_actions", "exchange_rates", "lots")
        counts = [self.world.value(f"select count(*) from {name}") for name in tables]
        return [counts, self.world.rows("select account_id, balance, held from accounts")]


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with World(database) as world:
        world.open_market()
        user = world.user()
        account, stock = world.account(user, 1_000), world.security("ACME")
        world.accepted("shares_received", w.shares(account, stock, 10))
        yield Desk(world, world.staff(), world.staff(), user, account, stock)
        assert world.check_books() == {}


FACTS: dict[str, Callable[[Desk], Row]] = {
    "withdrawal_settled": lambda d: w.fact("withdrawal_settled", d.withdrawal(), str(uuid4())),
    "withdrawal_returned": lambda d: w.fact("withdrawal_returned", d.withdrawal(), "unknown"),
    "shares_received": lambda d: w.shares(d.account, d.stock, 2),
    "corporate_action": lambda d: w.action(
        "cash_dividend", d.stock, MONDAY, cash_per_share=D("0.5"), pay_date=MONDAY
    ),
    "exchange_rate": lambda _: w.exchange_rate("USD", "EUR", "0.9"),
}  # fmt: skip
"""What a person may enter, with the row of it."""


def payload_of(row: Row) -> Row:
    """The same as texts, as one asks for it."""
    left_out = (*COMMON, "identity", "key")
    given = {
        name: value for name, value in row.items() if name not in left_out and value is not None
    }
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in given.items()
    }


def answer(verdict: Verdict) -> tuple[object, ...]:
    return (verdict.outcome, verdict.code, verdict.replayed)


def test_every_fact_that_takes_an_identity_is_here(desk: Desk) -> None:
    """A deposit goes by its amount: tests/sql/test_approvals.py."""
    found = desk.world.rows(
        "select proname as name from pg_proc where pronamespace = 'fb'::regnamespace"
        " and pg_get_functiondef(oid) ~ '(who_says|withdrawal_fact)'"
    )
    assert {row["name"] for row in found} == {*FACTS, "deposit_received"}


@pytest.mark.parametrize("name", FACTS)
def test_one_person_is_not_enough_where_money_is_real(desk: Desk, name: str) -> None:
    world = desk.world
    row = FACTS[name](desk)
    with world.real_money():
        before = desk.state()
        for by in (desk.first.token, world.token(PLATFORM.user_id, "operations")):
            for _ in range(2):
                refused = world.do(name, row | {"identity": by})
                assert answer(refused) == ("refused", "approval_required", False)
        assert desk.state() == before
        # Nothing of it is left that the sender's own word would meet.
        assert answer(world.do(name, row)) == ("accepted", None, False)
        assert desk.state() != before
        # And who repeats what stands is answered as it was.
        assert answer(world.do(name, row | {"identity": desk.first.token})) == (
            "accepted", None, True,
        )  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("where", ["paper", "never"])
def test_one_person_is_enough(desk: Desk, name: str, where: str) -> None:
    """With play money, and where it was set: there is one operator alone."""
    world = desk.world
    row = FACTS[name](desk) | {"identity": desk.first.token}
    if where == "paper":
        assert answer(world.do(name, row)) == ("accepted", None, False)
        with world.real_money():
            # What was accepted stays a repeat, whatever the rules are by now.
            assert answer(world.do(name, row)) == ("accepted", None, True)
        return
    with world.real_money():
        world.admin.execute(
            "update platform_settings set value = 'never' where name = 'deposit_approval_from'"
        )
        assert answer(world.do(name, row)) == ("accepted", None, False)


@pytest.mark.parametrize("name", ["shares_received", "corporate_action", "exchange_rate"])
def test_a_repeat_is_one_after_its_key_was_pruned(desk: Desk, name: str) -> None:
    world = desk.world
    row = FACTS[name](desk)
    world.accepted(name, row)
    world.admin.execute("delete from idempotency_keys where command = %s", (name,))
    with world.real_money():
        again = world.do(name, row | {"identity": desk.first.token})
        assert answer(again) == ("accepted", None, True)


@pytest.mark.parametrize("name", FACTS)
def test_a_second_person_confirms_it(desk: Desk, name: str) -> None:
    world = desk.world
    row = FACTS[name](desk)
    with world.real_money():
        before = desk.state()
        asked = desk.ask(name, payload_of(row))
        assert asked.outcome == "accepted", asked
        assert desk.decide(asked.command_id, desk.first.token).code == "second_operator_required"
        assert desk.state() == before
        done = desk.decide(asked.command_id, desk.second.token)
        assert done.outcome == "accepted", done
        assert desk.state() != before
        # The line of the decision is the second operator's, whatever the fact wrote before it.
        (line,) = world.rows(
            "select actor from audit_log where table_name = 'approvals' and action = 'update'"
        )
        assert line["actor"] == f"user:{desk.second.user_id}"
        if not name.startswith("withdrawal"):
            # It is the sender's, under the sender's own id.
            assert answer(world.do(name, row)) == ("accepted", None, True)


@pytest.mark.parametrize("name", FACTS)
def test_an_identity_that_is_not_right_makes_no_senders_word(desk: Desk, name: str) -> None:
    """Beside right ones in the same batch, and on a paper platform too."""
    world = desk.world
    rows = [
        FACTS[name](desk) | {"identity": identity}
        for identity in (
            "nonsense", world.expired(desk.first.user_id, "operations"), desk.first.token, None,
        )
    ]  # fmt: skip
    found = [(each.outcome, each.code) for each in world.call(name, rows)]
    assert found == [
        ("refused", "identity_invalid"), ("refused", "identity_expired"), ("accepted", None),
        ("accepted", None),
    ]  # fmt: skip
    # Their ids are still to be had.
    assert world.do(name, rows[0] | {"identity": None}).outcome == "accepted"


@pytest.mark.parametrize("name", FACTS)
def test_a_batch_is_its_facts_one_by_one(desk: Desk, name: str) -> None:
    row = FACTS[name](desk)
    by = [row | {"identity": desk.first.token}, row]
    with desk.world.real_money():
        found = desk.world.call(name, [by[n] for n in (0, 0, 1, 0, 1)])
    accepted, again = ("accepted", None, False), ("accepted", None, True)
    refused = ("refused", "approval_required", False)
    assert [answer(each) for each in found] == [refused, refused, accepted, again, again]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("acquired_at", "2012-02-30T00:00:00Z"), ("cost", "-1"), ("security_id", "ACME"),
        ("color", "red"),
    ],
)  # fmt: skip
def test_what_can_never_be_read_waits_for_nobody(desk: Desk, field: str, value: str) -> None:
    payload = payload_of(w.shares(desk.account, desk.stock, 2, acquired_at=OPEN))
    refused = desk.ask("shares_received", payload | {field: value})
    assert (refused.code, refused.field) == ("invalid_value", field)


@pytest.mark.parametrize("name", ["shares_received", "corporate_action", "exchange_rate"])
def test_what_it_cannot_do_without(desk: Desk, name: str) -> None:
    refused = desk.ask(name, {"bank": str(uuid4())})
    assert (refused.outcome, refused.code) == ("refused", "required")
