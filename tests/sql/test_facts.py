"""Trades taken back or corrected, money taken back, by figures worked out by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from tests.support.databases import Database
from tests.support.world import (
    COMMON,
    MONDAY,
    OPEN,
    User,
    World,
    bust,
    correction,
    execution,
    fact,
    order,
    replacement,
    sessions,
    split,
)

D = Decimal


@dataclass(frozen=True)
class Desk:
    """An investor with 10,000 dollars, and one stock."""

    world: World
    user: User
    account: UUID
    stock: UUID

    def placed(self, side: str, quantity: int, limit: str = "100") -> UUID:
        row = order(
            self.user.token, self.account, self.stock, side=side, quantity=D(quantity),
            limit_price=D(limit),
        )  # fmt: skip
        return self.world.accepted("place_order", row)

    def trade(self, side: str, quantity: int, price: str, name: str) -> UUID:
        """An order and its only fill, which the venue calls `name`."""
        placed = self.placed(side, quantity, price)
        self.fill(placed, quantity, price, name)
        return placed

    def fill(self, order_id: UUID, quantity: int, price: str, name: str) -> None:
        self.world.accepted(
            "execution", execution(order_id, quantity, price, venue_execution_id=name)
        )

    def bust(self, name: str) -> UUID:
        return self.world.accepted("execution_busted", bust(name))

    def correct(self, name: str, quantity: int, price: str) -> UUID:
        return self.world.accepted("execution_corrected", correction(name, quantity, price))

    def on_error_account(self) -> list[Decimal]:
        """What the house's error account has of each asset of which it has any."""
        rows = self.world.rows(
            "select sum(e.amount) as left_over from entries as e join accounts as a"
            " using (account_id) where a.house_code = 'error' group by e.asset_id"
            " having sum(e.amount) <> 0 order by 1"
        )
        return [row["left_over"] for row in rows]

    def cash(self) -> Decimal:
        return self.figure("balance")

    def figure(self, column: str) -> Decimal:
        """A figure of the account."""
        return D(
            self.world.value(f"select {column} from accounts where account_id = %s", self.account)
        )

    def holding(self) -> tuple[Decimal, Decimal, Decimal]:
        """Shares, what they cost, and what was gained."""
        (row,) = self.world.rows(
            "select quantity, total_cost, realized_gain from holdings where account_id = %s",
            self.account,
        )
        return row["quantity"], row["total_cost"], row["realized_gain"]

    def exceptions(self) -> list[str]:
        rows = self.world.rows("select kind from exceptions order by created_at, kind")
        return [row["kind"] for row in rows]

    def order(self, order_id: UUID) -> tuple[str, Decimal, Decimal]:
        (row,) = self.world.rows(
            "select status, filled_quantity, held from orders where order_id = %s", order_id
        )
        return row["status"], row["filled_quantity"], row["held"]


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with World(database) as world:
        world.open_market()
        user = world.user()
        yield Desk(world, user, world.account(user, 10_000), world.security("ACME"))
        assert world.check_books() == {}


def test_a_busted_buy_is_as_if_it_had_never_been(desk: Desk) -> None:
    placed = desk.trade("buy", 10, "50", "b1")
    assert desk.cash() == 9_500
    desk.bust("b1")
    assert (desk.cash(), desk.holding()) == (10_000, (0, 0, 0))
    assert desk.order(placed) == ("filled", 0, 0)
    assert desk.exceptions() == []


def test_a_busted_buy_that_was_sold_on_leaves_a_deficit_which_the_next_buy_closes(
    desk: Desk,
) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.trade("sell", 4, "60", "s1")
    desk.bust("b1")
    # 10,000 + 240 of the sale; the 4 shares sold are owed, at what they brought.
    assert (desk.cash(), desk.holding()) == (10_240, (-4, -240, 0))
    assert desk.exceptions() == ["deficit"]
    desk.trade("buy", 10, "55", "b2")
    # The first 4 of the 10 close the deficit: 240 - 220; the other 6 are a lot.
    assert (desk.cash(), desk.holding()) == (9_690, (6, 330, 20))


def test_a_sale_of_a_busted_buy_is_matched_anew_with_what_is_there(desk: Desk) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.trade("buy", 10, "40", "b2")
    desk.trade("sell", 4, "60", "s1")
    assert desk.holding() == (16, 700, 40)
    desk.bust("b1")
    # The sale's 4 shares now come from the second lot: 240 - 160.
    assert desk.holding() == (6, 240, 80)
    assert desk.exceptions() == []


def test_a_busted_sell_opens_its_lots_again(desk: Desk) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.trade("sell", 4, "60", "s1")
    desk.bust("s1")
    assert (desk.cash(), desk.holding()) == (9_500, (10, 500, 0))


def test_a_busted_sell_whose_money_is_spent_overdraws(desk: Desk) -> None:
    desk.trade("buy", 100, "100", "b1")
    desk.trade("sell", 100, "100", "s1")
    desk.trade("buy", 100, "100", "b2")
    desk.bust("s1")
    assert (desk.cash(), desk.holding()) == (-10_000, (200, 20_000, 0))
    assert desk.exceptions() == ["overdrawn"]


def test_one_of_three_partial_fills_is_busted(desk: Desk) -> None:
    placed = desk.placed("buy", 30, "10")
    for n, price in enumerate(("9", "10", "8")):
        desk.fill(placed, 5, price, f"f{n}")
    assert (desk.cash(), desk.order(placed)) == (9_865, ("partially_filled", 15, 150))
    desk.bust("f1")
    assert (desk.cash(), desk.holding()) == (9_915, (10, 85, 0))
    # 20 of 30 are left again, at most at 10 each.
    assert desk.order(placed) == ("partially_filled", 10, 200)


@pytest.mark.parametrize(("price", "cash", "cost"), [("45", 9_550, 450), ("52", 9_480, 520)])
def test_a_price_is_corrected(desk: Desk, price: str, cash: int, cost: int) -> None:
    placed = desk.trade("buy", 10, "50", "b1")
    desk.correct("b1", 10, price)
    assert (desk.cash(), desk.holding()) == (cash, (10, cost, 0))
    assert desk.order(placed) == ("filled", 10, 0)


def test_a_correction_keeps_the_sale_with_the_corrected_lot(desk: Desk) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.trade("buy", 10, "40", "b2")
    desk.trade("sell", 4, "60", "s1")
    desk.correct("b1", 10, "51")
    # 4 at 60 from the lot that cost 51 a share.
    assert (desk.cash(), desk.holding()) == (9_330, (16, 306 + 400, 36))


def test_a_quantity_is_corrected(desk: Desk) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.trade("sell", 10, "60", "s1")
    desk.correct("b1", 6, "50")
    assert (desk.cash(), desk.holding()) == (10_300, (-4, -240, 60))
    assert desk.exceptions() == ["deficit"]


def test_a_correction_can_be_corrected_and_busted(desk: Desk) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.world.accepted("execution_corrected", correction("b1", 10, "51", venue_execution_id="c1"))
    desk.world.accepted("execution_corrected", correction("c1", 10, "52", venue_execution_id="c2"))
    assert (desk.cash(), desk.holding()) == (9_480, (10, 520, 0))
    desk.bust("c2")
    assert (desk.cash(), desk.holding()) == (10_000, (0, 0, 0))


@pytest.mark.parametrize("settled", [False, True])
def test_a_bust_before_and_after_settlement(desk: Desk, settled: bool) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.trade("sell", 10, "60", "s1")
    if settled:
        assert desk.world.job("select fb.settle('2013-01-01', 10)") == 4
    desk.bust("b1")
    # The sale's 600, and the refund of 500 where the payment had gone already.
    assert (desk.cash(), desk.figure("unsettled")) == (10_600, 500 if settled else 600)
    desk.world.job("select fb.settle('2013-01-01', 10)")
    assert desk.figure("unsettled") == 0


def test_a_bust_is_booked_once(desk: Desk) -> None:
    desk.trade("buy", 10, "50", "b1")
    row = bust("b1")
    first, again = desk.world.call("execution_busted", [row, row])
    assert (first.outcome, first.replayed, again.replayed) == ("accepted", False, True)
    # Another bust of the same trade changes nothing and needs a person.
    desk.bust("b1")
    assert (desk.cash(), desk.exceptions()) == (10_000, ["unexpected_state"])


def test_a_bust_of_what_nobody_knows_needs_a_person(desk: Desk) -> None:
    verdict = desk.world.do("execution_busted", bust("never-was"))
    assert (verdict.outcome, verdict.result) == ("accepted", None)
    assert desk.exceptions() == ["unknown_execution"]


def test_an_overfill_is_busted_from_the_houses_error_account(desk: Desk) -> None:
    placed = desk.placed("buy", 10, "50")
    desk.fill(placed, 15, "50", "b1")
    desk.bust("b1")
    assert (desk.cash(), desk.holding()) == (10_000, (0, 0, 0))
    assert desk.on_error_account() == []


def test_what_no_order_could_take_is_busted_from_the_houses_error_account(desk: Desk) -> None:
    placed = desk.placed("buy", 10, "50")
    desk.fill(placed, 10, "50", "b1")
    desk.fill(placed, 5, "50", "b2")
    assert desk.on_error_account() == [-250, 5]
    desk.bust("b2")
    assert (desk.on_error_account(), desk.exceptions()) == ([], ["overfill"])
    assert (desk.cash(), desk.holding()) == (9_500, (10, 500, 0))


def test_a_deficit_that_a_busted_buy_had_closed_is_matched_with_the_next_one(desk: Desk) -> None:
    desk.trade("buy", 10, "50", "b1")
    desk.trade("sell", 10, "60", "s1")
    desk.bust("b1")
    desk.trade("buy", 10, "55", "b2")
    desk.trade("buy", 10, "45", "b3")
    assert desk.holding() == (10, 450, 50)
    desk.bust("b2")
    assert desk.holding() == (0, 0, 150)


def test_fees_go_with_the_fill_that_was_charged_them(desk: Desk) -> None:
    desk.world.fees("buy", OPEN - timedelta(days=9), flat=D(3))
    placed = desk.placed("buy", 10, "50")
    desk.fill(placed, 5, "50", "b1")
    desk.fill(placed, 5, "50", "b2")
    assert desk.cash() == 9_497
    desk.bust("b1")
    assert (desk.cash(), desk.holding()) == (9_750, (5, 250, 0))


def test_a_fill_of_a_replaced_order_is_busted_along_its_chain(desk: Desk) -> None:
    first = desk.placed("buy", 10, "50")
    desk.fill(first, 4, "50", "f1")
    row = replacement(desk.user.token, first, quantity=D(12))
    second = desk.world.accepted("replace_order", row)
    desk.world.accepted("order_replaced", fact("order_replaced", first, "v-2"))
    # 8 of the 12 are left, at 50 each.
    assert desk.order(second)[2] == 400
    desk.bust("f1")
    assert (desk.cash(), desk.order(first)) == (10_000, ("replaced", 0, 0))
    assert desk.order(second)[2] == 600
    assert desk.figure("held") == 600


def test_a_bust_after_a_split_is_a_trade_the_other_way_round_and_needs_a_person(
    desk: Desk,
) -> None:
    desk.trade("buy", 10, "50", "b1")
    tuesday = sessions(MONDAY, 2)[1]
    action = desk.world.accepted("corporate_action", split(desk.stock, tuesday, 2, 1))
    desk.world.apply_more(action)
    desk.bust("b1")
    # 10 of the 20 shares leave at 500, which half of the cost stands against.
    assert (desk.cash(), desk.holding()) == (10_000, (10, 250, 250))
    assert desk.exceptions() == ["unexpected_state"]


def test_a_correction_after_a_late_split_is_corrected_and_the_old_trade_stays_undone(
    desk: Desk,
) -> None:
    desk.trade("buy", 10, "50", "b1")
    # Announced when its day was there: what is recorded from now on is in new shares.
    desk.world.apply(split(desk.stock, MONDAY, 2, 1))
    desk.world.accepted("execution_corrected", correction("b1", 10, "51", venue_execution_id="c1"))
    desk.world.accepted("execution_corrected", correction("c1", 10, "52", venue_execution_id="c2"))
    # 10 of the 20 new shares left at 500; the other 10, and the right trade's.
    assert (desk.cash(), desk.holding()) == (9_480, (20, 250 + 520, 250))


def test_sales_are_matched_anew_by_the_accounts_method(desk: Desk) -> None:
    row = {
        **COMMON, "identity": desk.user.token, "key": "lifo", "account_id": desk.account,
        "lot_method": "lifo", "reinvest_dividends": None,
    }  # fmt: skip
    desk.world.accepted("set_preferences", row)
    for n, price in enumerate(("20", "30", "40")):
        desk.trade("buy", 5, price, f"b{n}")
    desk.trade("sell", 5, "50", "s1")
    assert desk.holding() == (10, 250, 50)
    desk.bust("b2")
    assert desk.holding() == (5, 100, 100)


@pytest.mark.parametrize("seed", range(6))
def test_when_every_trade_is_busted_nothing_is_left(desk: Desk, seed: int) -> None:
    """In any order: deficits open and close on the way, and all of it comes out even."""
    chance = Random(seed)
    names, owned = [], 0
    for n in range(14):
        selling = owned > 0 and chance.random() < 0.5
        quantity = chance.randint(1, owned if selling else 9)
        owned += -quantity if selling else quantity
        names.append(f"t{n}")
        price = str(D(chance.randint(1000, 9999)) / 100)
        desk.trade("sell" if selling else "buy", quantity, price, names[-1])
        if chance.random() < 0.2:
            desk.world.job("select fb.settle('2013-01-01', 10)")
    corrected = chance.sample(names, 4)
    for name in corrected:
        (row,) = desk.world.rows(
            "select quantity from executions where venue_execution_id = %s", name
        )
        less = correction(name, row["quantity"] - D("0.5"), "33.33", venue_execution_id=f"c-{name}")
        desk.world.accepted("execution_corrected", less)
        names[names.index(name)] = f"c-{name}"
    chance.shuffle(names)
    for name in names:
        desk.bust(name)
        assert desk.world.check_books() == {}
    desk.world.job("select fb.settle('2013-01-01', 10)")
    assert (desk.cash(), desk.holding()) == (10_000, (0, 0, 0))
    assert desk.figure("unsettled") == 0


def test_a_stop_was_reached_though_its_fill_was_told_first(desk: Desk) -> None:
    row = order(
        desk.user.token, desk.account, desk.stock, quantity=D(10), order_type="stop",
        limit_price=None, stop_price=D(105), time_in_force="gtc",
    )  # fmt: skip
    stop = desk.world.accepted("place_order", row)
    desk.fill(stop, 4, "60", "s1")
    desk.world.accepted("order_triggered", fact("order_triggered", stop))
    triggered = desk.world.value(
        "select triggered_at is not null from orders where order_id = %s", stop
    )
    assert (triggered, desk.order(stop)[0]) == (True, "partially_filled")
