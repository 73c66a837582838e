"""Stop orders, sessions and orders that replace one another: what they hold and become."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import MONDAY, OPEN, Row, User, World

TUESDAY = w.sessions(MONDAY, 2)[1]


class Desk:
    """An investor with 10 000 and 100 shares, who trades one stock quoted at 100."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.open_market()
        self.stock = world.security("STOCK")
        self.owner: User = world.user()
        self.account = world.account(self.owner, 20_000)
        shares = self.place(quantity=Decimal(100))
        self.fill(shares, 100, 100)

    def row(self, **changes: Any) -> Row:
        return w.order(self.owner.token, self.account, self.stock, **changes)

    def place(self, **changes: Any) -> UUID:
        return self.world.accepted("place_order", self.row(**changes))

    def replace(self, order_id: UUID, **changes: Any) -> UUID:
        row = w.replacement(self.owner.token, order_id, **changes)
        return self.world.accepted("replace_order", row)

    def refused(self, order_id: UUID, **changes: Any) -> str:
        verdict = self.world.do(
            "replace_order", w.replacement(self.owner.token, order_id, **changes)
        )
        assert verdict.outcome == "refused"
        return f"{verdict.code}:{verdict.field}"

    def says(self, function: str, order_id: UUID, note: str | None = None) -> None:
        self.world.accepted(function, w.fact(function, order_id, note))

    def fill(self, order_id: UUID, quantity: object, price: object) -> None:
        self.world.accepted("execution", w.execution(order_id, str(quantity), str(price)))

    def order(self, order_id: UUID) -> Row:
        return self.world.rows("select * from orders where order_id = %s", order_id)[0]

    def status(self, *order_ids: UUID) -> list[str]:
        return [self.order(each)["status"] for each in order_ids]

    def held(self) -> Decimal:
        cash = "select held from accounts where account_id = %s"
        return Decimal(self.world.value(cash, self.account))

    def shares_held(self) -> Decimal:
        return Decimal(
            self.world.value("select held from holdings where account_id = %s", self.account)
        )

    def exceptions(self) -> list[str]:
        rows = self.world.rows(
            "select kind from exceptions where account_id = %s order by created_at", self.account
        )
        return [row["kind"] for row in rows]

    def events(self, order_id: UUID) -> list[str]:
        rows = self.world.rows(
            "select event from order_events where order_id = %s order by event_seq", order_id
        )
        return [row["event"] for row in rows]


@pytest.fixture
def desk(template: Database) -> Iterator[Desk]:
    with clone(template) as database, World(database) as world:
        desk = Desk(world)
        yield desk
        assert world.check_books() == {}


def stop(**changes: Any) -> dict[str, Any]:
    return {"order_type": "stop", "limit_price": None, "stop_price": Decimal(110), **changes}


# ---------------------------------------------------------------------- stops, hours


def test_a_stop_buy_holds_the_collar_around_the_worse_of_stop_and_ask(desk: Desk) -> None:
    above = desk.place(**stop())
    below = desk.place(**stop(stop_price=Decimal(90)))
    limited = desk.place(**stop(order_type="stop_limit", limit_price=Decimal("111.5")))
    assert desk.order(above)["held"] == Decimal("115.50")
    # The ask is 100.01.
    assert desk.order(below)["held"] == Decimal("105.0105").quantize(Decimal("0.01")) + Decimal(
        "0.01"
    )
    assert desk.order(limited)["held"] == Decimal("111.5")


def test_a_stop_sell_holds_its_shares(desk: Desk) -> None:
    order = desk.place(side="sell", **stop(stop_price=Decimal(95), quantity=Decimal(7)))
    assert desk.order(order)["held"] == desk.shares_held() == 7


def test_a_stop_is_triggered_once(desk: Desk) -> None:
    order = desk.place(**stop())
    desk.says("order_acknowledged", order, "v-1")
    desk.says("order_triggered", order)
    desk.says("order_triggered", order)
    plain = desk.place()
    desk.says("order_triggered", plain)
    assert desk.events(order) == ["placed", "acknowledged", "triggered"]
    assert desk.events(plain) == ["placed"]
    assert (desk.order(order)["status"], desk.order(order)["triggered_at"]) == ("new", OPEN)


@pytest.mark.parametrize(
    ("time_in_force", "phase", "session"),
    [
        ("day", "open", MONDAY), ("day", "closed", TUESDAY), ("ioc", "open", MONDAY),
        ("fok", "open", MONDAY), ("opg", "open", TUESDAY), ("opg", "closed", TUESDAY),
        ("cls", "open", MONDAY), ("cls", "closed", TUESDAY), ("gtc", "closed", None),
    ],
)  # fmt: skip
def test_each_order_belongs_to_a_session(
    time_in_force: str, phase: str, session: object, desk: Desk
) -> None:
    desk.world.clock(OPEN, phase, MONDAY, TUESDAY)
    assert desk.order(desk.place(time_in_force=time_in_force))["expires_on"] == session


# ---------------------------------------------------------------------- asking for another order


def test_until_the_venue_answers_the_larger_hold_stands(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    dearer = desk.replace(order, quantity=Decimal(15))
    assert desk.held() == 1_500
    assert (desk.order(order)["held"], desk.order(dearer)["held"]) == (1_500, 0)
    assert desk.status(order, dearer) == ["pending_replace", "accepted"]
    assert desk.order(order)["replaced_by"] == dearer
    assert desk.order(dearer)["replaces"] == order
    desk.says("order_replaced", order, "v-2")
    assert desk.status(order, dearer) == ["replaced", "new"]
    assert (desk.held(), desk.order(dearer)["held"]) == (1_500, 1_500)
    cheaper = desk.replace(dearer, limit_price=Decimal(80))
    assert desk.held() == 1_500
    desk.says("order_replaced", dearer, "v-3")
    assert (desk.held(), desk.order(cheaper)["held"]) == (1_200, 1_200)
    assert desk.order(cheaper)["venue_order_id"] == "v-3"


def test_a_replacement_that_costs_more_than_there_is_left_is_refused(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    assert desk.refused(order, quantity=Decimal(101)) == "insufficient_buying_power:None"
    sale = desk.place(side="sell", quantity=Decimal(60))
    assert desk.refused(sale, quantity=Decimal(101)) == "insufficient_quantity:None"
    more = desk.replace(sale, quantity=Decimal(100))
    assert desk.shares_held() == 100
    desk.says("replace_rejected", sale, "too late")
    assert (desk.shares_held(), desk.status(sale, more)) == (60, ["accepted", "rejected"])


def test_the_venue_may_refuse_and_be_asked_again(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    desk.says("order_acknowledged", order, "v-1")
    first = desk.replace(order, quantity=Decimal(20))
    desk.says("replace_rejected", order, "no")
    assert desk.status(order, first) == ["new", "rejected"]
    assert desk.order(first)["reject_reason"] == "no"
    assert (desk.held(), desk.order(order)["replaced_by"]) == (1_000, None)
    second = desk.replace(order, quantity=Decimal(12))
    desk.says("order_replaced", order, "v-2")
    assert desk.status(order, second) == ["replaced", "new"]


def test_one_request_at_a_time(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    waiting = desk.replace(order, quantity=Decimal(20))
    assert desk.refused(order, quantity=Decimal(5)) == "replace_pending:order_id"
    assert desk.refused(waiting, quantity=Decimal(5)) == "replace_pending:order_id"
    for each in (order, waiting):
        verdict = desk.world.do("cancel_order", w.cancel(desk.owner.token, each))
        assert (verdict.code, verdict.field) == ("replace_pending", "order_id")
    other = desk.place()
    desk.world.accepted("cancel_order", w.cancel(desk.owner.token, other))
    assert desk.refused(other, quantity=Decimal(5)) == "order_not_open:order_id"


def test_a_repeat_is_answered_as_before(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    row = w.replacement(desk.owner.token, order, quantity=Decimal(20))
    first = desk.world.do("replace_order", row)
    desk.says("order_replaced", order, "v")
    again = desk.world.do("replace_order", row)
    assert (first.replayed, again.replayed) == (False, True)
    assert first.result == again.result
    assert first.result
    assert first.result["replaces"] == str(order)


# ---------------------------------------------------------------------- fills along a chain


def test_what_was_filled_before_is_carried(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    desk.fill(order, 4, 99)
    new = desk.replace(order, quantity=Decimal(12), limit_price=Decimal(101))
    desk.fill(order, 1, 98)
    desk.says("order_replaced", order, "v-2")
    row = desk.order(new)
    assert (row["carried_quantity"], row["carried_gross"]) == (5, 494)
    assert (row["held"], desk.held()) == (707, 707)
    desk.fill(new, 7, 100)
    assert desk.status(order, new) == ["replaced", "filled"]
    assert (desk.held(), desk.exceptions()) == (0, [])


def test_a_late_fill_of_a_replaced_order_counts_for_the_new_one(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    second = desk.replace(order, quantity=Decimal(8))
    desk.says("order_replaced", order, "v-2")
    third = desk.replace(second, quantity=Decimal(6))
    desk.says("order_replaced", second, "v-3")
    desk.fill(order, 2, 100)
    assert [desk.order(each)["carried_quantity"] for each in (second, third)] == [2, 2]
    assert (desk.order(third)["held"], desk.held()) == (400, 400)
    desk.fill(second, 3, 100)
    assert (desk.order(third)["carried_quantity"], desk.held()) == (5, 100)
    # One fits; the other is the house's to undo. The chain is complete.
    desk.fill(order, 2, 100)
    assert desk.status(order, second, third) == ["replaced", "replaced", "filled"]
    assert desk.events(third)[-1] == "fill"
    assert (desk.held(), desk.exceptions()) == (0, ["overfill"])
    assert desk.world.value(
        "select sum(amount) from entries where account_id = ("
        "select account_id from accounts where house_code = 'error' and currency = 'USD')"
        " and asset_id = %s",
        desk.stock,
    ) == Decimal(1)


def test_a_late_fill_for_more_than_the_replaced_order_is_the_new_ones_too(desk: Desk) -> None:
    """A fact is never refused: 14 under the name of an order for 10, which one for 16 replaced."""
    first = desk.place(quantity=Decimal(10))
    second = desk.replace(first, quantity=Decimal(4))
    desk.says("order_replaced", first)
    third = desk.replace(second, quantity=Decimal(16))
    desk.says("order_replaced", second)
    desk.fill(first, 14, 100)
    assert desk.order(first)["filled_quantity"] == 14
    assert desk.order(third)["carried_quantity"] == 14
    desk.fill(first, 5, 100)
    assert desk.status(first, second, third) == ["replaced", "replaced", "filled"]
    kinds = [row["kind"] for row in desk.world.rows("select kind from exceptions")]
    assert kinds == ["overfill"]


def test_a_chain_pays_the_fees_of_one_order(desk: Desk) -> None:
    desk.world.fees("buy", OPEN, flat=Decimal(1), basis_points=Decimal(10))
    order = desk.place(quantity=Decimal(10))
    desk.fill(order, 4, 100)
    new = desk.replace(order, quantity=Decimal(10), limit_price=Decimal(99))
    desk.says("order_replaced", order, "v")
    desk.fill(new, 6, 100)
    assert (desk.order(order)["fees"], desk.order(new)["fees"]) == (Decimal("1.40"), Decimal("0.6"))


def test_an_order_that_fills_while_the_venue_thinks_ends_with_its_answer(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    more = desk.replace(order, quantity=Decimal(15))
    desk.fill(order, 10, 100)
    assert desk.status(order, more) == ["pending_replace", "accepted"]
    assert desk.held() == 500
    desk.says("replace_rejected", order, "filled")
    assert desk.status(order, more) == ["filled", "rejected"]
    assert desk.held() == 0


def test_a_replacement_for_less_than_was_filled_leaves_nothing(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    row = w.replacement(desk.owner.token, order, quantity=Decimal(5))
    asked = desk.world.do("replace_order", row)
    less = asked.command_id
    assert less
    desk.fill(order, 7, 100)
    desk.says("order_replaced", order, "v")
    assert desk.world.do("replace_order", row).result == asked.result
    assert desk.status(order, less) == ["replaced", "filled"]
    assert (desk.order(less)["quantity"], desk.held()) == (7, 0)
    assert desk.exceptions() == ["unexpected_state"]


def test_a_fill_of_the_new_order_says_that_it_has_replaced_the_old(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    new = desk.replace(order, quantity=Decimal(12))
    desk.fill(new, 5, 100)
    assert desk.status(order, new) == ["replaced", "partially_filled"]
    desk.says("order_replaced", order, "v-2")
    assert (desk.held(), desk.exceptions()) == (700, [])


@pytest.mark.parametrize("fact", ["order_canceled", "order_expired", "order_rejected"])
def test_a_replacement_ends_with_the_order_that_it_was_to_replace(fact: str, desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    new = desk.replace(order, quantity=Decimal(15))
    desk.says(fact, order, "it is over")
    assert desk.status(order, new) == [fact.removeprefix("order_"), "rejected"]
    assert desk.held() == 0
    desk.says("order_replaced", order, "v")
    assert desk.exceptions() == ["unexpected_state"]


def test_a_day_order_expires_with_its_replacement(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    new = desk.replace(order, quantity=Decimal(15))
    assert desk.world.job("select fb.expire_orders(%s, 100)", MONDAY) == 1
    assert desk.world.job("select fb.expire_orders(%s, 100)", MONDAY) == 0
    assert desk.status(order, new) == ["expired", "rejected"]


def test_the_venue_cannot_speak_of_an_order_that_it_has_not(desk: Desk) -> None:
    order = desk.place(quantity=Decimal(10))
    new = desk.replace(order, quantity=Decimal(15))
    desk.says("order_acknowledged", new, "v")
    assert (desk.status(order, new), desk.exceptions()) == (
        ["pending_replace", "accepted"], ["unexpected_state"],
    )  # fmt: skip


def test_the_lots_that_were_chosen_stay_chosen(desk: Desk) -> None:
    second = desk.place(quantity=Decimal(10))
    desk.fill(second, 10, 90)
    lot = "select lot_id from lots where account_id = %s order by lot_seq desc limit 1"
    chosen = desk.world.value(lot, desk.account)
    sale = desk.place(side="sell", quantity=Decimal(4))
    desk.world.accepted("choose_lots", w.choice(desk.owner.token, sale, lots=[(chosen, 4)]))
    new = desk.replace(sale, limit_price=Decimal(95))
    desk.says("order_replaced", sale, "v")
    desk.fill(new, 4, 100)
    closed = "select closed_quantity from lots where lot_id = %s"
    assert desk.world.value(closed, chosen) == 4


def test_a_trigger_is_kept_with_its_stop_price(desk: Desk) -> None:
    order = desk.place(**stop(order_type="stop_limit", limit_price=Decimal(112)))
    desk.says("order_triggered", order)
    assert desk.refused(order, stop_price=Decimal(120)) == "not_allowed:stop_price"
    new = desk.replace(order, limit_price=Decimal(113))
    desk.says("order_replaced", order, "v")
    assert desk.order(new)["triggered_at"] == OPEN


def test_facts_about_replacements_of_nothing_wait_for_a_person(desk: Desk) -> None:
    for fact in ("order_replaced", "replace_rejected", "order_triggered"):
        desk.says(fact, uuid4())
    kinds = desk.world.rows("select kind from exceptions")
    assert [row["kind"] for row in kinds] == ["unknown_order"] * 3
