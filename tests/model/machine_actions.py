"""Corporate actions, announced and applied; shares that come in kind."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model import draws, draws_actions
from tests.model.effects_accounts import effects_of_accounts
from tests.model.machine_base import Row
from tests.model.machine_times import TimeRules
from tests.support import world as w

OPEN = ("announced", "entitled")


class ActionRules(TimeRules):
    """What issuers do to everybody's shares."""

    def _settle_in(self) -> None:
        super()._settle_in()
        self.ids |= {"actions": [], "receipts": []}

    def teardown(self) -> None:
        self.effects.update(effects_of_accounts(self.ledger))
        super().teardown()

    @rule(
        rows=draws.batch(draws_actions.announcements, 2), limit=st.integers(1, 9),
        steps=st.integers(0, 12),
    )  # fmt: skip
    def announce(self, rows: list[Any], limit: int, steps: int) -> None:
        self._submit("corporate_action", rows)
        if steps:
            self._apply(limit, steps)

    @precondition(lambda self: any(a.state in OPEN for a in self.ledger.actions))
    @rule(limit=st.integers(1, 9), steps=st.integers(1, 12))
    def apply(self, limit: int, steps: int) -> None:
        self._apply(limit, steps)

    def _apply(self, limit: int, steps: int) -> None:
        """Every action as far as `steps` go: the job may end between two accounts."""
        for number, action in enumerate(self.ids["actions"]):
            for _ in range(steps):
                done = self.world.job("select fb.apply_corporate_action(%s, %s)", action, limit)
                order = sorted(
                    range(len(self.ids["accounts"])), key=self.ids["accounts"].__getitem__
                )
                assert self.ledger.apply_action(number, order, limit) == done, (number, done)
                self.ledger.note(self.ledger.actions[number].at)
                if not done:
                    break
                self.counted["job: apply_corporate_action"] += 1
        self._compare()

    @rule(rows=draws.batch(draws_actions.receipts, 3))
    def receive(self, rows: list[Any]) -> None:
        self._submit("shares_received", rows)

    # ------------------------------------------------------------ from draws to rows

    def _finish_corporate_action(self, row: Row) -> None:
        session = self.ledger.clock.session
        ex_in, pay_in = row.pop("ex_in"), row.pop("pay_in")
        row["ex_date"] = session + timedelta(days=ex_in)
        row["pay_date"] = None if pay_in is None else row["ex_date"] + timedelta(days=pay_in)
        row["new"], row["old"] = row.pop("ratio")
        row["at"] = self.ledger.clock.time if row.pop("is_timed") else None
        if row["new_symbol"] == "new":
            row["new_symbol"] = f"N-{uuid4().hex[:8].upper()}"
        elif row["new_symbol"] == "taken":
            others = [s for name, s in self.ledger.securities.items() if name != row["security"]]
            row["new_symbol"] = others[0].symbol
        if row["kind"] != "symbol_change":
            row["new_symbol"] = None

    def _row_corporate_action(self, row: Row) -> Row:
        return w.action(
            row["kind"], self._security(row["security"]), row["ex_date"],
            provider_action_id=row["key"], pay_date=row["pay_date"], new_shares=row["new"],
            old_shares=row["old"], cash_per_share=row["price"], withholding_rate=row["withheld"],
            reinvest_price=row["reinvest_price"], new_symbol=row["new_symbol"],
            effective_at=row["at"],
        )  # fmt: skip

    def _finish_shares_received(self, row: Row) -> None:
        self._placed(row)
        row["acquired_at"] = self.ledger.clock.time - timedelta(days=row.pop("days"))

    def _row_shares_received(self, row: Row) -> Row:
        return w.shares(
            self._id("accounts", row["account"]), self._security(row["security"]), row["quantity"],
            cost=row["cost"], acquired_at=row["acquired_at"], custodian_reference=row["key"],
        )  # fmt: skip
