"""Two pairs of eyes: reversals, and facts that are entered by hand."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.model.model_base import Refusal, Row
from tests.model.model_movements import Movements
from tests.model.model_times import Times
from tests.model.rules import ZERO, Clock
from tests.model.state import Answer, Transfer

BY_HAND = (
    "deposit_received", "deposit_returned", "withdrawal_settled", "withdrawal_returned",
    "order_canceled", "order_expired", "order_rejected", "execution", "execution_busted",
    "execution_corrected",
)  # fmt: skip


@dataclass(slots=True)
class Approval:
    """What one operator asks for, until another one decides."""

    action: str
    subject: Any
    """Of a reversal its target, else the fact's row."""
    requested_by: str
    state: str = "requested"


class Approvals(Movements, Times):
    """What is confirmed happens at once; what cannot happen any more is refused then."""

    def __init__(self, clock: Clock, settles: dict[date, date]) -> None:
        super().__init__(clock, settles)
        self.approvals: list[Approval] = []

    def request_approval(self, row: Row) -> Answer:
        who = row["who"]

        def act() -> Answer:
            if not 1 <= len(row["reason"]) <= 500:
                raise Refusal("out_of_range", "reason")
            if row["action"] not in ("reverse", *BY_HAND):
                raise Refusal("invalid_value", "action")
            if row["action"] == "reverse":
                self._check_reversal(row["target"])
            subject = row["target"] if row["action"] == "reverse" else row["fact"]
            self.approvals.append(Approval(row["action"], subject, who.user))
            return Answer("accepted", made="approvals", subject=len(self.approvals) - 1)

        return self._as_operator("request_approval", row, (row["action"], row["reason"]), act)

    def decide_approval(self, row: Row) -> Answer:
        who = row["who"]

        def act() -> Answer:
            if row["decision"] not in ("confirmed", "declined"):
                raise Refusal("invalid_value", "decision")
            if row["approval"] is None:
                raise Refusal("approval_not_found", "approval_id")
            approval = self.approvals[row["approval"]]
            if approval.state != "requested":
                raise Refusal("approval_decided", "approval_id")
            if approval.requested_by == who.user:
                raise Refusal("second_operator_required")
            answer = Answer("accepted")
            if row["decision"] == "confirmed":
                answer = self._carry_out(approval)
            approval.state = row["decision"]
            return answer

        return self._as_operator("decide_approval", row, (row["approval"], row["decision"]), act)

    def moment_of(self, function: str, row: Row) -> datetime:
        if function == "decide_approval" and row["approval"] is not None:
            approval = self.approvals[row["approval"]]
            if approval.action != "reverse":
                return self.moment_of(approval.action, approval.subject)
        return super().moment_of(function, row)

    def _as_operator(self, command: str, row: Row, request: tuple[Any, ...], act: Any) -> Answer:
        who = row["who"]
        if who.problem:
            return Answer("refused", who.problem)
        if "operations" not in who.scopes:
            return Answer("refused", "not_permitted")
        return self._once(command, who.user, row["key"], request, act)

    def _carry_out(self, approval: Approval) -> Answer:
        if approval.action == "reverse":
            self._check_reversal(approval.subject)
            self._reverse(approval.subject)
            return Answer("accepted")
        answer: Answer = getattr(self, approval.action)(approval.subject)
        if answer.outcome != "accepted":
            assert answer.code
            raise Refusal(answer.code, answer.field)
        made = None if answer.replayed else answer.made
        return Answer("accepted", made=made, subject=answer.subject)

    # ------------------------------------------------------------ reversals

    def _check_reversal(self, target: tuple[str, int] | None) -> None:
        """What stands can be undone once, where the money still is."""
        if target is None:
            raise Refusal("transaction_not_found", "transaction_id")
        kind, number = target
        if kind not in ("transfers", "movements"):
            raise Refusal("not_reversible", "transaction_id")
        if kind == "transfers":
            done = self.transfers[number].state in ("returned", "refunded")
        else:
            done = self.movements[number].is_reversed
        if done:
            raise Refusal("already_reversed", "transaction_id")
        legs = self._contrary(target)
        if any(self.accounts[n].status == "closed" for n in legs):
            raise Refusal("account_not_active", "account_id")
        for number, amount in legs.items():
            account = self.accounts[number]
            if amount < 0 and account.balance - account.held + amount < 0:
                raise Refusal("insufficient_buying_power")

    def _contrary(self, target: tuple[str, int]) -> dict[int, Fraction]:
        """What a reversal does to each customer's account."""
        kind, number = target
        if kind == "movements":
            return {n: -amount for n, amount in self.movements[number].legs.items()}
        transfer = self.transfers[number]
        if transfer.account is None:
            return {}
        sign = -1 if transfer.direction == "incoming" else 1
        return {transfer.account: sign * transfer.amount}

    def _reverse(self, target: tuple[str, int]) -> None:
        for number, amount in self._contrary(target).items():
            self.accounts[number].move(amount)
            self.accounts[number].events.append("transaction.reversed")
        if target[0] == "movements":
            movement = self.movements[target[1]]
            movement.is_reversed = True
            self.house["rounding"] -= movement.rounding
            return
        transfer = self.transfers[target[1]]
        transfer.state = "returned" if transfer.direction == "incoming" else "refunded"
        self._end_settlements(transfer)

    def _end_settlements(self, transfer: Transfer) -> None:
        """What waits to settle never will."""
        if transfer.account is None or transfer.key is None:
            return
        account = self.accounts[transfer.account]
        for settlement in account.settlements:
            is_its = settlement.cause == transfer.key and not settlement.is_trade
            if is_its and settlement.state == "open":
                settlement.state = "canceled"
                account.unsettled -= max(settlement.amount, ZERO)
