"""Splits change how many shares there are, never what they cost, and once an account."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import MONDAY, OPEN, Row, User, World

TINY = Decimal("0.000000001")


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        world.open_market()
        yield world


@pytest.fixture
def user(world: World) -> User:
    return world.user()


@pytest.fixture
def stock(world: World) -> UUID:
    return world.security(f"S{uuid4().hex[:8].upper()}")


def buy(world: World, user: User, account: UUID, stock: UUID, quantity: Decimal | int) -> None:
    row = w.order(user.token, account, stock, quantity=Decimal(quantity))
    order = world.accepted("place_order", row)
    world.accepted("execution", w.execution(order, quantity, 100))


def announce(world: World, stock: UUID, new: int, old: int, **terms: object) -> UUID:
    return world.accepted("corporate_action", w.split(stock, MONDAY, new, old, **terms))


def apply(world: World, action: UUID) -> int:
    """Apply a split, account by account; returns how many there were."""
    return world.apply_more(action, limit=1)


def holding(world: World, account: UUID) -> Row:
    (row,) = world.rows(
        "select quantity, total_cost, realized_gain from holdings where account_id = %s", account
    )
    return row


def terms_of(world: World, name: str) -> list[Row]:
    return world.rows(
        "select new_shares, old_shares from corporate_actions where provider_action_id = %s", name
    )


def whole_shares(world: World) -> UUID:
    """A stock that is not traded in fractions."""
    return world.security(f"S{uuid4().hex[:8].upper()}", fractionable=False)


def test_shares_change_and_costs_stay(world: World, user: User, stock: UUID) -> None:
    accounts = [world.account(user, 1_000) for _ in range(3)]
    for n, account in enumerate(accounts):
        buy(world, user, account, stock, n + 1)
        buy(world, user, account, stock, Decimal("0.333333333"))
    assert apply(world, announce(world, stock, 3, 2)) == 3
    for n, account in enumerate(accounts):
        shares = (n + 1 + Decimal("0.333333333")) * Decimal("1.5")
        kept = holding(world, account)
        assert abs(kept["quantity"] - shares) <= TINY
        assert kept["total_cost"] == (n + 1) * 100 + Decimal("33.33")
        assert kept["realized_gain"] == 0
    assert world.check_books() == {}


def test_who_buys_afterwards_already_has_the_new_shares(
    world: World, user: User, stock: UUID
) -> None:
    before, after = world.account(user, 1_000), world.account(user, 1_000)
    buy(world, user, before, stock, 1)
    action = announce(world, stock, 2, 1)
    assert apply(world, action) == 1
    buy(world, user, after, stock, 1)
    assert apply(world, action) == 0
    assert holding(world, after)["quantity"] == 1
    assert holding(world, before)["quantity"] == 2


def test_a_lot_too_small_to_survive_leaves_its_cost(world: World, user: User, stock: UUID) -> None:
    account = world.account(user, 1_000)
    world.fees("buy", OPEN, flat=Decimal(3))
    for quantity in (Decimal("0.000000004"), Decimal(1), Decimal("0.000000004")):
        buy(world, user, account, stock, quantity)
    world.admin.execute("delete from fee_schedules")
    apply(world, announce(world, stock, 1, 10))
    assert holding(world, account) == {
        "quantity": Decimal("0.100000001"), "total_cost": 109, "realized_gain": 0,
    }  # fmt: skip
    assert world.check_books() == {}


def test_what_vanishes_altogether_is_a_realized_loss(world: World, user: User, stock: UUID) -> None:
    account = world.account(user, 1_000)
    world.fees("buy", OPEN, flat=Decimal(3))
    buy(world, user, account, stock, Decimal("0.000000004"))
    world.admin.execute("delete from fee_schedules")
    assert holding(world, account)["total_cost"] == 3
    apply(world, announce(world, stock, 1, 10))
    assert holding(world, account) == {"quantity": 0, "total_cost": 0, "realized_gain": -3}
    assert world.check_books() == {}


def test_a_number_of_shares_that_stays_keeps_its_lots(
    world: World, user: User, stock: UUID
) -> None:
    account = world.account(user, 1_000)
    buy(world, user, account, stock, TINY)
    lots = "select * from lots where account_id = %s"
    before = world.rows(lots, account)
    for _ in range(2):
        assert apply(world, announce(world, stock, 4, 3)) == 1
    assert world.rows(lots, account) == before
    assert world.check_books() == {}


def test_open_orders_are_adjusted_with_what_they_hold(
    world: World, user: User, stock: UUID
) -> None:
    account = world.account(user, 1_000)
    buy(world, user, account, stock, 2)
    for side in ("buy", "sell"):
        world.accepted("place_order", w.order(user.token, account, stock, side=side))
    apply(world, announce(world, stock, 2, 1))
    assert world.value("select held from accounts where account_id = %s", account) == 100
    assert world.value("select held from holdings where account_id = %s", account) == 2
    orders = world.rows(
        "select status, quantity, limit_price, held from orders where account_id = %s"
        " and terminal_at is null order by placed_at", account,
    )  # fmt: skip
    assert orders == [
        {"status": "accepted", "quantity": 2, "limit_price": 50, "held": 100},
        {"status": "accepted", "quantity": 2, "limit_price": 50, "held": 2},
    ]
    assert world.check_books() == {}


def test_orders_that_new_shares_cannot_say_end_and_give_back_what_they_hold(
    world: World, user: User
) -> None:
    account, stock = world.account(user, 1_000), whole_shares(world)
    buy(world, user, account, stock, 2)
    for side in ("buy", "sell"):
        world.accepted("place_order", w.order(user.token, account, stock, side=side))
    apply(world, announce(world, stock, 1, 2))
    assert world.value("select held from accounts where account_id = %s", account) == 0
    assert world.value("select held from holdings where account_id = %s", account) == 0
    statuses = world.rows(
        "select status from orders where account_id = %s order by placed_at", account
    )
    assert [row["status"] for row in statuses] == ["filled", "canceled", "canceled"]
    assert world.check_books() == {}


def test_an_announcement_counts_once_and_cannot_change(world: World, stock: UUID) -> None:
    name = str(uuid4())
    terms = {"provider_action_id": name}
    assert announce(world, stock, 2, 1, **terms) == announce(world, stock, 2, 1, **terms)
    verdict = world.do("corporate_action", w.split(stock, MONDAY, 3, 1, **terms))
    assert verdict.outcome == "conflict"
    assert terms_of(world, name) == [{"new_shares": 2, "old_shares": 1}]


def test_what_the_worker_announces_counts_once_and_cannot_change(world: World) -> None:
    symbol, name = f"S{uuid4().hex[:8].upper()}", str(uuid4())
    world.security(symbol)

    def tell(new: int) -> int:
        return int(
            world.job(
                "select fb.announce_actions('test', %s, %s, '{split}', %s, '{NULL}', %s, '{1}',"
                " '{NULL}', '{NULL}')", [symbol], [name], [MONDAY], [new],
            )
        )  # fmt: skip

    assert [tell(2), tell(2)] == [1, 1]
    assert tell(3) == 0
    assert terms_of(world, name) == [{"new_shares": 2, "old_shares": 1}]


def test_a_vanishing_position_with_cash_in_lieu_is_a_sale(
    world: World, user: User, stock: UUID
) -> None:
    """Five hundredths of a new share at 1,010, which had cost 50."""
    account = world.account(user, 1_000)
    buy(world, user, account, stock, Decimal("0.5"))
    apply(world, announce(world, stock, 1, 10, cash_per_share=Decimal(1_010)))
    balance = world.value("select balance from accounts where account_id = %s", account)
    assert balance == Decimal("1000.50")
    gain = Decimal("0.50")
    assert holding(world, account) == {"quantity": 0, "total_cost": 0, "realized_gain": gain}
    closed = "select kind, quantity, gain from lot_closures where account_id = %s"
    (closure,) = world.rows(closed, account)
    assert closure == {"kind": "cash_in_lieu", "quantity": Decimal("0.5"), "gain": gain}
    assert world.check_books() == {}


def test_what_is_paid_out_of_a_lot_is_counted_in_steps_of_a_share(
    world: World, user: User, stock: UUID
) -> None:
    """25 shares one for seven: 3.571428571, of which 0.571428571 is paid out, 4 of the old."""
    account = world.account(user, 10_000)
    buy(world, user, account, stock, Decimal(25))
    apply(world, announce(world, stock, 1, 7, cash_per_share=Decimal(1)))
    closed = "select kind, quantity::text from lot_closures where account_id = %s order by kind"
    assert world.rows(closed, account) == [
        {"kind": "carried", "quantity": "21.000000003"},
        {"kind": "cash_in_lieu", "quantity": "3.999999997"},
    ]
    assert world.check_books() == {}


def test_a_vanishing_lot_beside_one_that_is_paid_out_is_lost(
    world: World, user: User, stock: UUID
) -> None:
    account = world.account(user, 1_000)
    world.fees("buy", OPEN, flat=Decimal(3))
    for quantity in (Decimal("0.000000004"), Decimal("0.5")):
        buy(world, user, account, stock, quantity)
    world.admin.execute("delete from fee_schedules")
    apply(world, announce(world, stock, 1, 10, cash_per_share=Decimal(1_000)))
    assert holding(world, account) == {"quantity": 0, "total_cost": 0, "realized_gain": -6}
    assert world.check_books() == {}


@pytest.mark.parametrize("cash", [None, Decimal(1_000)])
def test_shares_that_are_owed_are_split_too(
    world: World, user: User, stock: UUID, cash: Decimal | None
) -> None:
    """A fill of a canceled sale comes late, when the shares are sold already."""
    account = world.account(user, 1_000)
    buy(world, user, account, stock, 5)
    sale = {"side": "sell", "quantity": Decimal(5)}
    canceled = world.accepted("place_order", w.order(user.token, account, stock, **sale))
    world.accepted("order_canceled", w.fact("order_canceled", canceled, "because"))
    sold = world.accepted("place_order", w.order(user.token, account, stock, **sale))
    for order in (sold, canceled):
        world.accepted("execution", w.execution(order, 5, 110))
    owed = {"quantity": -5, "total_cost": -550, "realized_gain": 50}
    assert holding(world, account) == owed
    apply(world, announce(world, stock, 2, 1, cash_per_share=cash))
    assert holding(world, account) == owed | {"quantity": -10}
    assert world.check_books() == {}
