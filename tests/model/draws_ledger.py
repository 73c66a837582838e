"""What is drawn of money at the bank."""

from decimal import Decimal

from hypothesis import strategies as st

from tests.model.draws import decimals, note, number, rarely, rows, some_account, some_order, who

deposits = rows(
    account=some_account,
    amount=rarely(decimals("0.01", "20000", 2), st.just(Decimal("0.001")), 30),
    settle_in=rarely(st.none(), st.integers(1, 3), 4),
)
withdrawals = rows(
    who=who, account=some_account,
    amount=rarely(decimals("0.01", "3000", 2), st.just(Decimal("1.005")), 30),
)  # fmt: skip
bank_facts = rows(transfer=some_order, note=note)
returns = rows(deposit=rarely(number, st.none(), 15), note=note)
