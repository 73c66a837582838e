"""How an owner wants lots to be closed: the account's method, an order's, chosen lots."""

from tests.model.model_base import Books


class Positions(Books):
    """Preferences and choices; `lots.Holding` does the closing."""
