"""What one operator asks for and another one confirms."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws, draws_accounts
from tests.model.machine_base import NOBODY, Row
from tests.model.machine_movements import MovementRules
from tests.support import world as w

TRANSACTION_OF = {
    "transfers": """
        select transaction_id from transactions
        where transfer_id = %s and transaction_type in ('deposit', 'withdrawal')""",
    "movements": """
        select transaction_id from transactions where event_id = %s order by account_id""",
    "executions": """
        select t.transaction_id from transactions as t join executions as e using (execution_id)
        where e.venue_execution_id = %s""",
    "receipts": "select transaction_id from transactions where event_id = %s",
}


class ApprovalRules(MovementRules):
    """Reversals, and facts by hand."""

    def _settle_in(self) -> None:
        super()._settle_in()
        self.ids["approvals"] = []

    @rule(
        rows=draws.batch(draws_accounts.requests),
        decisions=st.one_of(st.just([]), draws.batch(draws_accounts.decisions, 6)),
    )
    def ask(self, rows: list[Any], decisions: list[Any]) -> None:
        """Sometimes it is decided at once: what was asked for can still happen then."""
        self._submit("request_approval", rows)
        self._submit("decide_approval", decisions)

    @rule(rows=draws.batch(draws_accounts.decisions, 6))
    def decide(self, rows: list[Any]) -> None:
        self._submit("decide_approval", rows)

    # ------------------------------------------------------------ from draws to rows

    def _finish_request_approval(self, row: Row) -> bool:
        row["target"] = row["fact"] = None
        row["payload"] = {}
        if row["action"] == "reverse":
            return self._aim_reversal(row)
        if row["action"] == "dance":
            return True
        number, key = row["number"], str(uuid4())
        if row["action"].startswith("withdrawal"):
            number %= len(self.ids["transfers"])
            row["fact"] = {"transfer": number, "note": key, "key": key}
            name = "bank_reference" if row["action"].endswith("settled") else "reason"
            row["payload"] = {"transfer_id": str(self.ids["transfers"][number]), name: key}
        elif row["action"] == "deposit_received":
            self._deposit_by_hand(row, key)
        elif row["action"] in ("execution_busted", "execution_corrected"):
            return self._change_by_hand(row, number, key)
        elif not self.ids["orders"]:
            return False
        else:
            self._order_fact_by_hand(row, number % len(self.ids["orders"]), key)
        return True

    def _aim_reversal(self, row: Row) -> bool:
        kind = row["kind"]
        if kind is None:
            row["payload"] = {"transaction_id": str(uuid4())}
            return True
        there = getattr(self.ledger, kind)
        if not there:
            return False
        # Of few, so that the same one is asked for again.
        number = row["number"] % min(len(there), 4)
        id_ = there[number].name if kind == "executions" else self.ids[kind][number]
        found = self.world.rows(TRANSACTION_OF[kind], id_)
        transaction = found[row["side"] % len(found)]["transaction_id"] if found else uuid4()
        row["payload"] = {"transaction_id": str(transaction)}
        row["target"] = (kind, number) if self._has_moved(kind, number) else None
        return True

    def _has_moved(self, kind: str, number: int) -> bool:
        """Whether the model says that there is a transaction."""
        if kind == "transfers":
            transfer = self.ledger.transfers[number]
            return transfer.direction == "incoming" or transfer.state in ("settled", "refunded")
        if kind == "executions":
            return bool(self.ledger.executions[number].reported)
        return True

    def _deposit_by_hand(self, row: Row, key: str) -> None:
        amount = max(row["amount"], Decimal("0.01"))
        row["fact"] = {
            "account": row["account"], "amount": amount, "settle_on": None, "key": key,
        }  # fmt: skip
        row["payload"] = {
            "bank": w.BANK, "bank_reference": key, "amount": format(amount, "f"),
            "account_id": str(self._id("accounts", row["account"])), "currency": "USD",
        }  # fmt: skip

    def _order_fact_by_hand(self, row: Row, number: int, key: str) -> None:
        payload = {"venue": w.VENUE, "order_id": str(self.ids["orders"][number])}
        fact = {"order": number, "note": None, "at": None, "key": key}
        if row["action"] == "execution":
            numbers = {name: row[name] for name in ("quantity", "price")}
            fact |= numbers
            payload |= {name: format(value, "f") for name, value in numbers.items()}
            payload["venue_execution_id"] = key
        row["fact"], row["payload"] = fact, payload

    def _change_by_hand(self, row: Row, number: int, key: str) -> bool:
        trades = [e.name for e in self.ledger.executions if e.kind != "bust"]
        if not trades:
            return False
        ref = trades[number % len(trades)]
        fact: Row = {"ref": ref, "at": None, "key": key}
        payload = {"venue": w.VENUE, "venue_execution_id": key, "ref_venue_execution_id": ref}
        if row["action"] == "execution_corrected":
            numbers = {name: row[name] for name in ("quantity", "price")}
            fact |= numbers
            payload |= {name: format(value, "f") for name, value in numbers.items()}
        row["fact"], row["payload"] = fact, payload
        return True

    def _finish_decide_approval(self, row: Row) -> bool:
        if row["approval"] is not None:
            approvals = self.ledger.approvals
            waiting = [n for n, a in enumerate(approvals) if a.state == "requested"]
            found = waiting if waiting and row["approval"] % 5 else list(range(len(approvals)))
            if not found:
                return False
            row["approval"] = found[row["approval"] % len(found)]
        return True

    def _row_request_approval(self, row: Row) -> Row:
        return {name: row[name] for name in ("action", "payload", "reason")}

    def _row_decide_approval(self, row: Row) -> Row:
        number = row["approval"]
        approval = NOBODY if number is None else self.ids["approvals"][number]
        return {"approval_id": approval, "decision": row["decision"], "note": None}
