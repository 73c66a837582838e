"""Random corporate actions, and shares that come in kind."""

from decimal import Decimal

from hypothesis import strategies as st

from tests.model.draws import decimals, number, quantity, rarely, rows, some_account, some_symbol

RATIOS = {
    "split": [(2, 1), (3, 2), (7, 1), (1, 2)],
    "reverse_split": [(1, 10), (1, 7), (2, 3), (2, 1)],
}
a_price = st.one_of(st.integers(1, 130).map(Decimal), decimals("0.0001", "130", 4))


def _action(kind: str) -> st.SearchStrategy[object]:
    return rows(
        kind=st.just(kind),
        security=rarely(some_symbol, st.none(), 8),
        ex_in=st.sampled_from([0, 0, 0, 1, -1]),
        pay_in=rarely(st.sampled_from([0, 0, 1, 2]), st.sampled_from([-1, None]), 12),
        ratio=st.sampled_from(RATIOS.get(kind, [(None, None)])),
        price=rarely(
            st.one_of(st.none(), a_price) if kind in RATIOS else a_price,
            st.sampled_from([None, Decimal(0)]), 15,
        ),
        withheld=rarely(
            st.sampled_from([None, Decimal("0.15"), Decimal("0.3"), Decimal(1)]),
            st.just(Decimal(2)), 20,
        ),
        reinvest_price=st.sampled_from([None, Decimal("97.5"), Decimal("31.17"), Decimal(3)]),
        new_symbol=rarely(st.just("new"), st.sampled_from([None, "taken", "taken"]), 2),
        is_timed=st.booleans(),
    )  # fmt: skip


KINDS = (
    "split", "split", "reverse_split", "reverse_split", "cash_dividend", "cash_dividend",
    "cash_dividend", "cash_dividend", "symbol_change",
)  # fmt: skip
announcements = rarely(st.sampled_from(KINDS), st.just("cash_merger"), 12).flatmap(_action)
receipts = rows(
    account=rarely(st.one_of(some_account, number), st.none(), 20),
    security=rarely(some_symbol, st.none(), 8),
    quantity=rarely(quantity, st.just(Decimal("0.0000000001")), 20),
    cost=rarely(decimals("0", "5000", 2), st.just(Decimal("0.001")), 20),
    days=st.integers(0, 500),
)  # fmt: skip
