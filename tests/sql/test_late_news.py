"""Trades that are taken back after news that came late, and replacements after a loss."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import Row, User, World


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


def buy(world: World, user: User, account: UUID, stock: UUID, size: str, name: str) -> None:
    row = w.order(user.token, account, stock, quantity=Decimal(size))
    order = world.accepted("place_order", row)
    world.accepted("execution", w.execution(order, size, 99, venue_execution_id=name))


def holding(world: World, account: UUID) -> Row:
    return world.rows("select * from holdings where account_id = %s", account)[0]


@pytest.mark.parametrize("days_ago", [0, 3])
def test_a_trade_is_taken_back_that_a_split_changed_which_was_announced_late(
    world: World, user: User, stock: UUID, days_ago: int
) -> None:
    """What was bought on or after its date was split as well: two lots of 2.25 shares."""
    account = world.account(user, 1_000)
    for name in ("first", "second"):
        buy(world, user, account, stock, "1.5", name)
    world.apply(w.split(stock, w.MONDAY - timedelta(days=days_ago), 3, 2))
    assert holding(world, account)["quantity"] == Decimal("4.5")
    world.accepted("execution_busted", w.bust("second"))
    assert holding(world, account)["quantity"] == 3
    assert world.check_books() == {}


def test_who_owes_shares_may_still_replace_an_order_to_sell(
    world: World, user: User, stock: UUID
) -> None:
    """The replacement reserves nothing that was not reserved before the loss."""
    account = world.account(user, 1_000)
    buy(world, user, account, stock, "2", "bought")
    sale = {"side": "sell", "quantity": Decimal(2), "limit_price": Decimal(120)}
    placed = world.accepted("place_order", w.order(user.token, account, stock, **sale))
    world.accepted("execution_busted", w.bust("bought"))
    row = w.replacement(user.token, placed, limit_price=Decimal(110))
    world.accepted("replace_order", row)
    owed = holding(world, account)
    assert (owed["quantity"], owed["held"]) == (0, 2)
    assert world.check_books() == {}
