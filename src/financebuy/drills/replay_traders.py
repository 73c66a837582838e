"""The investors of a replay: what they ask for each week, drawn from the seed and their positions.

An investor's draws depend on (seed, week, account) and on what the database says of the account
on that evening, never on how fast anything went: the same seed asks for the same in every run.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID

CENT, UNIT = Decimal("0.01"), Decimal("0.000001")
Wish = tuple[str, dict[str, Any]]
"""A command's function and the fields that are its own."""


@dataclass(frozen=True, slots=True)
class Funds:
    """What an account may spend, and take out."""

    ordinal: int
    buying_power: Decimal
    withdrawable: Decimal


@dataclass(frozen=True, slots=True)
class Shares:
    """What an account may sell."""

    ordinal: int
    security_id: UUID
    available: Decimal


@dataclass(frozen=True, slots=True)
class Working:
    """An order in the venue's book."""

    ordinal: int
    order_id: UUID
    order_type: str
    quantity: Decimal
    filled_quantity: Decimal
    limit_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Price:
    """A security's last price."""

    security_id: UUID
    last: Decimal


@dataclass(frozen=True, slots=True)
class Traded:
    """A fill that may be taken back."""

    venue_execution_id: str
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Evening:
    """What the investors know when they decide."""

    at: datetime
    funds: Sequence[Funds]
    shares: Mapping[int, Sequence[Shares]]
    orders: Mapping[int, Sequence[Working]]
    prices: Mapping[UUID, Decimal]


def by_ordinal(rows: Sequence[Any]) -> dict[int, list[Any]]:
    """Rows by their account's place."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.ordinal].append(row)
    return found


@dataclass(slots=True)
class Draw:
    """One investor's wishes of one week."""

    seed: int
    week: int
    ordinal: int
    moment: str
    dice: random.Random = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        name = f"{self.seed}/{self.week}/{self.ordinal}/{self.moment}"
        self.dice = random.Random(name)  # noqa: S311 (repeatable on purpose)

    # ------------------------------------------------------------------ money

    def money(self, funds: Funds) -> list[Wish]:
        """Pay in every month, take out now and then; the sums are so small that all are granted."""
        wishes: list[Wish] = []
        if self.week % 4 == self.ordinal % 4:
            amount = Decimal(self.dice.randint(50_000, 400_000)) * CENT
            wishes.append(("deposit_received", {"amount": amount}))
        little = (funds.withdrawable * Decimal("0.01")).quantize(CENT, ROUND_DOWN)
        if little > 1 and self.week % 13 == self.ordinal % 13:
            wishes.append(("request_withdrawal", {"amount": little}))
        if little > 1 and self.week % 26 == self.ordinal % 26:
            wishes.append(("transfer", {"amount": little}))
        return wishes

    # ------------------------------------------------------------------ orders by night

    def weekly(self, evening: Evening) -> list[Wish]:
        """A buy, and most weeks a sell, of all kinds that wait for the market to open."""
        if not evening.prices:
            # The evening before the first bar: nobody knows a price.
            return []
        wishes = self._buy(evening, self.dice.choice(_BY_NIGHT))
        shares = evening.shares.get(self.ordinal)
        if shares and self.dice.random() < 0.9:
            wishes += self._sell(evening, self.dice.choice(shares), self.dice.choice(_BY_NIGHT))
        return wishes

    # ------------------------------------------------------------------ orders by day

    def daily(self, evening: Evening) -> list[Wish]:
        """What only a running market answers, and changes of what waits there."""
        wishes: list[Wish] = []
        orders = evening.orders.get(self.ordinal)
        if orders and self.dice.random() < 0.5:
            wishes.append(self._change(self.dice.choice(orders)))
        shares = evening.shares.get(self.ordinal)
        if shares and self.dice.random() < 0.4:
            wishes += self._sell(evening, self.dice.choice(shares), self.dice.choice(_BY_DAY))
        elif self.dice.random() < 0.5:
            wishes += self._buy(evening, self.dice.choice(_BY_DAY))
        return wishes

    def _change(self, order: Working) -> Wish:
        if order.limit_price is None or self.dice.random() < 0.5:
            return "cancel_order", {"order_id": order.order_id}
        price = self._near(order.limit_price, 98, 102)
        more = order.quantity + self.dice.choice((0, 1))
        changes = {"quantity": more, "time_in_force": None, "limit_price": price}
        return "replace_order", self._named({"order_id": order.order_id, **changes})

    # ------------------------------------------------------------------ what orders are made of

    def _buy(self, evening: Evening, kind: str) -> list[Wish]:
        security = self.dice.choice(sorted(evening.prices))
        last = evening.prices[security]
        share = Decimal(self.dice.randint(2, 15)) / 100
        spend = (evening.funds[self.ordinal].buying_power * share).quantize(CENT, ROUND_DOWN)
        if spend < 10:
            return []
        quantity = self._size(spend / last)
        return [self._order(kind, "buy", security, last, quantity, spend)] if quantity else []

    def _sell(self, evening: Evening, held: Shares, kind: str) -> list[Wish]:
        last = evening.prices[held.security_id]
        part = Decimal(self.dice.choice((10, 25, 50, 100))) / 100
        quantity = self._size(held.available * part) or held.available
        money = (quantity * last / 2).quantize(CENT, ROUND_DOWN)
        if kind == "notional" and money < 1:
            kind = "market"
        return [self._order(kind, "sell", held.security_id, last, quantity, money)]

    def _order(
        self, kind: str, side: str, security: UUID, last: Decimal, quantity: Decimal, money: Decimal
    ) -> Wish:
        row: dict[str, Any] = {"security_id": security, "side": side, "order_type": "market",
                               "quantity": quantity, "time_in_force": "day"}  # fmt: skip
        if kind in ("ioc", "fok", "opg", "cls"):
            row["time_in_force"] = kind
        if kind == "notional":
            row |= {"quantity": None, "notional": money}
        elif kind == "gtc":
            low, high = (92, 100) if side == "buy" else (100, 108)
            row |= {"order_type": "limit", "limit_price": self._near(last, low, high),
                    "time_in_force": "gtc"}  # fmt: skip
        elif kind.startswith("stop"):
            low, high = (100, 105) if side == "buy" else (95, 100)
            stop = self._near(last, low, high)
            row |= {"order_type": kind, "stop_price": stop, "time_in_force": "gtc"}
            if kind == "stop_limit":
                row["limit_price"] = stop + CENT if side == "buy" else stop - CENT
        elif kind != "market":
            row |= {"order_type": "limit", "limit_price": self._near(last, 97, 103)}
        if side == "sell" and self.dice.random() < 0.3:
            row["lot_method"] = self.dice.choice(("fifo", "lifo", "highest_cost"))
        return "place_order", self._named(row)

    def _named(self, row: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        name = f"{self.ordinal:04}-{self.week:04}-{self.moment}-{self._count}"
        return row | {"client_order_id": name}

    def _size(self, most: Decimal) -> Decimal:
        """Whole shares, or one time in four a fraction."""
        step = UNIT if self.dice.random() < 0.25 else Decimal(1)
        return most.quantize(step, ROUND_DOWN)

    def _near(self, price: Decimal, low: int, high: int) -> Decimal:
        """A price between two percentages of another, in whole cents."""
        return max(CENT, (price * self.dice.randint(low, high) / 100).quantize(CENT))


_BY_NIGHT = (
    "limit", "limit", "gtc", "gtc", "market", "market", "notional", "stop", "stop_limit", "opg",
    "cls",
)  # fmt: skip
_BY_DAY = ("ioc", "ioc", "fok", "market", "notional", "limit", "cls")
