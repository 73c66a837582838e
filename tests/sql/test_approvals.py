"""A second operator: who may decide, what happens then, and what operators do with exceptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from financebuy.database.commands import Verdict
from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import COMMON, User, World, bust, deposit, deposit_return, execution, order

D = Decimal


@dataclass(frozen=True)
class Office:
    """Two operators, and an investor with 1,000 dollars who has bought a share for 100."""

    world: World
    first: str
    second: str
    second_id: UUID
    user: User
    account: UUID
    stock: UUID
    deposit: UUID

    def ask(self, action: str, payload: dict[str, Any], **changes: Any) -> Verdict:
        row = {
            **COMMON, "identity": self.first, "key": str(uuid4()), "action": action,
            "payload": payload, "reason": "a telephone call",
        }  # fmt: skip
        return self.world.do("request_approval", row | changes)

    def asked(self, action: str, payload: dict[str, Any], **changes: Any) -> UUID:
        verdict = self.ask(action, payload, **changes)
        assert verdict.outcome == "accepted", verdict
        assert verdict.command_id
        return verdict.command_id

    def decide(self, approval: UUID, decision: str = "confirmed", **changes: Any) -> Verdict:
        row = {
            **COMMON, "identity": self.second, "key": str(uuid4()), "approval_id": approval,
            "decision": decision, "note": None,
        }  # fmt: skip
        return self.world.do("decide_approval", row | changes)

    def balance(self) -> Decimal:
        return D(
            self.world.value("select balance from accounts where account_id = %s", self.account)
        )

    def exception(self) -> UUID:
        self.world.accepted("execution_busted", bust("nothing"))
        return UUID(str(self.world.value("select exception_id from exceptions")))


def operator(world: World) -> tuple[UUID, str]:
    user_id = world.staff().user_id
    return user_id, world.token(user_id, "operations")


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with World(database) as world:
        world.open_market()
        (_, first), (second_id, second) = operator(world), operator(world)
        user = world.user()
        account, stock = world.account(user), world.security("ACME")
        world.accepted("deposit_received", deposit(account, 1_000, bank_reference="paid"))
        (row,) = world.rows("select transaction_id from transactions")
        bought = world.accepted("place_order", order(user.token, account, stock))
        world.accepted("execution", execution(bought, 1, 100, venue_execution_id="b1"))
        yield Office(
            world, first, second, second_id, user, account, stock, UUID(str(row["transaction_id"]))
        )
        assert world.check_books() == {}


def test_a_reversal_waits_for_a_second_operator(office: Office) -> None:
    office.world.accepted("deposit_received", deposit(office.account, 50, bank_reference="wrong"))
    wrong = office.world.value(
        "select transaction_id from transactions where reference_number = 'wrong'"
    )
    asked = office.asked("reverse", {"transaction_id": str(wrong)})
    assert office.balance() == 950
    assert office.decide(asked, identity=office.first).code == "second_operator_required"
    assert office.balance() == 950
    verdict = office.decide(asked)
    assert (verdict.outcome, office.balance()) == ("accepted", 900)
    (row,) = office.world.rows("select * from approvals")
    assert (row["state"], row["decided_by"], row["effect_id"]) == (
        "confirmed", office.second_id, verdict.command_id,
    )  # fmt: skip
    reversed_ = office.world.rows("select reversed_id, command_id from reversals")
    assert reversed_ == [{"reversed_id": wrong, "command_id": verdict.command_id}]
    assert office.decide(asked).code == "approval_decided"
    assert office.ask("reverse", {"transaction_id": str(wrong)}).code == "already_reversed"
    actions = office.world.rows(
        "select action from audit_log where table_name = 'approvals' order by recorded_at"
    )
    assert [row["action"] for row in actions] == ["insert", "update"]


def test_a_reversal_never_overdraws(office: Office) -> None:
    payload = {"transaction_id": str(office.deposit)}
    assert office.ask("reverse", payload).code == "insufficient_buying_power"
    office.world.accepted("deposit_received", deposit(office.account, 100))
    asked = office.asked("reverse", payload)
    # What there was when it was asked for is spent when it is confirmed.
    office.world.accepted("place_order", order(office.user.token, office.account, office.stock))
    assert office.decide(asked).code == "insufficient_buying_power"
    assert office.world.value("select state from approvals") == "requested"


def test_a_trade_is_not_reversed(office: Office) -> None:
    trade = office.world.value("select transaction_id from transactions where amount = 100")
    assert office.ask("reverse", {"transaction_id": str(trade)}).code == "not_reversible"


def test_shares_that_were_received_are_not_reversed(office: Office) -> None:
    """They may have been sold, split or paid out since."""
    received = w.shares(office.account, office.stock, 5)
    office.world.accepted("shares_received", received)
    receipt = office.world.value(
        "select transaction_id from transactions where reference_number = %s",
        received["custodian_reference"],
    )
    verdict = office.ask("reverse", {"transaction_id": str(receipt)})
    assert (verdict.code, verdict.field) == ("not_reversible", "transaction_id")


@pytest.mark.parametrize("side", ["sent", "received"])
def test_both_sides_of_a_conversion_are_reversed(office: Office, side: str) -> None:
    """At the rate of then, to the last digit of what rounding had left."""
    world, user = office.world, office.user
    euros = world.account(user, currency="EUR")
    rate = world.rate("USD", "EUR", "0.91237")
    world.accepted(
        "convert_currency", w.conversion(user.token, office.account, euros, D("33.33"), rate)
    )
    assert (office.balance(), house(world, "rounding")) == (D("866.67"), D("-0.0007079"))
    payload = {"transaction_id": str(world.value(
        "select transaction_id from transactions where account_id = %s and"
        " transaction_type = 'conversion'", office.account if side == "sent" else euros,
    ))}  # fmt: skip
    assert office.decide(office.asked("reverse", payload)).outcome == "accepted"
    assert (office.balance(), house(world, "rounding")) == (900, 0)
    assert world.value("select balance from accounts where account_id = %s", euros) == 0
    assert office.ask("reverse", payload).code == "already_reversed"


def house(world: World, code: str) -> Decimal:
    """What the house's accounts of a kind have, in all currencies."""
    return D(world.value(
        "select coalesce(sum(e.amount), 0) from entries as e join accounts as a using (account_id)"
        " where a.house_code = %s", code,
    ))  # fmt: skip


def test_a_conversion_is_not_reversed_once_the_money_is_spent(office: Office) -> None:
    world, user = office.world, office.user
    euros, others = world.account(user, currency="EUR"), world.account(user, currency="EUR")
    rate = world.rate("USD", "EUR", "0.5")
    world.accepted("convert_currency", w.conversion(user.token, office.account, euros, 100, rate))
    sent = world.value(
        "select transaction_id from transactions where account_id = %s"
        " and transaction_type = 'conversion'", office.account,
    )  # fmt: skip
    world.accepted("transfer", w.transfer(user.token, euros, others, 50))
    verdict = office.ask("reverse", {"transaction_id": str(sent)})
    assert verdict.code == "insufficient_buying_power"


def test_what_the_bank_took_back_is_not_reversed_and_the_other_way_round(office: Office) -> None:
    for reference in ("one", "two"):
        office.world.accepted(
            "deposit_received", deposit(office.account, 50, bank_reference=reference)
        )
    rows = office.world.rows(
        "select transaction_id from transactions where reference_number in ('one', 'two')"
        " order by reference_number"
    )
    one, two = ({"transaction_id": str(row["transaction_id"])} for row in rows)
    office.world.accepted("deposit_returned", deposit_return("one"))
    assert office.ask("reverse", one).code == "already_reversed"
    assert office.decide(office.asked("reverse", two)).outcome == "accepted"
    office.world.accepted("deposit_returned", deposit_return("two"))
    assert office.balance() == 900
    kinds = office.world.rows("select kind from exceptions")
    assert [row["kind"] for row in kinds] == ["unexpected_state"]


@pytest.mark.parametrize(
    ("action", "payload", "balance"),
    [
        ("deposit_received", {"bank": "sandbox", "bank_reference": "hand", "amount": "7.50",
                              "currency": "USD"}, "907.50"),
        ("deposit_returned", {"bank": "sandbox", "bank_reference": "paid"}, "-100"),
        ("execution_busted", {"venue": "paper", "venue_execution_id": "x1",
                              "ref_venue_execution_id": "b1"}, "1000"),
        ("execution_corrected", {"venue": "paper", "venue_execution_id": "x1", "quantity": "1",
                                 "ref_venue_execution_id": "b1", "price": "90"}, "910"),
    ],
)  # fmt: skip
def test_facts_by_hand(office: Office, action: str, payload: dict[str, str], balance: str) -> None:
    if action == "deposit_received":
        payload = {**payload, "account_id": str(office.account)}
    asked = office.asked(action, payload)
    assert office.balance() == 900
    verdict = office.decide(asked)
    assert verdict.outcome == "accepted", verdict
    assert office.balance() == D(balance)
    origins = office.world.rows(
        "select distinct t.origin from transactions as t join approvals as a"
        " on a.effect_id = t.command_id"
    )
    assert origins == [{"origin": f"approval:{asked}"}]


def test_a_large_deposit_needs_a_second_person(office: Office) -> None:
    """From the amount of the setting on; what the bank says by its own login is never refused."""
    world = office.world

    def enter(amount: str, identity: str | None = office.first) -> str | None:
        row = deposit(office.account, D(amount), bank_reference=f"{amount} {identity is None}")
        return world.do("deposit_received", row | {"identity": identity}).code

    with world.real_money():
        assert enter("9999.99") is None
        assert [enter("10000"), enter("20000")] == ["approval_required"] * 2
        assert enter("10000", identity=None) is None
        # A person's word does not become the bank's because their identity is not right.
        before, identity = office.balance(), world.expired(office.second_id, "operations")
        assert enter("10001", identity=identity) == enter("1", identity=identity)
        assert enter("1", identity=identity) == "identity_expired"
        assert [enter(amount, identity="nonsense") for amount in ("1", "10001")] == [
            "identity_invalid"
        ] * 2
        assert office.balance() == before
        before = office.balance()
        asked = office.asked(
            "deposit_received",
            {"bank": "sandbox", "bank_reference": "20000 False", "amount": "20000",
             "currency": "USD", "account_id": str(office.account)},
        )  # fmt: skip
        assert office.decide(asked, identity=office.first).code == "second_operator_required"
        assert (office.decide(asked).outcome, office.balance()) == ("accepted", before + 20_000)
        for value, refused in (("never", None), ("5", "approval_required")):
            world.admin.execute(
                "update platform_settings set value = %s where name = 'deposit_approval_from'",
                (value,),
            )
            assert enter("30000" if refused is None else "5") == refused
    assert enter("40000") is None
    assert world.check_books() == {}


@pytest.mark.parametrize("pruned", [False, True])
def test_a_repeat_stays_one_when_fewer_may_be_entered_alone(office: Office, pruned: bool) -> None:
    """What was accepted is answered as it was; another amount by its reference is a conflict."""
    world = office.world
    row = deposit(office.account, 500) | {"identity": office.first}
    with world.real_money():
        first = world.do("deposit_received", row)
        assert first.outcome == "accepted"
        before = office.balance()
        if pruned:
            forget = "delete from idempotency_keys where key = %s"
            world.admin.execute(forget, (row["bank_reference"],))
        world.admin.execute(
            "update platform_settings set value = '400' where name = 'deposit_approval_from'"
        )
        again = world.do("deposit_received", row)
        assert (again.outcome, again.replayed, again.code) == ("accepted", True, None)
        assert (again.command_id, again.result) == (first.command_id, first.result)
        other = world.do("deposit_received", row | {"amount": D(501)})
        assert (other.outcome, other.code) == ("conflict", "idempotency_conflict")
        new = deposit(office.account, 500) | {"identity": office.first}
        assert world.do("deposit_received", new).code == "approval_required"
    assert office.balance() == before
    assert world.check_books() == {}


@pytest.mark.parametrize("change", ["role", "active"])
def test_whoever_asked_must_still_be_one_who_could(office: Office, change: str) -> None:
    world = office.world
    asker = UUID(office.first.split(".")[1])
    payload = {
        "bank": "sandbox", "bank_reference": "late", "amount": "5", "currency": "USD",
        "account_id": str(office.account),
    }  # fmt: skip
    asked = office.asked("deposit_received", payload)
    before = office.balance()
    undo = {
        "role": "update staff_roles set role = 'operate' where user_id = %s",
        "active": "update users set is_active = true where user_id = %s",
    }[change]
    do = {
        "role": "update staff_roles set role = 'read' where user_id = %s",
        "active": "update users set is_active = false where user_id = %s",
    }[change]
    world.admin.execute(do, (asker,))
    verdict = office.decide(asked)
    assert (verdict.code, verdict.field) == ("not_permitted", "approval_id")
    assert office.balance() == before
    world.admin.execute(undo, (asker,))
    assert (office.decide(asked).outcome, office.balance()) == ("accepted", before + 5)


def test_a_reset_needs_that_its_asker_is_still_an_administrator(office: Office) -> None:
    world = office.world
    one, two = (world.staff("admin").user_id for _ in range(2))
    colleague = world.staff().user_id
    asked = office.asked(
        "reset_access",
        {"user_id": str(colleague)},
        identity=world.token(one, "operations", "admin"),
    )
    confirm = {"identity": world.token(two, "operations", "admin")}
    role = "update staff_roles set role = %s where user_id = %s"
    world.admin.execute(role, ("operate", one))
    assert office.decide(asked, **confirm).code == "not_permitted"
    world.admin.execute(role, ("admin", one))
    assert office.decide(asked, **confirm).outcome == "accepted"


def test_a_batch_refuses_the_large_ones_alone(office: Office) -> None:
    rows = [
        deposit(office.account, amount) | {"identity": identity}
        for amount, identity in ((10_000, None), (10_000, office.first), (1, office.first))
    ]
    with office.world.real_money():
        found = office.world.call("deposit_received", rows)
    assert [(each.outcome, each.code, each.field) for each in found] == [
        ("accepted", None, None), ("refused", "approval_required", "amount"),
        ("accepted", None, None),
    ]  # fmt: skip


def test_a_repeat_within_a_batch_is_a_repeat(office: Office) -> None:
    """As if each had come alone: what an earlier row of the batch books is booked."""
    small, large, alone = (deposit(office.account, amount) for amount in (1, 10_000, 10_000))
    person = {"identity": office.first}
    rows = [
        large, large | person, small | person, small | person | {"amount": D(10_000)},
        alone | person, alone, alone | person,
    ]  # fmt: skip
    with office.world.real_money():
        found = office.world.call("deposit_received", rows)
    assert [(each.outcome, each.replayed, each.code) for each in found] == [
        ("accepted", False, None), ("accepted", True, None), ("accepted", False, None),
        ("conflict", False, "idempotency_conflict"), ("refused", False, "approval_required"),
        ("accepted", False, None), ("accepted", True, None),
    ]  # fmt: skip
    assert office.world.check_books() == {}


def test_an_order_and_its_fill_by_hand(office: Office) -> None:
    placed = office.world.accepted(
        "place_order", order(office.user.token, office.account, office.stock, quantity=D(2))
    )
    by_venue = {"venue": "paper", "order_id": str(placed)}
    fill = {**by_venue, "venue_execution_id": "h1", "quantity": "1", "price": "80"}
    assert office.decide(office.asked("execution", fill)).outcome == "accepted"
    assert office.decide(office.asked("order_canceled", by_venue)).outcome == "accepted"
    status = office.world.value("select status from orders where order_id = %s", placed)
    assert (status, office.balance()) == ("canceled", 820)


def test_withdrawals_by_hand(office: Office) -> None:
    ids = [
        office.world.accepted(
            "request_withdrawal", w.withdrawal(office.user.token, office.account, amount)
        )
        for amount in (10, 20)
    ]
    settled = {"transfer_id": str(ids[0]), "bank_reference": "wire"}
    assert office.decide(office.asked("withdrawal_settled", settled)).outcome == "accepted"
    returned = {"transfer_id": str(ids[1]), "reason": "unknown account"}
    assert office.decide(office.asked("withdrawal_returned", returned)).outcome == "accepted"
    assert office.balance() == 890


def test_a_request_can_be_declined_and_expires(office: Office) -> None:
    payload = {"venue": "paper", "venue_execution_id": "x1", "ref_venue_execution_id": "b1"}
    declined = office.decide(office.asked("execution_busted", payload), "declined", note="no")
    assert (declined.outcome, office.balance()) == ("accepted", 900)
    late = office.asked("execution_busted", payload)
    office.world.admin.execute("update approvals set expires_at = now() where state = 'requested'")
    assert office.decide(late).code == "approval_expired"
    assert office.balance() == 900


def test_a_decision_is_repeated_with_its_key(office: Office) -> None:
    payload = {"venue": "paper", "venue_execution_id": "x1", "ref_venue_execution_id": "b1"}
    asked = office.asked("execution_busted", payload)
    first, again = (office.decide(asked, key="decided") for _ in range(2))
    assert (first.outcome, again.outcome, again.replayed) == ("accepted", "accepted", True)
    assert first.result == again.result


def test_only_operators_ask_and_decide(office: Office) -> None:
    payload = {"transaction_id": str(office.deposit)}
    assert office.ask("reverse", payload, identity=office.user.token).code == "not_permitted"
    assert office.decide(uuid4(), identity=office.world.broker).code == "not_permitted"


def test_an_exception_is_taken_up_and_resolved(office: Office) -> None:
    found = office.exception()
    row = {**COMMON, "identity": office.first, "exception_id": found}
    assign = {**row, "key": "a", "user_id": office.second_id}
    assert office.world.do("assign_exception", assign).outcome == "accepted"
    resolve = {**row, "key": "r", "resolution": "the venue had mistaken us for somebody else"}
    assert office.world.do("resolve_exception", resolve).outcome == "accepted"
    (now,) = office.world.rows("select state, assigned_to, resolution from exceptions")
    assert (now["state"], now["assigned_to"]) == ("resolved", office.second_id)
    again = office.world.do("resolve_exception", {**resolve, "key": "r2"})
    assert again.code == "exception_resolved"
    audited = office.world.rows(
        "select new_values ->> 'state' as state from audit_log where table_name = 'exceptions'"
        " order by recorded_at"
    )
    assert [row["state"] for row in audited] == ["open", "assigned", "resolved"]


def test_an_exception_is_not_resolved_without_words(office: Office) -> None:
    row = {**COMMON, "identity": office.first, "key": "r", "exception_id": office.exception()}
    assert office.world.do("resolve_exception", {**row, "resolution": "  "}).field == "resolution"
