"""Holdings and their lots: what a trade opens and closes, and how that is taken back.

Shares that are sold without being there are a lot too, a negative one: a deficit, with what they
brought as its cost. Nothing here knows why something is traded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from tests.model.rules import CENTS, SHARES, ZERO, half_even


@dataclass(slots=True, eq=False)
class Lot:
    """A buy not yet sold; or, negative, shares sold that were missing."""

    quantity: Fraction
    cost: Fraction
    acquired_at: datetime
    opened_by: str | None = None
    """The execution, also where a split has made the lot anew."""
    closed_quantity: Fraction = ZERO
    closed_cost: Fraction = ZERO

    @property
    def left(self) -> Fraction:
        return self.quantity - self.closed_quantity

    def close(self, quantity: Fraction) -> Fraction:
        """Close a part and return its cost: by the lot's original figures, so nothing is lost."""
        self.closed_quantity += quantity
        after = half_even(self.cost * self.closed_quantity / self.quantity, CENTS)
        part = after - self.closed_cost
        self.closed_cost = after
        return part

    def end(self) -> None:
        """Nobody sold it: it is gone at its cost."""
        self.closed_quantity, self.closed_cost = self.quantity, self.cost


@dataclass(slots=True, eq=False)
class Choice:
    """So much of a lot is to be sold before any other."""

    lot: Lot
    quantity: Fraction
    used: Fraction = ZERO

    @property
    def left(self) -> Fraction:
        return self.quantity - self.used


@dataclass(slots=True, eq=False)
class Closure:
    """A part of a lot, ended by a trade; `carried` if it went on elsewhere at its cost."""

    lot: Lot
    cause: str
    quantity: Fraction
    cost: Fraction
    proceeds: Fraction
    at: datetime
    kind: str = "sale"

    @property
    def gain(self) -> Fraction:
        return self.proceeds - self.cost


Ranked = list[tuple[int, Lot]]
BY_METHOD: dict[str, Callable[[int, Lot], tuple[object, ...]]] = {
    "fifo": lambda n, lot: (lot.acquired_at, n),
    "lifo": lambda n, lot: (-lot.acquired_at.timestamp(), -n),
    "highest_cost": lambda n, lot: (-lot.cost / lot.quantity, lot.acquired_at, n),
}


@dataclass(slots=True)
class Holding:
    """What an account has of one security."""

    quantity: Fraction = ZERO
    held: Fraction = ZERO
    version: int = 0
    lots: list[Lot] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    changed_on: list[date] = field(default_factory=list)
    """The ex-dates of splits and mergers that it has had."""
    booked: dict[str, int] = field(default_factory=dict)
    """The version that each trade gave the holding."""

    @property
    def total_cost(self) -> Fraction:
        return sum((lot.cost - lot.closed_cost for lot in self.lots), ZERO)

    @property
    def realized_gain(self) -> Fraction:
        return sum((closure.gain for closure in self.closures), ZERO)

    def open_lots(self, method: str = "fifo") -> list[Lot]:
        """As the method puts them; the oldest is that by market time, then as recorded."""
        found = [(n, lot) for n, lot in enumerate(self.lots) if lot.left]
        return [lot for _, lot in sorted(found, key=lambda pair: BY_METHOD[method](*pair))]

    def fill(
        self, cause: str, shares: Fraction, cash: Fraction, at: datetime, method: str = "fifo",
        chosen: Iterable[Choice] = (),
    ) -> None:  # fmt: skip
        """Book a trade: `shares` and `cash` are signed and opposite, fees included in the cash."""
        size = abs(shares)
        taken: dict[int, tuple[Lot, Fraction, Fraction]] = {}
        done = ZERO
        for lot, part in self._parts(shares, method, chosen):
            share_of = half_even(cash * (done + part) / size, CENTS)
            proceeds = share_of - half_even(cash * done / size, CENTS)
            _, quantity, money = taken.get(id(lot), (lot, ZERO, ZERO))
            taken[id(lot)] = (lot, quantity + part, money + proceeds)
            done += part
        for lot, part, proceeds in taken.values():
            signed = part if lot.quantity > 0 else -part
            self.closures.append(Closure(lot, cause, signed, lot.close(signed), proceeds, at))
        if done < size:
            rest = cash - half_even(cash * done / size, CENTS)
            opened = size - done if shares > 0 else done - size
            self.lots.append(Lot(opened, -rest, at, cause))
        self.quantity += shares
        self.version += 1
        self.booked[cause] = self.version

    def _parts(
        self, shares: Fraction, method: str, chosen: Iterable[Choice]
    ) -> Iterable[tuple[Lot, Fraction]]:
        """What a trade closes: of lots of the other sign, the chosen ones first."""
        wanted = abs(shares)
        reserved: dict[int, Fraction] = {}
        for choice in chosen:
            part = min(choice.left, choice.lot.left, wanted)
            if part > 0:
                choice.used += part
                reserved[id(choice.lot)] = part
                wanted -= part
                yield choice.lot, part
        for lot in self.open_lots(method):
            part = min(abs(lot.left) - reserved.get(id(lot), ZERO), wanted)
            if lot.left * shares < 0 and part > 0:
                wanted -= part
                yield lot, part

    def undo(self, name: str, side: int, chosen: Iterable[Choice] = ()) -> None:
        """Take back what an execution did, as if it had never been; `side` is 1 for a buy, or -1.

        What it closed is open again. Who had closed what it opened stands without: a sale is a
        deficit, a buy that closed a deficit is a lot. A correction's name is also on what it undid
        as a trade the other way round; that stays.
        """
        theirs = [
            c
            for c in self.closures
            if (c.lot.opened_by == name and c.lot.quantity * side > 0)
            or (c.cause == name and c.lot.quantity * side < 0 and c.kind == "sale")
        ]
        self.closures = [c for c in self.closures if c not in theirs]
        for group in self._grouped(theirs):
            lot, cause = group[0].lot, group[0].cause
            quantity = sum((c.quantity for c in group), ZERO)
            lot.closed_quantity -= quantity
            lot.closed_cost -= sum((c.cost for c in group), ZERO)
            if cause == name and (lot.quantity * side < 0 or group[0].kind == "carried"):
                for choice in chosen:
                    if choice.lot is lot:
                        choice.used = max(choice.used - quantity, ZERO)
            else:
                brought = sum((c.proceeds for c in group), ZERO)
                self.lots.append(Lot(-quantity, -brought, min(c.at for c in group), cause))
        for lot in self.lots:
            if lot.opened_by == name and lot.quantity * side > 0 and lot.left:
                lot.end()

    def _grouped(self, closures: list[Closure]) -> list[list[Closure]]:
        """Closures of one lot by one trade belong together; the earliest lot and trade come first.

        Of trades of one moment that is the one that was booked first.
        """
        groups: dict[tuple[int, str, str], list[Closure]] = {}
        for closure in closures:
            groups.setdefault((id(closure.lot), closure.cause, closure.kind), []).append(closure)
        place = {id(lot): n for n, lot in enumerate(self.lots)}

        def rank(group: list[Closure]) -> tuple[object, ...]:
            first = group[0]
            at = min(c.at for c in group)
            return place[id(first.lot)], at, self.booked.get(first.cause, 0), first.kind

        return sorted(groups.values(), key=rank)

    def match(self, cause: str, method_of: Callable[[str | None], str]) -> None:
        """Shares that are missing are taken from those that are there, the oldest sale first."""
        while True:
            short = next((lot for lot in self.open_lots() if lot.left < 0), None)
            if short is None:
                return
            sale = short.opened_by or cause
            method = method_of(short.opened_by)
            found = next((lot for lot in self.open_lots(method) if lot.left > 0), None)
            if found is None:
                return
            part = min(-short.left, found.left)
            proceeds = -short.close(-part)
            at = short.acquired_at
            self.closures.append(Closure(short, sale, -part, -proceeds, -proceeds, at, "carried"))
            self.closures.append(Closure(found, sale, part, found.close(part), proceeds, at))

    def split(self, ratio: Fraction, at: datetime) -> dict[int, Lot | None] | None:
        """Give every lot its new number of shares and keep its cost and date.

        Returns what has become of each open lot, by its id; None if nothing has changed at all.
        """
        before = self.open_lots()
        total = sum((lot.left for lot in before), ZERO)
        if half_even(total * ratio, SHARES) == total:
            return None
        reached, given = ZERO, ZERO
        renewed: list[Lot] = []
        for lot in before:
            reached += lot.left
            quantity = half_even(reached * ratio, SHARES) - given
            given += quantity
            cost = lot.cost - lot.closed_cost
            renewed.append(Lot(quantity, cost, lot.acquired_at, lot.opened_by))
        surviving = [lot for lot in renewed if lot.quantity]
        for lot, new in zip(before, renewed, strict=True):
            # Shares that vanish altogether are a loss of what they cost.
            proceeds = new.cost if surviving else ZERO
            self.closures.append(Closure(lot, "", lot.left, new.cost, proceeds, at, "carried"))
            lot.end()
        if surviving:
            # A lot too small to survive leaves its cost to the newest that does.
            surviving[-1].cost += sum((lot.cost for lot in renewed if not lot.quantity), ZERO)
        self.lots += surviving
        self.quantity = given
        self.version += 1
        return {
            id(old): new if new.quantity else None for old, new in zip(before, renewed, strict=True)
        }
