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
    trade(world, user, account, stock, "buy", size, name)


def trade(
    world: World, user: User, account: UUID, stock: UUID, side: str, size: str, name: str
) -> None:
    limit = Decimal(100 if side == "buy" else 90)
    row = w.order(user.token, account, stock, side=side, quantity=Decimal(size), limit_price=limit)
    order = world.accepted("place_order", row)
    world.accepted("execution", w.execution(order, size, 99, venue_execution_id=name))


def correct(world: World, name: str, size: str, new_name: str) -> None:
    row = w.correction(name, size, 99, venue_execution_id=new_name)
    world.accepted("execution_corrected", row)


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


@pytest.mark.parametrize(
    ("side", "sold", "corrected", "left"),
    # 2 shares after the split, less 4; or 4, and 2 more.
    [("buy", "3", "1", -2), ("sell", "2", "1", 6)],
)
def test_what_undid_a_trade_after_a_split_stays_when_its_correction_is_taken_back(
    world: World, user: User, stock: UUID, side: str, sold: str, corrected: str, left: int
) -> None:
    """The lot that the contrary trade left is not the correction's own."""
    account = world.account(user, 10_000)
    trade(world, user, account, stock, "buy", "4", "bought")
    trade(world, user, account, stock, "sell", sold, "sold")
    world.apply(w.split(stock, w.MONDAY, 2, 1))
    correct(world, "bought" if side == "buy" else "sold", corrected, "right")
    assert world.check_books() == {}
    world.accepted("execution_busted", w.bust("right"))
    assert holding(world, account)["quantity"] == left
    assert world.check_books() == {}


@pytest.mark.parametrize("is_corrected", [True, False])
def test_a_buy_is_taken_back_whose_shares_undid_another_after_a_split(
    world: World, user: User, stock: UUID, is_corrected: bool
) -> None:
    """What a contrary trade gave away is owed when it turns out not to have been bought."""
    account = world.account(user, 10_000)
    trade(world, user, account, stock, "buy", "4", "first")
    world.apply(w.split(stock, w.MONDAY, 2, 1))
    trade(world, user, account, stock, "sell", "7", "sold")
    trade(world, user, account, stock, "buy", "5", "second")
    # 4 of the 6 shares leave again: the last of the first lot and 3 of the second.
    if is_corrected:
        correct(world, "first", "1", "right")
    else:
        world.accepted("execution_busted", w.bust("first"))
    assert holding(world, account)["quantity"] == (3 if is_corrected else 2)
    world.accepted("execution_busted", w.bust("second"))
    assert world.check_books() == {}
    if is_corrected:
        world.accepted("execution_busted", w.bust("right"))
    assert holding(world, account)["quantity"] == -3
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


def test_of_sales_of_one_moment_the_first_that_was_booked_is_the_first_without_its_shares(
    world: World, user: User, stock: UUID
) -> None:
    """In the order of the batch, whatever ids they have."""
    sizes = [Decimal(size) for size in range(1, 9)]
    account = world.account(user, 10_000)
    buy(world, user, account, stock, str(sum(sizes)), "bought")
    orders = [
        w.order(user.token, account, stock, side="sell", quantity=size, limit_price=Decimal(90))
        for size in sizes
    ]
    placed = [verdict.command_id for verdict in world.call("place_order", orders)]
    facts = [
        w.execution(order, size, 99, effective_at=w.OPEN)
        for order, size in zip(placed, sizes, strict=True)
        if order
    ]
    assert {verdict.outcome for verdict in world.call("execution", facts)} == {"accepted"}
    world.accepted("execution_busted", w.bust("bought"))
    owed = world.rows(
        "select -quantity as size from lots where account_id = %s and quantity < 0"
        " order by lot_seq", account,
    )  # fmt: skip
    assert [row["size"] for row in owed] == sizes
    assert world.check_books() == {}
