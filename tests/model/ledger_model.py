"""The whole model: each part is written in a module of its own, from the design."""

from tests.model.model_accounts import Accounts
from tests.model.model_actions import Actions
from tests.model.model_fills import Fills
from tests.model.model_ledger import Money
from tests.model.model_orders import Orders
from tests.model.model_positions import Positions


class Ledger(Money, Orders, Fills, Positions, Actions, Accounts):
    """One method a command, fact or job."""
