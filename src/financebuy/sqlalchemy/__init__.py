"""Reading FinanceBuy with SQLAlchemy: engines with the right defaults, and typed read models.

from financebuy.sqlalchemy import Holding, acting_as, create_engine

engine = create_engine(url_of_app_user)
with acting_as(token), Session(engine) as session:
    holdings = session.scalars(select(Holding)).all()
"""

from financebuy.sqlalchemy.engines import (
    IdentityMissingError,
    RoutingSession,
    acting_as,
    create_engine,
    create_read_engine,
    routing_sessions,
)
from financebuy.sqlalchemy.ledger import Account, Entry, Holding, Lot, Transaction
from financebuy.sqlalchemy.market import PriceBar, Security, SecurityPrice
from financebuy.sqlalchemy.models import ReadModel, ReadOnlyError
from financebuy.sqlalchemy.trading import Execution, Order

__all__ = [
    "Account",
    "Entry",
    "Execution",
    "Holding",
    "IdentityMissingError",
    "Lot",
    "Order",
    "PriceBar",
    "ReadModel",
    "ReadOnlyError",
    "RoutingSession",
    "Security",
    "SecurityPrice",
    "Transaction",
    "acting_as",
    "create_engine",
    "create_read_engine",
    "routing_sessions",
]
