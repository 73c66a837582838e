"""How an owner wants lots to be closed."""

from tests.model.machine_base import Machine


class PositionRules(Machine):
    """Preferences and choices."""
