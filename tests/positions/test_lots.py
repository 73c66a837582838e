"""Which lots a sell closes, computed by hand: 10 at 100, 10 at 120, 10 at 110, a day apart.

A sell of 15 at 130 brings 1,950.
"""

from uuid import UUID, uuid4

import pytest

from financebuy.sql import load
from tests.support import world as w
from tests.support.investor import D, Investor, later
from tests.support.world import MONDAY, OPEN

Closed = list[tuple[D, D, D, D]]
FIFO: Closed = [(D(10), D(1000), D(1300), D(300)), (D(5), D(600), D(650), D(50))]
LIFO: Closed = [(D(5), D(600), D(650), D(50)), (D(10), D(1100), D(1300), D(200))]
HIGHEST: Closed = [(D(10), D(1200), D(1300), D(100)), (D(5), D(550), D(650), D(100))]


def three_lots(ann: Investor) -> list[UUID]:
    return [
        ann.buy(10, 100),
        ann.buy(10, 120, later(days=1)),
        ann.buy(10, 110, later(days=2)),
    ]


@pytest.mark.parametrize(
    ("method", "closed", "left"),
    [
        ("fifo", FIFO, [(5, 600), (10, 1100)]),
        ("lifo", LIFO, [(10, 1000), (5, 600)]),
        ("highest_cost", HIGHEST, [(10, 1000), (5, 550)]),
    ],
)
def test_an_account_closes_lots_by_its_method(
    ann: Investor, method: str, closed: Closed, left: list[tuple[int, int]]
) -> None:
    three_lots(ann)
    ann.prefer(method)
    ann.sell(15, 130)
    assert ann.gains() == closed
    assert ann.open_lots() == [(D(q), D(c)) for q, c in left]


def test_an_order_has_a_method_of_its_own(ann: Investor) -> None:
    three_lots(ann)
    order = ann.order("sell", 15, 130)
    ann.world.accepted("choose_lots", w.choice(ann.owner.token, order, "lifo"))
    ann.fill(order, 15, 130)
    assert ann.gains() == LIFO
    ann.sell(5, 130)
    assert ann.gains()[-1] == (D(5), D(500), D(650), D(150))


def test_an_order_is_placed_with_a_method_of_its_own(ann: Investor) -> None:
    """What fills at once leaves no time to choose; the account's other orders are as they were."""
    three_lots(ann)
    ann.fill(ann.order("sell", 15, 130, lot_method="lifo"), 15, 130)
    assert ann.gains() == LIFO
    ann.sell(5, 130)
    assert ann.gains()[-1] == (D(5), D(500), D(650), D(150))


def test_an_order_is_placed_with_chosen_lots(ann: Investor) -> None:
    """4 of the third, then 6 of the first; what the choice leaves is the dearest first."""
    first, _, third = three_lots(ann)
    lots = w.chosen([(third, 4), (first, 6)])
    order = ann.order("sell", 15, 130, lot_method="highest_cost", lots=lots)
    ann.fill(order, 3, 130)
    assert ann.open_lots() == [(D(10), D(1000)), (D(10), D(1200)), (D(7), D(770))]
    ann.fill(order, 12, 130)
    assert ann.open_lots() == [(D(4), D(400)), (D(5), D(600)), (D(6), D(660))]


def test_a_replacement_closes_lots_as_the_order_did(ann: Investor) -> None:
    """2 of the 4 chosen shares of the third lot are sold by then; then the newest go first."""
    first, _, third = three_lots(ann)
    lots = w.chosen([(first, 1), (third, 4)])
    old = ann.order("sell", 15, 130, lot_method="lifo", lots=lots)
    ann.fill(old, 3, 130)
    new = ann.world.accepted(
        "replace_order", w.replacement(ann.owner.token, old, limit_price=D(129))
    )
    waiting = [w.choice(ann.owner.token, each, lots=[(first, 1)]) for each in (old, new)]
    assert [(v.code, v.field) for v in ann.world.call("choose_lots", waiting)] == [
        ("replace_pending", "order_id")
    ] * 2
    ann.world.accepted("order_replaced", w.fact("order_replaced", old, "V-2"))
    ann.fill(new, 2, 130)
    assert ann.open_lots() == [(D(9), D(900)), (D(10), D(1200)), (D(6), D(660))]
    ann.fill(new, 10, 130)
    assert ann.open_lots() == [(D(9), D(900)), (D(6), D(720))]


def test_placing_is_answered_as_it_was_when_lots_are_chosen_since(ann: Investor) -> None:
    first, *_ = three_lots(ann)
    row = w.order(
        ann.owner.token, ann.account, ann.security, side="sell", quantity=D(5),
        limit_price=D(130), lot_method="fifo",
    )  # fmt: skip
    placed = ann.world.do("place_order", row)
    assert placed.result
    assert placed.command_id
    assert placed.result["lot_method"] == "fifo"
    ann.world.accepted("choose_lots", w.choice(ann.owner.token, placed.command_id, "lifo"))
    again, method, lots = ann.world.call(
        "place_order",
        [row, row | {"lot_method": "lifo"}, row | {"lots": w.chosen([(first, 1)])}],
    )
    assert (again.replayed, again.result) == (True, placed.result)
    assert (method.outcome, lots.outcome) == ("conflict", "conflict")


def test_lots_that_do_not_fit_a_new_order_are_refused(ann: Investor) -> None:
    first, *_ = three_lots(ann)
    other = Investor(ann.world, ann.owner, ann.world.account(ann.owner, 10_000), ann.security)
    theirs = other.buy(10, 100)
    order = w.order(
        ann.owner.token, ann.account, ann.security, side="sell", quantity=D(5), limit_price=D(130)
    )
    broken = [
        [(first, 6)], [(first, 0)], [(first, 1), (first, 1)], [(theirs, 1)], [(uuid4(), 1)], [],
    ]  # fmt: skip
    rows = [
        order | {"key": f"k {n}", "client_order_id": f"c {n}", "lots": w.chosen(lots)}
        for n, lots in enumerate(broken)
    ]
    rows.append(order | {"lots": w.chosen([(first, 5)])})
    verdicts = ann.world.call("place_order", rows)
    assert [(v.code, v.field) for v in verdicts] == [("invalid_value", "lots")] * len(broken) + [
        (None, None)
    ]


def test_chosen_lots_close_first_and_fill_by_fill(ann: Investor) -> None:
    """4 of the third, then 6 of the first; what the choice leaves is the oldest first."""
    first, _, third = three_lots(ann)
    order = ann.order("sell", 15, 130)
    row = w.choice(ann.owner.token, order, lots=[(third, 4), (first, 6)])
    ann.world.accepted("choose_lots", row)
    ann.fill(order, 3, 130)
    assert ann.open_lots() == [(D(10), D(1000)), (D(10), D(1200)), (D(7), D(770))]
    ann.fill(order, 4, 130)
    assert ann.open_lots() == [(D(7), D(700)), (D(10), D(1200)), (D(6), D(660))]
    ann.fill(order, 8, 130)
    assert ann.open_lots() == [(D(9), D(1080)), (D(6), D(660))]
    assert sum(gain for *_, gain in ann.gains()) == D(1950) - D(1560)


def test_a_lot_that_is_chosen_in_part_and_sold_whole_closes_once(ann: Investor) -> None:
    first, *_ = three_lots(ann)
    order = ann.order("sell", 12, 130)
    ann.world.accepted("choose_lots", w.choice(ann.owner.token, order, lots=[(first, 4)]))
    ann.fill(order, 12, 130)
    assert ann.gains() == [
        (D(10), D(1000), D(1300), D(300)),
        (D(2), D(240), D(260), D(20)),
    ]


def test_a_chosen_lot_that_another_sale_took_is_made_up_by_the_method(ann: Investor) -> None:
    first, *_ = three_lots(ann)
    order = ann.order("sell", 10, 130)
    ann.world.accepted("choose_lots", w.choice(ann.owner.token, order, lots=[(first, 10)]))
    ann.sell(8, 130)
    ann.fill(order, 10, 130)
    assert ann.open_lots() == [(D(2), D(240)), (D(10), D(1100))]


def test_cost_is_rounded_over_the_lot_so_that_nothing_is_lost(ann: Investor) -> None:
    """Three shares for 10.00: a third each time, 3.33, 3.34, 3.33."""
    ann.fill(ann.order("buy", 3, 100), 3, D("3.3333"))
    for _ in range(3):
        ann.sell(1, 5)
    assert [cost for _, cost, *_ in ann.gains()] == [D("3.33"), D("3.34"), D("3.33")]
    assert ann.holding() == (0, 0, 0, D(5))


@pytest.mark.parametrize("method", ["fifo", "lifo", "highest_cost", "chosen"])
def test_sell_buy_and_sell_of_the_same_shares_in_one_batch_is_one_by_one(
    ann: Investor, method: str
) -> None:
    endings = []
    for batched in (True, False):
        ann.account = ann.world.account(ann.owner, 10_000)
        ann.prefer("fifo" if method == "chosen" else method)
        first, second = ann.buy(10, 100), ann.buy(10, 120, later(days=1))
        choices = [w.chosen([(second, 7)]), None, w.chosen([(first, 2)])]
        trades = [("sell", 12, 130), ("buy", 5, 90), ("sell", 8, 150)]
        rows = []
        for n, ((side, quantity, price), lots) in enumerate(zip(trades, choices, strict=True)):
            order = ann.order(side, quantity, price, lots=lots if method == "chosen" else None)
            rows.append(w.execution(order, quantity, price, effective_at=later(days=2 + n)))
        if batched:
            verdicts = ann.world.call("execution", rows)
        else:
            verdicts = [ann.world.do("execution", row) for row in rows]
        assert [verdict.outcome for verdict in verdicts] == ["accepted"] * 3
        endings.append((ann.gains(), ann.open_lots(), ann.cash(), ann.holding()))
    assert endings[0] == endings[1]
    # 12 out of 10 @ 100 and 10 @ 120; then 8 out of what is left of them and the 5 @ 90.
    cost = {
        "fifo": (10 * 100 + 2 * 120) + 8 * 120,
        "lifo": (10 * 120 + 2 * 100) + (5 * 90 + 3 * 100),
        "highest_cost": (10 * 120 + 2 * 100) + 8 * 100,
        # 7 chosen and 5 by age; 2 chosen, then 3 and 3 by age.
        "chosen": (7 * 120 + 5 * 100) + (2 * 100 + 3 * 100 + 3 * 120),
    }[method]
    assert sum(gain for *_, gain in endings[0][0]) == 12 * 130 + 8 * 150 - cost


def test_what_may_not_be_chosen_is_refused(ann: Investor) -> None:
    first, *_ = three_lots(ann)
    sell, buy = ann.order("sell", 5, 130), ann.order("buy", 5, 90)
    stranger = ann.world.user()
    token = ann.owner.token
    done = ann.sell(1, 100)
    cases = [
        (w.choice(token, sell), "required", "lot_method"),
        (w.choice(token, sell, "average"), "invalid_value", "lot_method"),
        (w.choice(token, sell, lots=[(first, 6)]), "invalid_value", "lots"),
        (w.choice(token, sell, lots=[(first, 0)]), "invalid_value", "lots"),
        (w.choice(token, sell, lots=[(first, 1), (first, 1)]), "invalid_value", "lots"),
        (w.choice(token, sell, lots=[(uuid4(), 1)]), "invalid_value", "lots"),
        (w.choice(token, sell, lots=[]), "invalid_value", "lots"),
        (w.choice(token, buy, "lifo"), "not_allowed", "side"),
        (w.choice(token, done, "lifo"), "order_not_open", "order_id"),
        (w.choice(stranger.token, sell, "lifo"), "order_not_found", "order_id"),
        (w.choice(token, uuid4(), "lifo"), "order_not_found", "order_id"),
    ]
    verdicts = ann.world.call("choose_lots", [row for row, *_ in cases])
    assert [(v.code, v.field) for v in verdicts] == [case[1:] for case in cases]
    preferences = [
        (w.preferences(token, ann.account), "required", "lot_method"),
        (w.preferences(token, ann.account, "average"), "invalid_value", "lot_method"),
        (w.preferences(stranger.token, ann.account, "lifo"), "account_not_found", None),
    ]
    found = ann.world.call("set_preferences", [row for row, *_ in preferences])
    assert [(v.code, v.field) for v in found] == [case[1:] for case in preferences]


def test_a_repeated_choice_is_one_choice(ann: Investor) -> None:
    three_lots(ann)
    order = ann.order("sell", 5, 130)
    row = w.choice(ann.owner.token, order, "lifo")
    first, again, other = ann.world.call("choose_lots", [row, row, row | {"lot_method": "fifo"}])
    assert (first.replayed, again.replayed, other.outcome) == (False, True, "conflict")
    assert first.result == again.result


def test_a_corrected_buy_keeps_the_holding_period_of_what_was_sold_of_it(ann: Investor) -> None:
    """Bought, sold 400 days later, then the buy's price is corrected: the gain stays a long one."""
    order = ann.order("buy", 10, 100)
    ann.world.accepted("execution", w.execution(order, 10, 100, venue_execution_id="a buy"))
    ann.fill(ann.order("sell", 4, 130), 4, 130, later(days=400))
    ann.world.accepted("execution_corrected", w.correction("a buy", 10, 90))
    query = load("portfolio").gains
    asked = dict.fromkeys(("symbol", "start", "end", "last_lot", "last_execution"))
    (gain,) = ann.world.admin.execute(
        query, {**asked, "account_id": ann.account, "limit": 10}
    ).fetchall()
    assert (gain["gain"], gain["term"]) == (4 * 130 - 4 * 90, "long")
    assert (gain["acquired_at"], gain["sold_at"]) == (OPEN, later(days=400))


def test_a_buy_that_is_busted_after_a_split_is_rounded_as_a_sale(ann: Investor) -> None:
    """10.00 for three lots of one new share: the parts add up as they grow, 3.33, 6.67, 10.00."""
    for n in range(3):
        ann.buy(D("0.5"), 100, later(minutes=n))
    row = w.execution(
        ann.order("buy", 3, 100), 3, D("3.3333"), venue_execution_id="a buy",
        effective_at=later(minutes=9),
    )  # fmt: skip
    ann.world.accepted("execution", row)
    ann.world.apply(w.split(ann.security, w.sessions(MONDAY, 2)[1], 2, 1))
    ann.world.accepted("execution_busted", w.bust("a buy"))
    assert [proceeds for *_, proceeds, _ in ann.gains()] == [D("3.33"), D("3.34"), D("3.33")]


def test_a_chosen_lot_that_a_late_fill_of_a_replaced_order_took_is_not_sold_twice(
    ann: Investor,
) -> None:
    ann.buy(20, 100)
    second = ann.buy(10, 120, later(days=1))
    old = ann.order("sell", 10, 130, lots=w.chosen([(second, 4)]))
    new = ann.world.accepted("replace_order", w.replacement(ann.owner.token, old, quantity=D(12)))
    ann.world.accepted("order_replaced", w.fact("order_replaced", old))
    ann.fill(old, 4, 130)
    assert ann.open_lots() == [(D(20), D(2000)), (D(6), D(720))]
    ann.fill(new, 5, 130)
    assert ann.open_lots() == [(D(15), D(1500)), (D(6), D(720))]
