"""Orders and fills as values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from financebuy.domain.money import quotient
from financebuy.services.securities import Asset

SIDES = ("buy", "sell")
TIMES_IN_FORCE = ("day", "gtc", "ioc", "fok", "opg", "cls")
LOT_METHODS = ("fifo", "lifo", "highest_cost")
"""Which lots a sell closes first: the oldest, the newest, those whose shares cost the most."""


class ChosenLot(NamedTuple):
    """So many shares of a lot, to be closed before any other."""

    lot_id: UUID
    quantity: Decimal

    def as_json(self) -> dict[str, str]:
        """Return what the database takes."""
        return {"lot_id": str(self.lot_id), "quantity": f"{self.quantity:f}"}


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What a customer wants: `quantity` shares, or shares for `notional` money (market orders).

    The security is named by `symbol` or `security_id`. `client_order_id` is the customer's own name
    for it, unique on the account for ever. A sell closes `lots` in their order, then those that
    `lot_method` (one of `LOT_METHODS`; None: the account's) puts first.
    """

    account_id: UUID
    symbol: str | None = None
    security_id: UUID | None = None
    side: str = "buy"
    order_type: str = "market"
    time_in_force: str = "day"
    quantity: Decimal | None = None
    notional: Decimal | None = None
    limit_price: Decimal | None = None
    client_order_id: str | None = None
    stop_price: Decimal | None = None
    lot_method: str | None = None
    lots: tuple[ChosenLot, ...] = ()


def order_type(limit_price: Decimal | None, stop_price: Decimal | None) -> str:
    """Name the type that an order with these prices is of."""
    if stop_price is None:
        return "market" if limit_price is None else "limit"
    return "stop" if limit_price is None else "stop_limit"


@dataclass(frozen=True, slots=True)
class Replacement:
    """What an open order is to become; None leaves a value as it is.

    `quantity` is all that the order is for, with what it has filled already.
    """

    quantity: Decimal | None = None
    time_in_force: str | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    client_order_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands. Money is in `currency`.

    `placed_at`, `updated_at` and `terminal_at` are wall time, `effective_at` is the market's.
    `filled_gross` is unrounded, `filled_amount` is what was booked; fees are apart. What the orders
    that it replaced had filled is `carried_quantity`; `triggered_at` is market time. `lot_method`
    is the order's own; None: a sell closes lots as its account says.
    """

    order_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    currency: str
    client_order_id: str
    side: str
    order_type: str
    time_in_force: str
    quantity: Decimal | None
    notional: Decimal | None
    limit_price: Decimal | None
    stop_price: Decimal | None
    extended_hours: bool
    hold_price: Decimal
    held: Decimal
    status: str
    filled_quantity: Decimal
    filled_gross: Decimal
    filled_amount: Decimal
    fees: Decimal
    reject_reason: str | None
    venue: str | None
    venue_order_id: str | None
    replaces: UUID | None
    replaced_by: UUID | None
    carried_quantity: Decimal
    carried_gross: Decimal
    triggered_at: datetime | None
    lot_method: str | None
    expires_on: date | None
    effective_at: datetime
    placed_at: datetime
    updated_at: datetime
    terminal_at: datetime | None
    event_seq: int

    @property
    def chain_quantity(self) -> Decimal:
        """Shares filled by it and by the orders that it replaced."""
        return self.carried_quantity + self.filled_quantity

    @property
    def chain_average_price(self) -> Decimal | None:
        """Money a share over all fills of the chain, at nine decimals; None before the first."""
        if not self.chain_quantity:
            return None
        return quotient(self.carried_gross + self.filled_gross, self.chain_quantity)

    @property
    def filled_average_price(self) -> Decimal | None:
        """Money a share over all fills, at nine decimals; None before the first."""
        if not self.filled_quantity:
            return None
        return quotient(self.filled_gross, self.filled_quantity)

    @property
    def is_open(self) -> bool:
        """Whether it can still fill or be canceled."""
        return self.terminal_at is None


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """The answer to `place`: the order as it was when it was placed."""

    order: Order
    replayed: bool


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """The answer to `request_cancel`: the order as it was when its cancel was asked for."""

    order_id: UUID
    account_id: UUID
    status: str
    replayed: bool


@dataclass(frozen=True, slots=True)
class Execution:
    """A fill. `amount` is what was booked, `fee` this fill's part; `effective_at` is market time.

    `cumulative_quantity` counts this fill and all before it; `leaves_quantity` is what is left of
    an order that names a quantity. `kind` is fill, correction (a fill in the place of another) or
    bust (which takes back the execution that `ref_execution_id` names, and counts nothing itself).
    """

    execution_id: UUID
    order_id: UUID
    account_id: UUID
    security_id: UUID
    symbol: str
    side: str
    venue: str
    venue_execution_id: str
    kind: str
    ref_execution_id: UUID | None
    quantity: Decimal
    price: Decimal
    amount: Decimal
    fee: Decimal
    late: bool
    cumulative_quantity: Decimal
    leaves_quantity: Decimal | None
    order_status: str
    effective_at: datetime
    recorded_at: datetime


def placed(result: dict[str, Any], asset: Asset) -> Order:
    """Build the order of a verdict, without another read; `asset` is what it trades."""
    side, hold_price = result["side"], Decimal(result["hold_price"])
    placed_at = datetime.fromisoformat(result["placed_at"])
    zero = Decimal(0)
    return Order(
        order_id=UUID(result["order_id"]),
        account_id=UUID(result["account_id"]),
        security_id=asset.security_id,
        symbol=asset.symbol,
        currency=asset.currency,
        client_order_id=result["client_order_id"],
        side=side,
        order_type=result["order_type"],
        time_in_force=result["time_in_force"],
        quantity=_decimal(result["quantity"]),
        notional=_decimal(result["notional"]),
        limit_price=_decimal(result["limit_price"]),
        stop_price=_decimal(result["stop_price"]),
        extended_hours=False,
        hold_price=hold_price,
        held=Decimal(result["held"]),
        status=result["status"],
        filled_quantity=zero,
        filled_gross=zero,
        filled_amount=zero,
        fees=zero,
        reject_reason=None,
        venue=None,
        venue_order_id=None,
        replaces=UUID(result["replaces"]) if result["replaces"] else None,
        replaced_by=None,
        carried_quantity=zero,
        carried_gross=zero,
        triggered_at=None,
        lot_method=result.get("lot_method"),
        expires_on=date.fromisoformat(result["expires_on"]) if result["expires_on"] else None,
        effective_at=datetime.fromisoformat(result["effective_at"]),
        placed_at=placed_at,
        updated_at=placed_at,
        terminal_at=None,
        event_seq=result["event_seq"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
