"""All that a connected program can do, by feature."""

from financebuy.client.investing import Ledger, Orders, Portfolio
from financebuy.client.market import Market
from financebuy.client.people import Accounts, Users
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform


class FinanceBuy:
    """A connection in the name of one user."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        """Speak on `platform` as `caller`."""
        self.caller = caller
        self.users = Users(platform, caller)
        self.accounts = Accounts(platform, caller)
        self.ledger = Ledger(platform, caller)
        self.orders = Orders(platform, caller)
        self.portfolio = Portfolio(platform, caller)
        self.market = Market(platform, caller)
