"""Money: deposits, withdrawals, what the bank takes back, settlement."""

from datetime import date
from fractions import Fraction

from tests.model.model_base import Books, Refusal, Row
from tests.model.rules import CENTS, ZERO, has_scale
from tests.model.state import Account, Answer, Transfer


class Money(Books):
    """What comes in and goes out at the bank."""

    def deposit_received(self, row: Row) -> Answer:
        request = (row["account"], Fraction(row["amount"]), row["settle_on"])

        def act() -> Answer:
            amount, number = Fraction(row["amount"]), row["account"]
            known = number is not None and self.accounts[number].status != "closed"
            self.transfers.append(
                Transfer(number if known else None, "incoming", amount, "settled", None, row["key"])
            )
            if known:
                account = self.accounts[number]
                account.move(amount)
                if row["settle_on"] is not None:
                    account.unsettled += amount
                    account.expect("USD", amount, row["settle_on"], row["key"], is_trade=False)
                account.events.append("deposit.received")
            else:
                self._complain("unknown_account" if number is None else "unexpected_state", number)
            return Answer("accepted", made="transfers", subject=len(self.transfers) - 1)

        if not has_scale(row["amount"], CENTS):
            return Answer("refused", "excess_scale", "amount")
        return self._once("deposit_received", "bank", row["key"], request, act)

    def deposit_returned(self, row: Row) -> Answer:
        """The bank takes a payment back, also when it is spent."""

        def act() -> Answer:
            named = (t for t in self.transfers if t.key is not None and t.key == row["ref"])
            deposit = next(named, None)
            if deposit is None:
                self._complain("unknown_transfer", None)
            elif deposit.state != "settled":
                self._complain("unexpected_state", deposit.account)
            else:
                deposit.state = "returned"
                if deposit.account is not None:
                    self._take_back(self.accounts[deposit.account], deposit)
                    if self.accounts[deposit.account].balance < self.accounts[deposit.account].held:
                        self._complain("overdrawn", deposit.account)
            return Answer("accepted")

        return self._once("deposit_returned", "bank", row["key"], (row["ref"], row["note"]), act)

    @staticmethod
    def _take_back(account: Account, deposit: Transfer) -> None:
        account.move(-deposit.amount)
        for settlement in account.settlements:
            if settlement.cause == deposit.key and settlement.state == "open":
                settlement.state = "canceled"
                account.unsettled -= settlement.amount
        account.events.append("deposit.returned")

    def request_withdrawal(self, row: Row) -> Answer:
        who, amount = row["who"], Fraction(row["amount"])

        def act() -> Answer:
            account = self._may(who, "funding", row["account"])
            self._active(account)
            if self.kyc[who.user] != "approved":
                raise Refusal("kyc_required")
            if not has_scale(row["amount"], CENTS):
                raise Refusal("excess_scale", "amount")
            withdrawable = max(account.balance - account.held - account.unsettled, ZERO)
            if amount > withdrawable:
                raise Refusal("insufficient_withdrawable", "amount")
            account.held += amount
            account.events.append("withdrawal.requested")
            self.transfers.append(
                Transfer(row["account"], "outgoing", amount, "requested", withdrawable)
            )
            return Answer("accepted", made="transfers", subject=len(self.transfers) - 1)

        if who.problem:
            return Answer("refused", who.problem)
        request = (row["account"], amount)
        return self._once("request_withdrawal", who.user, row["key"], request, act)

    def withdrawal_settled(self, row: Row) -> Answer:
        return self._bank_fact("withdrawal_settled", row, {"requested": "settled"})

    def withdrawal_returned(self, row: Row) -> Answer:
        ends = {"requested": "returned", "settled": "refunded"}
        return self._bank_fact("withdrawal_returned", row, ends)

    def _bank_fact(self, fact: str, row: Row, ends: dict[str, str]) -> Answer:
        def act() -> Answer:
            if row["transfer"] is None:
                self._complain("unknown_transfer", None)
                return Answer("accepted")
            transfer = self.transfers[row["transfer"]]
            state = ends.get(transfer.state) if transfer.direction == "outgoing" else None
            if state is None:
                self._complain("unexpected_state", transfer.account)
                return Answer("accepted")
            assert transfer.account is not None
            account = self.accounts[transfer.account]
            if transfer.state == "requested":
                account.held -= transfer.amount
            account.move({"settled": -1, "refunded": 1}.get(state, 0) * transfer.amount)
            transfer.state = state
            account.events.append(f"withdrawal.{state}")
            return Answer("accepted")

        return self._once(fact, "bank's", row["key"], (row["transfer"], row["note"]), act)

    def settle(self, through: date) -> None:
        for account in self.accounts:
            due = [s for s in account.settlements if s.state == "open" and s.settle_on <= through]
            for settlement in due:
                settlement.state = "settled"
                if settlement.asset == "USD":
                    account.unsettled -= max(settlement.amount, ZERO)
            if due:
                account.events.append("settlement.closed")
