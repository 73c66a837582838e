"""Corporate actions, computed by hand. Ann has 100,000 and a stock at 100."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from tests.support import world as w
from tests.support.investor import D, Investor, later
from tests.support.world import MONDAY, OPEN

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))


def go_to(ann: Investor, day: date, phase: str = "closed") -> None:
    """The evening of a day."""
    moment = OPEN + (day - MONDAY) + timedelta(hours=6)
    following = w.sessions(day, 2)[1]
    ann.world.clock(moment, phase, day, following)


def order(ann: Investor, order_id: UUID) -> dict[str, object]:
    (row,) = ann.world.rows(
        "select status, quantity, filled_quantity, limit_price, held from orders"
        " where order_id = %s", order_id,
    )  # fmt: skip
    return row


# ---------------------------------------------------------------------- splits


def test_a_split_keeps_cost_and_dates_and_adjusts_open_orders(ann: Investor) -> None:
    ann.buy(10, 100)
    ann.buy(5, 110, later(hours=1))
    buy = ann.order("buy", 7, D("90.01"))
    part = ann.order("buy", 10, 80)
    ann.fill(part, 4, 80, later(hours=2))
    sell = ann.order("sell", 9, D("150.01"))
    acquired = ann.world.rows("select acquired_at from lots order by acquired_at")
    ann.world.apply(w.split(ann.security, TUESDAY, 2, 1))
    assert ann.open_lots() == [(D(20), D(1000)), (D(10), D(550)), (D(8), D(320))]
    assert ann.holding() == (D(38), D(18), D(1870), D(0))
    assert order(ann, buy) == {
        "status": "accepted", "quantity": D(14), "filled_quantity": 0,
        "limit_price": D("45.005"), "held": D("630.07"),
    }  # fmt: skip
    # Four were filled in old shares; six are left, which are twelve.
    assert order(ann, part) == {
        "status": "partially_filled", "quantity": D(16), "filled_quantity": 4,
        "limit_price": D(40), "held": D(480),
    }  # fmt: skip
    assert order(ann, sell)["held"] == D(18)
    ann.fill(sell, 18, 76, later(days=1))
    ann.fill(part, 12, 40, later(days=1))
    assert order(ann, part)["status"] == "filled"
    now = ann.world.rows(
        "select distinct acquired_at from lots where acquired_at < %s order by 1", later(hours=3)
    )
    assert now == acquired


@pytest.mark.parametrize("cash", [None, 100])
def test_what_a_split_cannot_express_ends(ann: Investor, cash: int | None) -> None:
    ann.buy(30, 100)
    whole, third = ann.order("sell", 9, 150), ann.order("sell", 10, 150)
    ann.world.apply(w.split(ann.security, TUESDAY, 1, 3, cash_per_share=cash))
    assert (order(ann, whole)["quantity"], order(ann, whole)["limit_price"]) == (D(3), D(450))
    assert order(ann, third)["status"] == "canceled"
    assert ann.holding()[:2] == (D(10), D(3))


def test_a_buy_never_pays_more_and_a_sell_never_takes_less(ann: Investor) -> None:
    ann.buy(30, 100)
    buy, sell = ann.order("buy", 6, 100), ann.order("sell", 6, 200)
    ann.world.apply(w.split(ann.security, TUESDAY, 3, 1))
    assert order(ann, buy)["limit_price"] == D("33.3333")
    assert order(ann, sell)["limit_price"] == D("66.6667")


def test_the_answer_to_an_order_stays_what_it_was_before_a_split(ann: Investor) -> None:
    row = w.order(ann.owner.token, ann.account, ann.security, time_in_force="gtc", quantity=D(4))
    first = ann.world.do("place_order", row)
    ann.world.apply(w.split(ann.security, TUESDAY, 2, 1))
    again = ann.world.do("place_order", row)
    assert (again.replayed, again.result) == (True, first.result)


def test_chosen_lots_are_chosen_in_the_new_shares(ann: Investor) -> None:
    ann.buy(10, 100)
    second = ann.buy(10, 120, later(hours=1))
    sell = ann.order("sell", 5, 150)
    ann.world.accepted("choose_lots", w.choice(ann.owner.token, sell, lots=[(second, 5)]))
    ann.world.apply(w.split(ann.security, TUESDAY, 2, 1))
    ann.fill(sell, 10, 75)
    assert ann.open_lots() == [(D(20), D(1000)), (D(10), D(600))]


def test_a_reverse_split_pays_for_fractions(ann: Investor) -> None:
    """7 at 100 and 8 at 110 become 1.5 new ones, of 700 + 880: one stays, a half is paid out.

    The half comes out of the oldest lot, which is 0.7 new shares: 700 * 0.5 / 0.7 = 500.
    """
    ann.buy(7, 100)
    ann.buy(8, 110, later(hours=1))
    before = ann.cash()
    ann.world.apply(w.split(ann.security, TUESDAY, 1, 10, cash_per_share=D("990.50")))
    assert ann.cash() - before == D("495.25")
    assert ann.open_lots() == [(D("0.2"), D(200)), (D("0.8"), D(880))]
    assert [gain for *_, gain in ann.gains()] == [D("-4.75")]
    assert ann.holding() == (D(1), D(0), D(1080), D("-4.75"))


def test_a_position_smaller_than_a_new_share_is_paid_out(ann: Investor) -> None:
    ann.buy(3, 100)
    ann.world.apply(w.split(ann.security, TUESDAY, 1, 10, cash_per_share=1000))
    assert ann.holding() == (D(0), D(0), D(0), D(0))
    assert ann.gains() == [(D(3), D(300), D(300), D(0))]
    assert ann.open_lots() == []


# ---------------------------------------------------------------------- dividends


def dividend(ann: Investor, **terms: object) -> w.Row:
    """0.333 a share to whoever held on Tuesday evening, paid on Thursday."""
    return w.action(
        "cash_dividend", ann.security, WEDNESDAY,
        **{"pay_date": THURSDAY, "cash_per_share": D("0.333"), **terms},
    )  # fmt: skip


def test_a_dividend_goes_to_who_held_before_its_ex_date_less_tax(ann: Investor) -> None:
    """0.333 * 100 = 33.30; 15 % of it is 4.995, half-even 5.00."""
    ann.buy(100, 100)
    action = dividend(ann, withholding_rate=D("0.15"))
    action_id = ann.world.accepted("corporate_action", action)
    assert ann.world.apply_more(action_id) == 0  # Its day is too far away.
    go_to(ann, TUESDAY)
    before = ann.cash()
    assert ann.world.apply_more(action_id) == 1
    assert ann.cash() == before
    go_to(ann, WEDNESDAY)
    # Sold on the ex-date: still entitled; bought on it: not.
    ann.sell(40, 100, later(days=2))
    assert ann.world.apply_more(action_id) == 0
    go_to(ann, THURSDAY)
    before = ann.cash()
    assert ann.world.apply_more(action_id) == 1
    assert ann.cash() - before == D("28.30")
    assert ann.world.apply_more(action_id) == 0
    (row,) = ann.world.rows("select gross, withheld, cash, state from entitlements")
    assert row == {"gross": D("33.30"), "withheld": 5, "cash": D("28.30"), "state": "applied"}
    assert ann.world.value("select state from corporate_actions") == "applied"
    # The house pays the whole, and owes the tax to the authority.
    assert ann.world.rows(
        "select a.house_code, e.amount from entries as e join transactions as t"
        " using (transaction_id) join accounts as a on a.account_id = e.account_id"
        " where t.transaction_type = 'dividend' order by e.leg"
    ) == [
        {"house_code": None, "amount": D("28.30")},
        {"house_code": "actions", "amount": D("-33.30")},
        {"house_code": "taxes", "amount": 5},
    ]


def test_a_dividend_of_which_everything_is_withheld_is_in_the_ledger(ann: Investor) -> None:
    ann.buy(10, 100)
    go_to(ann, THURSDAY)
    before = ann.cash()
    ann.world.apply(dividend(ann, withholding_rate=D(1)))
    assert ann.cash() == before
    assert ann.world.rows(
        "select amount from entries as e join accounts as a using (account_id)"
        " where a.house_code = 'taxes'"
    ) == [{"amount": D("3.33")}]


def test_entitlement_is_by_market_time_however_late_the_job_runs(ann: Investor) -> None:
    ann.buy(100, 100)
    action_id = ann.world.accepted("corporate_action", dividend(ann))
    ann.sell(100, 100, later(days=2))
    other = ann.world.account(ann.owner, 10_000)
    late = w.order(ann.owner.token, other, ann.security, quantity=D(5), limit_price=D(200))
    ann.world.accepted(
        "execution",
        w.execution(ann.world.accepted("place_order", late), 5, 100, effective_at=later(days=2)),
    )
    go_to(ann, THURSDAY)
    assert ann.world.apply_more(action_id) == 2  # Entitled, then paid: one account.
    assert ann.world.rows("select account_id, cash from entitlements") == [
        {"account_id": ann.account, "cash": D("33.30")}
    ]


def test_a_reinvested_dividend_is_a_lot_of_the_day_it_is_paid(ann: Investor) -> None:
    """33.30 at 70 buys 0.475714285 shares for 33.30."""
    ann.prefer(reinvest=True)
    ann.buy(100, 100)
    action_id = ann.world.accepted("corporate_action", dividend(ann, reinvest_price=70))
    go_to(ann, THURSDAY)
    before = ann.cash()
    ann.world.apply_more(action_id)
    assert ann.cash() == before
    assert ann.open_lots() == [(D(100), D(10_000)), (D("0.475714285"), D("33.30"))]
    kinds = [
        row["kind"]
        for row in ann.world.rows(
            "select kind from outbox where kind like 'dividend%%' order by event_seq"
        )
    ]
    assert kinds == ["dividend.paid", "dividend.reinvested"]


def test_without_fractions_a_dividend_buys_whole_shares(ann: Investor) -> None:
    ann.world.admin.execute("update securities set fractionable = false")
    ann.prefer(reinvest=True)
    ann.buy(100, 100)
    action_id = ann.world.accepted("corporate_action", dividend(ann, reinvest_price=10))
    go_to(ann, THURSDAY)
    before = ann.cash()
    ann.world.apply_more(action_id)
    assert ann.cash() - before == D("3.30")
    assert ann.open_lots()[1] == (D(3), D(30))


# ---------------------------------------------------------------------- mergers, symbols


def test_a_merger_pays_for_every_share_and_ends_orders(ann: Investor) -> None:
    """3 lots of one share at 100, 110 and 120, paid 111.111 each: 333.33 in all."""
    for n, price in enumerate((100, 110, 120)):
        ann.buy(1, price, later(hours=n))
    buy, sell = ann.order("buy", 2, 90), ann.order("sell", 2, 130)
    before = ann.cash()
    ann.world.apply(w.action("cash_merger", ann.security, TUESDAY, cash_per_share=D("111.111")))
    assert ann.cash() - before == D("333.33")
    assert [proceeds for _, _, proceeds, _ in ann.gains()] == [D("111.11")] * 3
    assert ann.holding() == (D(0), D(0), D(0), D("3.33"))
    assert [order(ann, each)["status"] for each in (buy, sell)] == ["canceled", "canceled"]
    row = w.order(ann.owner.token, ann.account, ann.security)
    assert ann.world.do("place_order", row).code == "not_tradable"


def test_a_new_symbol_is_told_to_holders(ann: Investor) -> None:
    ann.buy(1, 100)
    ann.world.apply(w.action("symbol_change", ann.security, TUESDAY, new_symbol="NEW"))
    assert ann.world.value("select symbol from securities") == "NEW"
    assert ann.world.value("select old_symbol from corporate_actions") == "XYZ"
    assert ann.world.value(
        "select count(*) from outbox where kind = 'position.symbol_changed'"
    ) == 1  # fmt: skip


def test_a_symbol_that_another_security_has_needs_a_person(ann: Investor) -> None:
    ann.world.security("NEW")
    ann.world.apply(w.action("symbol_change", ann.security, TUESDAY, new_symbol="NEW"))
    assert ann.world.value("select state from corporate_actions") == "blocked"
    assert ann.world.value("select kind from exceptions") == "unexpected_state"
    assert ann.world.value("select count(*) from securities where symbol = 'XYZ'") == 1


# ---------------------------------------------------------------------- facts


def test_an_action_is_known_by_its_providers_id(ann: Investor) -> None:
    row = w.split(ann.security, TUESDAY, 2, 1)
    first, again, other = ann.world.call("corporate_action", [row, row, row | {"new_shares": 3}])
    assert (first.replayed, again.replayed, other.outcome) == (False, True, "conflict")
    # After its key was pruned too.
    ann.world.admin.execute("delete from idempotency_keys where command = 'corporate_action'")
    again, other = ann.world.call("corporate_action", [row, row | {"new_shares": 3}])
    assert (again.replayed, again.command_id, other.outcome) == (
        True, first.command_id, "conflict",
    )  # fmt: skip
    ann.buy(1, 100)
    ann.world.apply_more(first.command_id)
    ann.world.apply_more(first.command_id)
    assert ann.holding()[0] == D(2)


@pytest.mark.parametrize(
    ("kind", "terms", "problem"),
    [
        ("merger", {}, ("invalid_value", "kind")),
        ("split", {"new_shares": 1, "old_shares": 2}, ("invalid_value", "new_shares")),
        ("reverse_split", {"new_shares": 1}, ("required", "old_shares")),
        ("split", {"new_shares": 0, "old_shares": 2}, ("out_of_range", "new_shares")),
        ("cash_dividend", {"cash_per_share": D(1)}, ("required", "pay_date")),
        ("cash_dividend", {"pay_date": TUESDAY}, ("required", "cash_per_share")),
        ("cash_dividend", {"cash_per_share": D(0)}, ("out_of_range", "cash_per_share")),
        ("cash_dividend", {"cash_per_share": D("NaN")}, ("invalid_value", "cash_per_share")),
        ("cash_merger", {"pay_date": MONDAY}, ("invalid_value", "pay_date")),
        ("cash_merger", {"withholding_rate": D(2)}, ("out_of_range", "withholding_rate")),
        ("symbol_change", {}, ("required", "new_symbol")),
        ("symbol_change", {"new_symbol": "new"}, ("invalid_value", "new_symbol")),
        ("split", {"security_id": uuid4()}, ("required", "new_shares")),
    ],
)
def test_what_is_no_action_is_refused(
    ann: Investor, kind: str, terms: dict[str, object], problem: tuple[str, str]
) -> None:
    verdict = ann.world.do("corporate_action", w.action(kind, ann.security, TUESDAY, **terms))
    assert (verdict.outcome, verdict.code, verdict.field) == ("refused", *problem)


def test_shares_in_kind_are_a_lot_with_their_own_date_and_cost(ann: Investor) -> None:
    row = w.shares(ann.account, ann.security, D("12.5"), cost=D("1000.01"))
    first, again, other = ann.world.call("shares_received", [row, row, row | {"cost": D(1)}])
    assert (first.outcome, again.replayed, other.outcome) == ("accepted", True, "conflict")
    assert ann.open_lots() == [(D("12.5"), D("1000.01"))]
    assert ann.world.value("select acquired_at from lots") == OPEN - timedelta(days=400)
    ann.sell(D("12.5"), 100)
    assert ann.gains()[0][3] == D("249.99")


def owe(ann: Investor, missing: int) -> None:
    """Buy and sell ten shares; the venue takes part of the buy back."""
    order = ann.order("buy", 10, 100)
    ann.fill(order, 10 - missing, 100)
    fill = w.execution(order, missing, 100)
    ann.world.accepted("execution", fill)
    ann.sell(10, 130)
    ann.world.accepted("execution_busted", w.bust(fill["venue_execution_id"]))
    assert ann.open_lots() == [(D(-missing), D(-130 * missing))]


def test_shares_that_are_missing_are_made_up_by_shares_that_are_received(ann: Investor) -> None:
    """4 of the 10 that were sold at 130 were not there; 6 come, which cost 90 each."""
    owe(ann, 4)
    ann.world.accepted("shares_received", w.shares(ann.account, ann.security, 6, cost=D(540)))
    assert ann.open_lots() == [(D(2), D(180))]
    assert ann.gains()[-1] == (D(4), D(360), D(520), D(160))
    holding = ann.world.rows("select quantity, total_cost, realized_gain from holdings")
    assert holding == [{"quantity": 2, "total_cost": 180, "realized_gain": 6 * 30 + 160}]


def test_shares_that_are_received_may_be_too_few_for_those_that_are_missing(ann: Investor) -> None:
    owe(ann, 4)
    ann.world.accepted("shares_received", w.shares(ann.account, ann.security, 1, cost=D(90)))
    assert ann.open_lots() == [(D(-3), D(-390))]
    ann.buy(5, 100)
    assert ann.open_lots() == [(D(2), D(200))]


def test_shares_for_nobody_are_in_suspense_until_a_person_looks(ann: Investor) -> None:
    row = w.shares(uuid4(), ann.security, 5)
    assert ann.world.do("shares_received", row).outcome == "accepted"
    assert ann.world.do("shares_received", row).replayed
    assert ann.world.value("select kind from exceptions") == "unknown_account"
    assert ann.world.rows("select * from holdings") == []
