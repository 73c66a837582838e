"""The whole model: each part is written in a module of its own, from the design."""

from tests.model.model_actions import Actions
from tests.model.model_approvals import Approvals
from tests.model.model_busts import Busts
from tests.model.model_ledger import Money
from tests.model.model_positions import Positions


class Ledger(Money, Busts, Positions, Actions, Approvals):
    """One method a command, fact or job."""
