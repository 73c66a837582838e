"""What owners are told of their gains: read as the portfolio shows them."""

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from financebuy.sql import load
from tests.model import draws
from tests.model.machine_base import Machine

FIGURES = ("quantity", "cost", "proceeds", "gain")
EVERYTHING = dict.fromkeys(("symbol", "start", "end", "last_lot", "last_execution"))


class PositionRules(Machine):
    """Gains by sale and lot, with their holding periods."""

    @rule(account=st.integers(0, draws.ACCOUNTS - 1))
    def read_gains(self, account: int) -> None:
        symbols = {id_: symbol for symbol, id_ in self.securities.items()}
        asked = {**EVERYTHING, "account_id": self.ids["accounts"][account], "limit": 100_000}
        theirs: list[tuple[Any, ...]] = [
            (
                symbols[row["security_id"]], row["kind"], row["acquired_at"], row["sold_at"],
                row["term"], *(Fraction(row[name]) for name in FIGURES),
            )
            for row in self.world.admin.execute(load("portfolio").gains, asked).fetchall()
        ]  # fmt: skip
        ours = self.ledger.gains(account)
        assert sorted(ours) == sorted(theirs)
        for gain in ours:
            self.counted[f"gains read: {gain[4]}"] += 1
