"""What the model remembers. Ids are the model's own: names, and positions in its lists."""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from tests.model.lots import Choice, Holding
from tests.model.rules import ZERO, Size

LIVE = ("accepted", "new", "partially_filled", "pending_cancel", "pending_replace")


@dataclass(frozen=True, slots=True)
class Who:
    """A signed identity; `problem` names what is wrong with its signature."""

    user: str
    scopes: frozenset[str] = frozenset({"read", "trade", "funding"})
    account: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict. `made` names a list of things and `subject` the position in it of the new one."""

    outcome: str
    code: str | None = None
    field: str | None = None
    replayed: bool = False
    made: str | None = None
    subject: int | None = None
    told: dict[str, Fraction] | None = None
    """Numbers of the result."""


@dataclass(slots=True)
class Settlement:
    asset: str
    amount: Fraction
    settle_on: date
    cause: str
    """The execution, or the deposit's key."""
    is_trade: bool = True
    state: str = "open"


@dataclass(slots=True)
class Account:
    kind: str = "individual"
    currency: str = "USD"
    status: str = "active"
    balance: Fraction = ZERO
    held: Fraction = ZERO
    unsettled: Fraction = ZERO
    version: int = 0
    lot_method: str = "fifo"
    reinvests: bool = False
    events: list[str] = field(default_factory=list)
    holdings: dict[str, Holding] = field(default_factory=dict)
    settlements: list[Settlement] = field(default_factory=list)
    exceptions: list[tuple[str, int | None]] = field(default_factory=list)
    """Each with the order that it names."""

    def move(self, cash: Fraction) -> None:
        """Book cash; only an amount makes an entry."""
        self.balance += cash
        self.version += 1 if cash else 0

    def holding(self, security: str) -> Holding:
        return self.holdings.setdefault(security, Holding())

    def expect(
        self, asset: str, amount: Fraction, day: date, cause: str, *, is_trade: bool = True
    ) -> None:
        if amount:
            self.settlements.append(Settlement(asset, amount, day, cause, is_trade))


@dataclass(slots=True, eq=False)
class Order:
    number: int
    account: int
    security: str
    side: str
    order_type: str
    time_in_force: str
    quantity: Fraction | None
    notional: Fraction | None
    limit_price: Fraction | None
    stop_price: Fraction | None
    hold_price: Fraction
    held: Fraction
    expires_on: date | None
    client_order_id: str
    lot_method: str | None = None
    chosen: list[Choice] = field(default_factory=list)
    replaces: int | None = None
    replaced_by: int | None = None
    status: str = "accepted"
    venue_order_id: str | None = None
    triggered: bool = False
    filled: Fraction = ZERO
    gross: Fraction = ZERO
    amount: Fraction = ZERO
    fees: Fraction = ZERO
    carried: Fraction = ZERO
    carried_gross: Fraction = ZERO
    carried_fees: Fraction = ZERO
    """What the orders before it in its chain have filled, since the venue has replaced them."""
    steps: list[tuple[str, str | None, str]] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def done(self) -> Fraction:
        """Filled along the chain."""
        return self.carried + self.filled

    @property
    def charged(self) -> Fraction:
        """The fees of the chain."""
        return self.carried_fees + self.fees

    @property
    def size(self) -> Size:
        return Size(self.quantity, self.notional, self.done, self.carried_gross + self.gross)

    def step(self, event: str, status: str | None = None) -> None:
        before = self.status if self.steps else None
        self.status = status or self.status
        self.steps.append((event, before, self.status))


@dataclass(slots=True, eq=False)
class Execution:
    name: str
    order: int
    quantity: Fraction
    """What the order took of it; the rest of what was reported is the house's."""
    reported: Fraction
    price: Fraction
    amount: Fraction
    fee: Fraction
    late: bool
    at: datetime
    kind: str = "fill"
    ref: str | None = None
    taken_back: bool = False
    changed: bool = False
    """A split or a merger has made other shares of its own since it was booked."""


@dataclass(slots=True)
class Transfer:
    account: int | None
    direction: str
    amount: Fraction
    state: str
    withdrawable_before: Fraction | None = None
    key: str | None = None
    """A deposit's reference."""


@dataclass(slots=True)
class Security:
    symbol: str = ""
    price_scale: int = 4
    fractionable: bool = True
    tradable: bool = True
    changed_on: list[date] = field(default_factory=list)
    """When its shares became others: the ex-dates of applied splits and mergers."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a key stands for."""

    command: str
    request: tuple[object, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class At:
    """When a fact happened in the market."""

    time: datetime
