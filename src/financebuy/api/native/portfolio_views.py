"""Worth, holdings, lots and gains as the native surface shows them."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from financebuy.api.money import Money, Quantity, rounded
from financebuy.api.times import Instant
from financebuy.services.portfolio import Gain, Lot, Position


class SummaryView(BaseModel):
    """An account's worth: `equity` = `cash` + `market_value`; `unpriced` counts with its cost."""

    model_config = ConfigDict(from_attributes=True)

    account_id: UUID
    account_number: str
    currency: str
    status: str
    cash: Money
    held: Money
    unsettled: Money
    buying_power: Money
    withdrawable: Money
    market_value: Money
    total_cost: Money
    equity: Money
    previous_equity: Money
    unrealized_gain: Money
    realized_gain: Money
    positions: int
    unpriced: list[str]


class PositionView(BaseModel):
    """Shares of one security at its last price; `held` ones are reserved by open sells."""

    account_id: UUID
    security_id: UUID
    symbol: str
    exchange: str
    name: str
    security_type: str
    currency: str
    qty: Quantity
    held: Quantity
    available: Quantity
    total_cost: Money
    average_cost: Money
    price: Money | None
    previous_close: Money | None
    quoted_at: Instant | None
    market_value: Money | None
    unrealized_gain: Money | None
    unrealized_return: Quantity | None
    realized_gain: Money

    @classmethod
    def of(cls, held: Position) -> "PositionView":
        """Show a position."""
        return cls(
            account_id=held.account_id,
            security_id=held.security_id,
            symbol=held.symbol,
            exchange=held.exchange,
            name=held.name,
            security_type=held.security_type,
            currency=held.currency,
            qty=held.quantity,
            held=held.held,
            available=held.available,
            total_cost=held.total_cost,
            average_cost=held.average_cost,
            price=held.price,
            previous_close=held.previous_close,
            quoted_at=held.quoted_at,
            market_value=held.market_value,
            unrealized_gain=held.unrealized_gain,
            unrealized_return=rounded(held.unrealized_return),
            realized_gain=held.realized_gain,
        )


class LotView(BaseModel):
    """What is left of one buy. Negative: shares that are owed."""

    lot_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    currency: str
    execution_id: UUID | None
    qty: Quantity
    cost: Money
    bought_qty: Quantity
    bought_cost: Money
    price: Money | None
    market_value: Money | None
    unrealized_gain: Money | None
    acquired_at: Instant

    @classmethod
    def of(cls, lot: Lot) -> "LotView":
        """Show a lot."""
        return cls(
            lot_id=lot.lot_id,
            account_id=lot.account_id,
            security_id=lot.security_id,
            symbol=lot.symbol,
            currency=lot.currency,
            execution_id=lot.execution_id,
            qty=lot.quantity,
            cost=lot.cost,
            bought_qty=lot.bought_quantity,
            bought_cost=lot.bought_cost,
            price=lot.price,
            market_value=lot.market_value,
            unrealized_gain=lot.unrealized_gain,
            acquired_at=lot.acquired_at,
        )


class GainView(BaseModel):
    """What left one lot: `gain` = `proceeds` - `cost`; `term` is long after more than a year."""

    lot_id: UUID
    execution_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    currency: str
    kind: str
    qty: Quantity
    cost: Money
    proceeds: Money
    gain: Money
    term: str
    acquired_at: Instant
    sold_at: Instant

    @classmethod
    def of(cls, gain: Gain) -> "GainView":
        """Show a gain."""
        return cls(
            lot_id=gain.lot_id,
            execution_id=gain.execution_id,
            account_id=gain.account_id,
            security_id=gain.security_id,
            symbol=gain.symbol,
            currency=gain.currency,
            kind=gain.kind,
            qty=gain.quantity,
            cost=gain.cost,
            proceeds=gain.proceeds,
            gain=gain.gain,
            term=gain.term,
            acquired_at=gain.acquired_at,
            sold_at=gain.sold_at,
        )
