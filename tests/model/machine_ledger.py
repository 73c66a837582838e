"""Money at the bank: deposits, withdrawals, what is taken back, settlement."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws, draws_ledger
from tests.model.machine_base import Machine, Row
from tests.support import world as w

BANK_FACTS = ("withdrawal_settled", "withdrawal_returned")
UNDER_WAY = (("outgoing", "requested"), ("outgoing", "settled"))


class MoneyRules(Machine):
    """What the bank says, and what customers want back."""

    @rule(rows=draws.batch(draws_ledger.deposits))
    def deposit(self, rows: list[Any]) -> None:
        self._submit("deposit_received", rows)

    @rule(rows=draws.batch(draws_ledger.withdrawals))
    def withdraw(self, rows: list[Any]) -> None:
        self._submit("request_withdrawal", rows)

    @rule(function=st.sampled_from(BANK_FACTS), rows=draws.batch(draws_ledger.bank_facts))
    def bank(self, function: str, rows: list[Any]) -> None:
        self._submit(function, rows)

    @rule(rows=draws.batch(draws_ledger.returns, 2))
    def take_back(self, rows: list[Any]) -> None:
        self._submit("deposit_returned", rows)

    @rule(days=st.integers(-1, 2))
    def settle(self, days: int) -> None:
        through = self.ledger.clock.session + timedelta(days=days)
        while self.world.job("select fb.settle(%s, 2)", through):
            self.counted["job: settle"] += 1
        self.ledger.settle(through)
        self._compare()

    def _pick(self, function: str, name: str, number: int) -> int:
        """Mostly a withdrawal that the bank has."""
        known = enumerate(self.ledger.transfers)
        found = [n for n, t in known if (t.direction, t.state) in UNDER_WAY]
        if name == "transfer" and number < 15 and found:
            return found[number % len(found)]
        return super()._pick(function, name, number)

    def _finish_deposit_received(self, row: Row) -> None:
        days = row.pop("settle_in")
        row["settle_on"] = days and self.ledger.clock.session + timedelta(days=days)

    def _row_deposit_received(self, row: Row) -> Row:
        values = {n: row[n] for n in ("amount", "settle_on")}
        account = self._id("accounts", row["account"])
        return w.deposit(account, bank_reference=row["key"], **values)

    def _finish_deposit_returned(self, row: Row) -> None:
        deposits = [t.key for t in self.ledger.transfers if t.key is not None]
        number = row.pop("deposit")
        row["ref"] = None if number is None else deposits[number % len(deposits)]

    def _row_deposit_returned(self, row: Row) -> Row:
        reference = row["ref"] or "never came"
        return w.deposit_return(reference, key=row["key"], reason=row["note"])

    def _row_request_withdrawal(self, row: Row) -> Row:
        account = self._id("accounts", row["account"])
        return {"account_id": account, "amount": row["amount"], "payment_method_id": None}

    def _row_withdrawal_settled(self, row: Row) -> Row:
        note = row["note"] and f"{row['note']} {row['key']}"  # a bank's reference is its own
        return w.fact("withdrawal_settled", self._transfer(row), note, key=row["key"])

    def _row_withdrawal_returned(self, row: Row) -> Row:
        return w.fact("withdrawal_returned", self._transfer(row), row["note"], key=row["key"])

    def _transfer(self, row: Row) -> UUID:
        return self._id("transfers", row["transfer"])
