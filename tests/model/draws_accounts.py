"""Random rows about accounts, money between them, rates, fees and what operators confirm."""

from decimal import Decimal

from hypothesis import strategies as st

from tests.model.draws import decimals, number, quantity, rarely, rows, some_account, who

broker = rarely(st.just("broker"), st.sampled_from(["owner", "forged", "expired"]), 8)
operator = rarely(
    st.sampled_from(["first operator", "second operator"]),
    st.sampled_from(["owner", "broker", "forged"]), 15,
)  # fmt: skip
any_account = rarely(number, st.none(), 20)
"""Also those that were opened later, and those in other currencies."""
some_user = rarely(st.sampled_from(["ann", "bob"]), st.none(), 15)
CURRENCIES = ("USD", "EUR", "JPY", "GBP")

openings = rows(
    who=broker, user=some_user,
    kind=rarely(st.sampled_from(["individual", "retirement", "joint"]), st.just("company"), 15),
    currency=rarely(st.sampled_from(["USD", "EUR", "JPY"]), st.just("XXX"), 15),
)  # fmt: skip
statuses = rows(
    who=broker, account=any_account,
    status=rarely(
        st.sampled_from(["active", "active", "restricted", "closed", "closed"]), st.just("open"), 15
    ),
)  # fmt: skip
approvals_of_people = rows(
    who=broker, user=some_user,
    # Who was rejected is looked at again before they are approved.
    status=rarely(
        st.sampled_from(["approved", "approved", "in_review"]),
        st.sampled_from(["pending", "rejected", "fine"]), 6,
    ),
)  # fmt: skip
new_owners = rows(
    who=broker, account=any_account, user=some_user,
    role=rarely(st.sampled_from(["owner", "joint", "viewer"]), st.just("king"), 15),
)  # fmt: skip
old_owners = rows(who=broker, account=any_account, user=some_user)
preferences = rows(
    who=who, account=some_account,
    method=rarely(st.sampled_from([None, "fifo", "lifo", "highest_cost"]), st.just("average"), 15),
    reinvest=st.sampled_from([True, True, False, None]),
)  # fmt: skip

sums = rarely(
    st.one_of(decimals("0.01", "3000", 2), st.integers(1, 90_000).map(Decimal)),
    st.sampled_from([Decimal("1.005"), Decimal(0), Decimal("0.01")]), 12,
)  # fmt: skip
transfers = rows(
    who=who, account=any_account, target=any_account, amount=sums,
    fitting=rarely(st.just(True), st.just(False), 4),
)  # fmt: skip
conversions = rows(
    who=who, account=any_account, target=any_account, rate=rarely(number, st.none(), 6),
    amount=sums, fitting=rarely(st.just(True), st.just(False), 4),
)  # fmt: skip
fees = rows(
    who=broker, account=any_account, amount=sums,
    reason=rarely(st.just("a letter"), st.sampled_from(["", "r" * 201]), 15),
)  # fmt: skip
rates = rows(
    pair=st.sampled_from([
        ("USD", "EUR"), ("EUR", "USD"), ("USD", "JPY"), ("JPY", "USD"), ("EUR", "JPY"),
        ("USD", "USD"), ("USD", "XXX"),
    ]),
    rate=rarely(
        st.one_of(decimals("0.5", "2", 6), decimals("0.004", "0.02", 9)),
        st.sampled_from([Decimal(0), Decimal("0.0000000000001")]), 15,
    ),
    earlier=rarely(st.none(), st.sampled_from([600, 1440, 1500, -60]), 4),
)  # fmt: skip
currencies = rows(
    who=broker, letter=st.sampled_from("ABCDEFGHIJKLMNOP"),
    code=rarely(st.just("new"), st.sampled_from(["kr", "EUR"]), 8),
    scale=rarely(st.integers(0, 4), st.sampled_from([-1, 13]), 10),
)  # fmt: skip
terms = st.fixed_dictionaries(
    {},
    optional={
        "flat": rarely(decimals("0", "2", 2), st.just(Decimal(-1)), 15),
        "per_share": decimals("0", "0.05", 4),
        "basis_points": rarely(decimals("0", "30", 1), st.just(Decimal(10_001)), 15),
        "minimum": decimals("0", "2", 2),
        "maximum": decimals("1", "9", 2),
    },
)
fee_schedules = rows(
    who=broker, side=st.sampled_from(["buy", "sell"]), terms=terms,
    minutes=rarely(st.sampled_from([1, 5, 60, 400]), st.sampled_from([0, -10]), 6),
)  # fmt: skip

REVERSED = (
    "transfers", "transfers", "movements", "movements", "movements", "movements", "executions",
    "receipts", None,
)  # fmt: skip
requests = rows(
    who=operator, number=number,
    action=rarely(
        st.sampled_from([
            *["reverse"] * 5, "deposit_received", "withdrawal_settled", "withdrawal_returned",
            "order_canceled", "order_expired", "order_rejected", "execution",
            "execution_busted", "execution_corrected",
        ]),
        st.just("dance"), 20,
    ),
    kind=st.sampled_from(REVERSED), side=st.integers(0, 1), account=some_account, amount=sums,
    quantity=quantity, price=st.integers(80, 120).map(Decimal),
    reason=rarely(st.just("a telephone call"), st.just(""), 15),
)  # fmt: skip
decisions = rows(
    who=operator, approval=rarely(number, st.none(), 20),
    decision=rarely(
        st.sampled_from(["confirmed", "confirmed", "declined"]), st.just("perhaps"), 15
    ),
)  # fmt: skip
