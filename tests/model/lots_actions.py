"""What corporate actions do to lots: splits with money for fractions, mergers, shares in kind."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tests.model.lots import Closure, Holding, Lot
from tests.model.rules import CENTS, SHARES, ZERO, half_even

STEP = Fraction(1, 10**SHARES)
"""The smallest part of a share."""


@dataclass(slots=True)
class Split:
    """What a split did to a holding."""

    before: Fraction
    after: Fraction
    cash: Fraction = ZERO
    paid_out: Fraction = ZERO
    """New shares that became money."""
    renewed: dict[int, Lot | None] = field(default_factory=dict)
    """What each old lot has become, by its id; empty if nothing has changed."""


@dataclass(slots=True)
class Part:
    """An old lot, the new shares that it becomes, and those of them that are paid out."""

    lot: Lot
    cost: Fraction
    shares: Fraction
    paid_out: Fraction = ZERO
    cash: Fraction = ZERO

    @property
    def kept(self) -> Fraction:
        return self.shares - self.paid_out

    @property
    def kept_cost(self) -> Fraction:
        """The cost of what is left; that of shares that vanish goes on elsewhere, whole."""
        if not self.shares:
            return self.cost
        return half_even(self.cost * self.kept / self.shares, CENTS)

    @property
    def paid_out_before(self) -> Fraction:
        """What is paid out, in old shares: a step at the least, as is what is carried."""
        if not self.paid_out:
            return ZERO
        if not self.kept:
            return self.lot.left
        sold = half_even(self.lot.left * self.paid_out / self.shares, SHARES)
        return min(max(sold, STEP), max(self.lot.left - STEP, STEP))


def split(holding: Holding, ratio: Fraction, price: Fraction | None, at: datetime) -> Split:
    """Every lot gets its new shares and keeps its date; it and its cost go on in a new lot.

    With a price for a whole new share, what is beyond whole shares is paid out, from the oldest
    lots on: a sale. Who owes shares is paid nothing.
    """
    parts = _resized(holding, ratio)
    total = sum((part.shares for part in parts), ZERO)
    done = Split(holding.quantity, holding.quantity)
    if total == holding.quantity:
        return done
    if price is not None and all(part.lot.left > 0 for part in parts):
        _pay_out(parts, total % 1, half_even((total % 1) * price, CENTS))
    done.paid_out = sum((part.paid_out for part in parts), ZERO)
    done.cash = sum((part.cash for part in parts), ZERO)
    done.after = total - done.paid_out
    newest = next((part for part in reversed(parts) if part.kept), None)
    for part in parts:
        lost = not part.shares and newest is None
        _end(holding, part, at, carried=ZERO if lost else part.kept_cost)
        done.renewed[id(part.lot)] = None
        if part.kept:
            new = Lot(part.kept, part.kept_cost, part.lot.acquired_at, part.lot.opened_by)
            if part is newest:
                new.cost += sum((p.cost for p in parts if not p.shares), ZERO)
            done.renewed[id(part.lot)] = new
            holding.lots.append(new)
    for part in parts:
        part.lot.end()
    holding.quantity = done.after
    holding.version += 2 if done.paid_out else 1
    return done


def _resized(holding: Holding, ratio: Fraction) -> list[Part]:
    """Rounded over the oldest first, so that the parts add up to the whole."""
    parts, reached, given = [], ZERO, ZERO
    for lot in holding.open_lots():
        reached += lot.left
        shares = half_even(reached * ratio, SHARES) - given
        given += shares
        parts.append(Part(lot, lot.cost - lot.closed_cost, shares))
    return parts


def _pay_out(parts: list[Part], fraction: Fraction, cash: Fraction) -> None:
    paid = ZERO
    for part in parts:
        part.paid_out = min(part.shares, fraction - paid)
        if part.paid_out:
            until = half_even(cash * (paid + part.paid_out) / fraction, CENTS)
            part.cash = until - half_even(cash * paid / fraction, CENTS)
        paid += part.paid_out


def _end(holding: Holding, part: Part, at: datetime, carried: Fraction) -> None:
    sold, cost = part.paid_out_before, part.cost - part.kept_cost
    if part.lot.left != sold:
        holding.closures.append(
            Closure(part.lot, "", part.lot.left - sold, part.kept_cost, carried, at, "carried")
        )
    if sold:
        holding.closures.append(Closure(part.lot, "", sold, cost, part.cash, at, "cash_in_lieu"))


def merge(holding: Holding, cash: Fraction, at: datetime) -> None:
    """Every share becomes money; each lot gets its part of it."""
    reached, whole = ZERO, holding.quantity
    for lot in holding.open_lots():
        before = half_even(cash * reached / whole, CENTS)
        reached += lot.left
        proceeds = half_even(cash * reached / whole, CENTS) - before
        cost = lot.cost - lot.closed_cost
        holding.closures.append(Closure(lot, "", lot.left, cost, proceeds, at, "merger"))
        lot.end()
    holding.quantity = ZERO
    holding.version += 1


def receive(holding: Holding, quantity: Fraction, cost: Fraction, acquired_at: datetime) -> None:
    """Shares that come without a trade are a lot of their own date and cost."""
    holding.lots.append(Lot(quantity, cost, acquired_at))
    holding.quantity += quantity
    holding.version += 1
