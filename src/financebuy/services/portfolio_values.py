"""Holdings, lots, gains and an account's worth as values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec


@dataclass(frozen=True, slots=True)
class Position:
    """Shares of one security, valued at its last price; money is in `currency`.

    Without a price `price` and all that follows from it is None. `held` shares are reserved by
    open sells. `realized_gain` is over the whole history of the holding.
    """

    account_id: UUID
    security_id: UUID
    symbol: str
    exchange: str
    name: str
    security_type: str
    currency: str
    quantity: Decimal
    held: Decimal
    available: Decimal
    total_cost: Decimal
    average_cost: Decimal
    price: Decimal | None
    previous_close: Decimal | None
    quoted_at: datetime | None
    market_value: Decimal | None
    previous_value: Decimal | None
    unrealized_gain: Decimal | None
    unrealized_return: Decimal | None
    realized_gain: Decimal


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one buy: `quantity` shares that cost `cost`. Negative: shares owed."""

    lot_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    currency: str
    execution_id: UUID | None
    quantity: Decimal
    cost: Decimal
    bought_quantity: Decimal
    bought_cost: Decimal
    price: Decimal | None
    market_value: Decimal | None
    unrealized_gain: Decimal | None
    acquired_at: datetime


@dataclass(frozen=True, slots=True)
class Gain:
    """What left one lot: `gain` = `proceeds` - `cost`.

    `kind` is sale, cash_in_lieu (a fraction after a split) or merger; `term` is long when it was
    held for more than a year in market time, else short.
    """

    lot_id: UUID
    execution_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    currency: str
    kind: str
    quantity: Decimal
    cost: Decimal
    proceeds: Decimal
    gain: Decimal
    term: str
    acquired_at: datetime
    sold_at: datetime


class Summary(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account's worth: `equity` = `cash` + `market_value`.

    A position without a price counts with its cost; `unpriced` names it. `previous_equity` is the
    same holdings and cash at the last session's close.
    """

    account_id: UUID
    account_number: str
    currency: str
    status: str
    cash: Decimal
    held: Decimal
    unsettled: Decimal
    buying_power: Decimal
    withdrawable: Decimal
    market_value: Decimal
    total_cost: Decimal
    equity: Decimal
    previous_equity: Decimal
    unrealized_gain: Decimal
    realized_gain: Decimal
    positions: int
    unpriced: tuple[str, ...]
