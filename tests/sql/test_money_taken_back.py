"""Payments that the bank takes back: before they settled, afterwards, and after they were spent."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest

from tests.support.databases import Database
from tests.support.world import (
    MONDAY,
    User,
    World,
    deposit,
    deposit_return,
    fact,
    order,
    sessions,
)

D = Decimal


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        world.open_market()
        yield world
        assert world.check_books() == {}


@pytest.fixture
def user(world: World) -> User:
    return world.user()


def cash(world: World, account: UUID) -> tuple[Decimal, Decimal, Decimal]:
    (row,) = world.rows(
        "select balance, held, unsettled from accounts where account_id = %s", account
    )
    return row["balance"], row["held"], row["unsettled"]


def kinds(world: World) -> list[str]:
    return [row["kind"] for row in world.rows("select kind from exceptions order by created_at")]


def test_a_payment_is_taken_back(world: World, user: User) -> None:
    account = world.account(user)
    transfer = world.accepted("deposit_received", deposit(account, 100, bank_reference="r"))
    world.accepted("deposit_returned", deposit_return("r"))
    assert cash(world, account) == (0, 0, 0)
    assert kinds(world) == []
    state = world.value("select state from transfers where transfer_id = %s", transfer)
    types = world.rows("select transaction_type from transactions order by recorded_at")
    assert (state, [row["transaction_type"] for row in types]) == (
        "returned", ["deposit", "deposit_return"],
    )  # fmt: skip


def test_what_had_not_settled_no_longer_will(world: World, user: User) -> None:
    account = world.account(user)
    later = sessions(MONDAY, 4)[3]
    world.accepted("deposit_received", deposit(account, 100, bank_reference="r", settle_on=later))
    assert cash(world, account) == (100, 0, 100)
    world.accepted("deposit_returned", deposit_return("r"))
    assert cash(world, account) == (0, 0, 0)
    assert world.job("select fb.settle('2013-01-01', 10)") == 0


def test_money_that_is_spent_is_taken_back_all_the_same(world: World, user: User) -> None:
    account, stock = world.account(user), world.security("ACME")
    world.accepted("deposit_received", deposit(account, 100, bank_reference="r"))
    world.accepted("place_order", order(user.token, account, stock))
    world.accepted("deposit_returned", deposit_return("r"))
    assert cash(world, account)[:2] == (0, 100)
    assert kinds(world) == ["overdrawn"]


def test_a_payment_in_suspense_is_taken_back_from_there(world: World, user: User) -> None:
    world.accepted("deposit_received", deposit(UUID(int=7), 100, bank_reference="r"))
    world.accepted("deposit_returned", deposit_return("r"))
    left = world.value(
        "select sum(e.amount) from entries as e join accounts as a using (account_id)"
        " where a.house_code = 'suspense'"
    )
    assert (left, kinds(world)) == (0, ["unknown_account"])


def test_what_was_taken_back_or_never_came_needs_a_person(world: World, user: User) -> None:
    account = world.account(user)
    world.accepted("deposit_received", deposit(account, 100, bank_reference="r"))
    row = deposit_return("r")
    first, again = world.call("deposit_returned", [row, row])
    assert (first.replayed, again.replayed) == (False, True)
    world.accepted("deposit_returned", deposit_return("r"))
    world.accepted("deposit_returned", deposit_return("never came"))
    assert cash(world, account) == (0, 0, 0)
    assert kinds(world) == ["unexpected_state", "unknown_transfer"]


def test_a_withdrawal_cannot_be_returned_as_a_payment(world: World, user: User) -> None:
    account = world.account(user, 100)
    row = {"identity": user.token, "key": "k", "request_id": "r", "origin": "test"}
    withdrawal = world.accepted(
        "request_withdrawal",
        row | {"account_id": account, "amount": D(60), "payment_method_id": None},
    )
    world.accepted("withdrawal_settled", fact("withdrawal_settled", withdrawal, "r"))
    world.accepted("deposit_returned", deposit_return("r"))
    assert (cash(world, account), kinds(world)) == ((40, 0, 0), ["unknown_transfer"])
