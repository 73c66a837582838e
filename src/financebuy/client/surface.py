"""All that a connected program can do, by feature."""

from financebuy.client.investing import Ledger, Orders, Portfolio
from financebuy.client.market import Market
from financebuy.client.moving import Currencies, Fees, Movements, Statements
from financebuy.client.operations import Approvals, Books, Exceptions
from financebuy.client.people import Accounts, Users
from financebuy.client.personal import Documents, PaymentMethods
from financebuy.client.positions import Actions, Lots
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform


class FinanceBuy:
    """A connection in the name of one user."""

    def __init__(self, platform: Platform, caller: Caller) -> None:
        """Speak on `platform` as `caller`."""
        self.caller = caller
        self.users = Users(platform, caller)
        self.payment_methods = PaymentMethods(platform, caller)
        self.documents = Documents(platform, caller)
        self.accounts = Accounts(platform, caller)
        self.ledger = Ledger(platform, caller)
        self.statements = Statements(platform, caller)
        self.movements = Movements(platform, caller)
        self.currencies = Currencies(platform, caller)
        self.fees = Fees(platform, caller)
        self.orders = Orders(platform, caller)
        self.portfolio = Portfolio(platform, caller)
        self.lots = Lots(platform, caller)
        self.actions = Actions(platform, caller)
        self.market = Market(platform, caller)
        self.exceptions = Exceptions(platform, caller)
        self.approvals = Approvals(platform, caller)
        self.books = Books(platform, caller)
