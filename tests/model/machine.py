"""A random stream of commands, facts and jobs, given to the model and to the database alike."""

from tests.model.machine_actions import ActionRules
from tests.model.machine_fills import FillRules
from tests.model.machine_ledger import MoneyRules
from tests.model.machine_market import MarketRules
from tests.model.machine_orders import OrderRules
from tests.model.machine_positions import PositionRules


class LedgerMachine(MoneyRules, OrderRules, FillRules, MarketRules, PositionRules, ActionRules):
    """Each part is a module of its own; what they share stands in `machine_base`."""
