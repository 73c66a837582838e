"""Holdings and their lots: first in, first out, with deficit lots for missing shares."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tests.model.rules import CENTS, SHARES, ZERO, half_even


@dataclass(slots=True)
class Lot:
    """A buy not yet sold; or, negative, shares sold that were missing."""

    quantity: Fraction
    cost: Fraction
    acquired_at: datetime
    closed_quantity: Fraction = ZERO
    closed_cost: Fraction = ZERO

    @property
    def left(self) -> Fraction:
        return self.quantity - self.closed_quantity

    def close(self, quantity: Fraction) -> Fraction:
        """Close a part and return its cost, from the lot's original figures."""
        before = half_even(self.cost * self.closed_quantity / self.quantity, CENTS)
        self.closed_quantity += quantity
        after = half_even(self.cost * self.closed_quantity / self.quantity, CENTS)
        self.closed_cost += after - before
        return after - before


@dataclass(frozen=True, slots=True)
class Closure:
    """A part of a lot, ended by a fill or a split."""

    lot: int
    cause: str
    quantity: Fraction
    cost: Fraction
    proceeds: Fraction

    @property
    def gain(self) -> Fraction:
        return self.proceeds - self.cost


@dataclass(slots=True)
class Holding:
    """What an account has of one security."""

    quantity: Fraction = ZERO
    held: Fraction = ZERO
    version: int = 0
    lots: list[Lot] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)

    @property
    def total_cost(self) -> Fraction:
        return sum((lot.cost - lot.closed_cost for lot in self.lots), ZERO)

    @property
    def realized_gain(self) -> Fraction:
        return sum((closure.gain for closure in self.closures), ZERO)

    def open_lots(self) -> list[tuple[int, Lot]]:
        """Oldest by market time first, then as they were recorded."""
        found = [(number, lot) for number, lot in enumerate(self.lots) if lot.left]
        return sorted(found, key=lambda pair: (pair[1].acquired_at, pair[0]))

    def fill(self, cause: str, shares: Fraction, cash: Fraction, at: datetime) -> None:
        """Book a fill: `shares` and `cash` are signed and opposite, fees included in the cash."""
        done, size = ZERO, abs(shares)
        for number, lot in self.open_lots():
            if lot.left * shares >= 0 or done == size:
                continue
            taken = min(abs(lot.left), size - done)
            share_of = half_even(cash * (done + taken) / size, CENTS)
            proceeds = share_of - half_even(cash * done / size, CENTS)
            part = taken if lot.quantity > 0 else -taken
            self.closures.append(Closure(number, cause, part, lot.close(part), proceeds))
            done += taken
        if done < size:
            rest = cash - half_even(cash * done / size, CENTS)
            opened = size - done if shares > 0 else done - size
            self.lots.append(Lot(opened, -rest, at))
        self.quantity += shares
        self.version += 1

    def split(self, cause: str, ratio: Fraction) -> bool:
        """Give every lot its new number of shares and keep its cost and date; False: no change."""
        before = self.open_lots()
        total = sum((lot.left for _, lot in before), ZERO)
        if half_even(total * ratio, SHARES) == total:
            return False
        reached, given = ZERO, ZERO
        renewed: list[Lot] = []
        for _, lot in before:
            reached += lot.left
            quantity = half_even(reached * ratio, SHARES) - given
            given += quantity
            renewed.append(Lot(quantity, lot.cost - lot.closed_cost, lot.acquired_at))
        surviving = [lot for lot in renewed if lot.quantity]
        for (number, lot), new in zip(before, renewed, strict=True):
            # Shares that vanish altogether are a loss of what they cost.
            proceeds = new.cost if surviving else ZERO
            self.closures.append(Closure(number, cause, lot.left, new.cost, proceeds))
            lot.closed_quantity, lot.closed_cost = lot.quantity, lot.cost
        if surviving:
            # A lot too small to survive leaves its cost to the newest that does.
            surviving[-1].cost += sum((lot.cost for lot in renewed if not lot.quantity), ZERO)
        self.lots += surviving
        self.quantity = given
        self.version += 1
        return True
