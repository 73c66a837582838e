"""Accounts and the people behind them: status, approval, owners, transfers, conversions."""

from tests.model.model_base import Books


class Accounts(Books):
    """What the broker and owners change about accounts."""

    def set_status(self, number: int, status: str) -> None:
        account = self.accounts[number]
        account.status = status
        account.events.append("account.status")

    def set_kyc(self, user: str, status: str) -> None:
        self.kyc[user] = status
