"""Accounts and the people behind them."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws
from tests.model.machine_base import Machine


class AccountRules(Machine):
    """What the broker changes."""

    @rule(account=st.integers(0, draws.ACCOUNTS - 1), active=draws.usually)
    def restrict(self, account: int, active: bool) -> None:
        status = "active" if active else "restricted"
        self.world.set_status(self.ids["accounts"][account], status)
        self.ledger.set_status(account, status)

    @rule(user=st.sampled_from(["ann", "bob"]), approved=draws.usually)
    def verify(self, user: str, approved: bool) -> None:
        status = "approved" if approved else "pending"
        self.world.set_kyc(self.users[user].user_id, status)
        self.ledger.set_kyc(user, status)
