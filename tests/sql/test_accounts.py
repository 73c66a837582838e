"""Who may do what with an account, and what moves between accounts."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import MONDAY, OPEN, Row, User, World

CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        world.open_market()
        yield world


def by_broker(world: World, **changes: Any) -> Row:
    return {**w.COMMON, "identity": world.broker, "key": str(uuid4()), **changes}


def balance(world: World, account: UUID) -> Decimal:
    found: Decimal = world.value("select balance from accounts where account_id = %s", account)
    return found


def house(world: World, code: str, currency: str) -> Decimal:
    found: Decimal = world.value(
        "select coalesce(sum(e.amount), 0) from entries as e join accounts as a using (account_id)"
        " where a.house_code = %s and a.currency = %s", code, currency,
    )  # fmt: skip
    return found


# ---------------------------------------------------------------------- joint owners


def test_joint_owners_trade_and_withdraw_and_a_viewer_reads(world: World) -> None:
    ann, bob, eve = world.user(), world.user(), world.user()
    account = world.account(ann, 1_000, account_type="joint")
    stock = world.security("JOINT")
    world.share(account, bob, "joint")
    world.share(account, eve, "viewer")
    other = world.account(ann)
    for user, outcome in ((ann, "accepted"), (bob, "accepted"), (eve, "refused")):
        for function, row in (
            ("place_order", w.order(user.token, account, stock)),
            ("request_withdrawal", w.withdrawal(user.token, account, 1)),
            ("transfer", w.transfer(user.token, account, other, 1)),
        ):
            verdict = world.do(function, row)
            assert verdict.outcome == outcome, (function, verdict)
            assert verdict.code == (None if outcome == "accepted" else "not_permitted")
    connection = world.as_role("app_user")
    with connection.transaction():
        connection.execute("select set_config('fb.identity', %s, true)", (eve.token,))
        seen = connection.execute("select account_id from accounts").fetchall()
    assert seen == [{"account_id": account}]
    assert world.check_books() == {}


def test_who_is_removed_sees_and_does_nothing_more(world: World) -> None:
    ann, bob = world.user(), world.user()
    account = world.account(ann, 100, account_type="joint")
    world.share(account, bob, "joint")
    row = by_broker(world, account_id=account, user_id=bob.user_id)
    world.accepted("remove_owner", row)
    assert world.do("request_withdrawal", w.withdrawal(bob.token, account, 1)).code == (
        "account_not_found"
    )
    told = world.rows("select kind from outbox where account_id = %s order by event_seq", account)
    assert [row["kind"] for row in told][-2:] == ["account.owner_added", "account.owner_removed"]
    audited = world.rows(
        "select action, actor from audit_log where table_name = 'account_owners'"
        " and subject_id = %s order by recorded_at", bob.user_id,
    )  # fmt: skip
    assert [line["action"] for line in audited] == ["insert", "delete"]
    assert {line["actor"].partition(":")[0] for line in audited} == {"user"}


def test_several_owners_are_one_account_to_those_who_report(world: World) -> None:
    ann, bob = world.user(), world.user()
    account = world.account(ann, 100, account_type="joint")
    world.share(account, bob, "owner")
    world.job("select fb.refresh_summaries()")
    for view in ("portfolio_summary", "portfolio_summary_live"):
        found = world.rows(f"select user_id from {view} where account_id = %s", account)
        assert found == [{"user_id": ann.user_id}]
    # With another owner there the first one can go.
    world.accepted("remove_owner", by_broker(world, account_id=account, user_id=ann.user_id))
    assert world.check_books() == {}


# ---------------------------------------------------------------------- money between accounts


def test_a_transfer_is_two_transactions_of_one_event(world: World) -> None:
    ann, bob = world.user(), world.user()
    source, target = world.account(ann, 100), world.account(bob)
    number = world.value("select account_number from accounts where account_id = %s", target)
    done = world.do("transfer", w.transfer(ann.token, source, number, "60.5"))
    assert done.outcome == "accepted"
    assert done.result is not None
    assert done.result["target_account_id"] == str(target)
    assert (balance(world, source), balance(world, target)) == (Decimal("39.5"), Decimal("60.5"))
    sides = world.rows(
        "select account_id, transaction_type from transactions where event_id = %s"
        " order by recorded_at, transaction_id", done.command_id,
    )  # fmt: skip
    assert [(s["account_id"], s["transaction_type"]) for s in sides] == [
        (source, "transfer"), (target, "transfer"),
    ]  # fmt: skip
    assert house(world, "clearing", "USD") == 0
    assert world.check_books() == {}


def test_what_came_in_a_batch_can_go_on_in_it(world: World) -> None:
    ann = world.user()
    first, second, third = world.account(ann, 10), world.account(ann), world.account(ann)
    verdicts = world.call("transfer", [
        w.transfer(ann.token, second, third, 10),
        w.transfer(ann.token, first, second, 10),
        w.transfer(ann.token, second, third, 10),
        w.transfer(ann.token, second, third, 1),
    ])  # fmt: skip
    assert [v.code for v in verdicts] == [
        "insufficient_withdrawable", None, None, "insufficient_withdrawable",
    ]  # fmt: skip
    assert [balance(world, a) for a in (first, second, third)] == [0, 0, 10]


def test_held_and_unsettled_cash_stays(world: World) -> None:
    ann = world.user()
    source, target = world.account(ann, 100), world.account(ann)
    later = w.deposit(source, 50, settle_on=MONDAY + timedelta(days=3))
    world.accepted("deposit_received", later)
    world.accepted("request_withdrawal", w.withdrawal(ann.token, source, 30))
    row = w.transfer(ann.token, source, target, "70.01")
    assert world.do("transfer", row).code == "insufficient_withdrawable"
    world.accepted("transfer", w.transfer(ann.token, source, target, 70))


@pytest.mark.parametrize(
    ("rate", "amount", "bought"),
    [
        ("0.91237", "33.33", "30.41"),  # 30.4092921
        ("0.5", "0.01", None),  # half a cent goes to the even side, which is none at all
        ("0.5", "0.03", "0.02"),  # 0.015
        ("0.5", "0.05", "0.02"),  # 0.025
        ("1.5", "0.03", "0.04"),  # 0.045
    ],
)
def test_a_conversion_rounds_half_to_even_and_keeps_the_rest(
    rate: str, amount: str, bought: str | None, world: World
) -> None:
    ann = world.user()
    dollars, euros = world.account(ann, 100), world.account(ann, 0, "EUR")
    before = house(world, "rounding", "EUR")
    rate_id = world.rate("USD", "EUR", rate)
    verdict = world.do("convert_currency",
                       w.conversion(ann.token, dollars, euros, amount, rate_id))  # fmt: skip
    if bought is None:
        assert (verdict.code, verdict.field) == ("out_of_range", "amount")
        return
    assert verdict.outcome == "accepted"
    assert balance(world, euros) == Decimal(bought)
    assert balance(world, dollars) == 100 - Decimal(amount)
    rest = Decimal(amount) * Decimal(rate) - Decimal(bought)
    assert house(world, "rounding", "EUR") - before == rest
    assert world.check_books() == {}


def test_yen_have_no_decimal_places(world: World) -> None:
    ann = world.user()
    dollars, yen = world.account(ann, 100), world.account(ann, 0, "JPY")
    rate_id = world.rate("USD", "JPY", "109.456")
    row = w.conversion(ann.token, dollars, yen, "12.34", rate_id)
    world.accepted("convert_currency", row)
    assert balance(world, yen) == 1351  # 1350.687…
    row = w.withdrawal(ann.token, yen, "0.5")
    assert (world.do("request_withdrawal", row).code) == "excess_scale"


def test_a_rate_is_a_fact_that_is_booked_once(world: World) -> None:
    row = w.exchange_rate("USD", "CHF", "0.9", provider_rate_id="once", effective_at=OPEN)
    first, again = world.call("exchange_rate", [row, row])
    assert (first.outcome, first.replayed) == ("accepted", False)
    assert (again.outcome, again.replayed, again.result) == ("accepted", True, first.result)
    other = world.do("exchange_rate", {**row, "rate": Decimal("0.91")})
    assert (other.outcome, other.code) == ("conflict", "idempotency_conflict")
    assert world.value("select count(*) from exchange_rates where provider_rate_id = 'once'") == 1


def test_a_new_currency_can_be_used_at_once(world: World) -> None:
    ann = world.user()
    world.accepted("add_currency", by_broker(world, code="SEK", scale=2))
    account = world.account(ann, 70, "SEK")
    fee = {"account_id": account, "amount": Decimal(20), "reason": "a letter"}
    world.accepted("charge_fee", by_broker(world, **fee))
    assert (balance(world, account), house(world, "fees", "SEK")) == (50, 20)
    assert world.check_books() == {}


def test_a_schedule_that_has_begun_stays(world: World) -> None:
    terms = {"flat": Decimal(1), "per_share": None, "basis_points": None, "minimum": None,
             "maximum": None}  # fmt: skip
    coming = by_broker(world, side="buy", effective_from=OPEN + timedelta(days=90), **terms)
    world.accepted("set_fee_schedule", coming)
    changed = by_broker(world, side="buy", effective_from=OPEN + timedelta(days=90),
                        **{**terms, "flat": Decimal(2)})  # fmt: skip
    world.accepted("set_fee_schedule", changed)
    query = "select flat from fee_schedules where side = 'buy' and effective_from = %s"
    assert world.value(query, OPEN + timedelta(days=90)) == 2
    begun = by_broker(world, side="buy", effective_from=OPEN, **terms)
    refused = world.do("set_fee_schedule", begun)
    assert (refused.code, refused.field) == ("not_allowed", "effective_from")
    said = world.rows("select action, actor from audit_log where table_name = 'fee_schedules'")
    assert [line["action"] for line in said] == ["insert", "update"]


# ---------------------------------------------------------------------- statuses

ALLOWED = {
    #                      active, restricted, closed
    "place_order":        (True, False, False),
    "request_withdrawal": (True, False, False),
    "transfer":           (True, False, False),
    "transfer to":        (True, False, False),
    "convert_currency":   (True, False, False),
    "convert to":         (True, False, False),
    "charge_fee":         (True, True, False),
    "add_owner":          (True, True, False),
    "remove_owner":       (True, True, False),
    "set_account_status": (True, True, False),
}  # fmt: skip
"""Which command an account of which status takes: the table in docs/guides/accounts.md."""
STATUSES = ("active", "restricted", "closed")


def row_of(world: World, command: str, user: User, account: UUID) -> tuple[str, Row]:
    """A row of a command that an active account with cash would accept."""
    stock, friend = world.security(f"S{uuid4().hex[:8].upper()}"), world.user()
    if command == "remove_owner":
        world.admin.execute(
            "insert into account_owners values (%s, %s, 'viewer', now())",
            (account, friend.user_id),
        )
    elsewhere = world.account(user, 100)
    euros = world.account(user, 100, "EUR")
    rate, back = world.rate("USD", "EUR", "0.9"), world.rate("EUR", "USD", "1.1")
    about = by_broker(world, account_id=account)
    rows: dict[str, Callable[[], Row]] = {
        "place_order": lambda: w.order(user.token, account, stock, limit_price=Decimal(1)),
        "request_withdrawal": lambda: w.withdrawal(user.token, account, 1),
        "transfer": lambda: w.transfer(user.token, account, elsewhere, 1),
        "transfer to": lambda: w.transfer(user.token, elsewhere, account, 1),
        "convert_currency": lambda: w.conversion(user.token, account, euros, 1, rate),
        "convert to": lambda: w.conversion(user.token, euros, account, 1, back),
        "charge_fee": lambda: {**about, "amount": Decimal(1), "reason": "a letter"},
        "add_owner": lambda: {**about, "user_id": friend.user_id, "role": "viewer"},
        "remove_owner": lambda: {**about, "user_id": friend.user_id},
        "set_account_status": lambda: {**about, "status": "active"},
    }
    names = {"transfer to": "transfer", "convert to": "convert_currency"}
    return names.get(command, command), rows[command]()


@pytest.mark.parametrize("command", ALLOWED)
@pytest.mark.parametrize("status", STATUSES)
def test_what_an_account_of_each_status_takes(status: str, command: str, world: World) -> None:
    user = world.user()
    account = world.account(user, 0 if status == "closed" else 100)
    if status != "active":
        world.set_status(account, status)
    function, row = row_of(world, command, user, account)
    verdict = world.do(function, row)
    expected = ALLOWED[command][STATUSES.index(status)]
    assert (verdict.outcome == "accepted") == expected, verdict
    if not expected:
        assert verdict.code in ("account_not_active", "account_not_found")
    assert world.check_books() == {}


def test_the_table_in_the_guide_is_this_one() -> None:
    guide = (Path(__file__).parents[2] / "docs/guides/accounts.md").read_text(encoding="utf-8")
    for command, takes in ALLOWED.items():
        cells = " | ".join("yes" if each else "no" for each in takes)
        assert f"| {command} | {cells} |" in guide


# ---------------------------------------------------------------------- closing


def test_an_account_closes_only_when_nothing_is_under_way(world: World) -> None:
    ann = world.user()
    account = world.account(ann, 500)
    stock = world.security("CLOSES", 10)
    close = by_broker(world, account_id=account, status="closed")

    def refused(about: str) -> None:
        verdict = world.do("set_account_status", {**close, "key": str(uuid4())})
        assert verdict.code == "account_not_empty", about

    order = w.order(ann.token, account, stock, quantity=Decimal(10), limit_price=Decimal(20),
                    time_in_force="gtc")  # fmt: skip
    bought = world.accepted("place_order", order)
    refused("cash, and an open order")
    world.accepted("execution", w.execution(bought, 10, 20))
    refused("shares, and cash that is to be paid")
    sell = w.order(ann.token, account, stock, side="sell", quantity=Decimal(10),
                   limit_price=Decimal(20), time_in_force="gtc")  # fmt: skip
    sold = world.accepted("place_order", sell)
    world.accepted("execution", w.execution(sold, 10, 20))
    world.accepted("transfer", w.transfer(ann.token, account, world.account(ann), 300))
    fee = {"account_id": account, "amount": Decimal(200), "reason": "all that is left"}
    world.accepted("charge_fee", by_broker(world, **fee))
    assert balance(world, account) == 0
    refused("only settlements are open")
    world.job("select fb.settle(%s, 100)", (OPEN + timedelta(days=30)).date())
    world.accepted("set_account_status", close)
    reopened = by_broker(world, account_id=account, status="active")
    assert world.do("set_account_status", reopened).code == "account_not_active"
    assert world.check_books() == {}
