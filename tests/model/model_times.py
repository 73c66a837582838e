"""The two times: what every account had at any moment, as it was known then, and as it is now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tests.model.model_base import Books, Row
from tests.model.rules import ZERO, Clock

Assets = dict[tuple[int, str], Fraction]
"""By account and asset."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What something did to an asset of an account, at its time in the market."""

    account: int
    asset: str
    amount: Fraction
    at: datetime


class Times(Books):
    """Nothing is remembered by those who act: what changed is what is different afterwards."""

    def __init__(self, clock: Clock, settles: dict[date, date]) -> None:
        super().__init__(clock, settles)
        self.effects: list[Effect] = []
        self.known: list[tuple[datetime, Assets]] = []
        """What there was when, in the time of recording."""
        self._last: Assets = {}

    def assets(self) -> Assets:
        return {(n, asset): amount for n, asset, amount in self._assets() if amount}

    def _assets(self) -> Iterator[tuple[int, str, Fraction]]:
        for number, account in enumerate(self.accounts):
            yield number, account.currency, account.balance
            for security, holding in account.holdings.items():
                yield number, security, holding.quantity

    def note(self, at: datetime) -> None:
        """Something happened at this time in the market."""
        now = self.assets()
        for key in {**now, **self._last}:
            if amount := now.get(key, ZERO) - self._last.get(key, ZERO):
                self.effects.append(Effect(*key, amount, at))
        self._last = now

    def note_recorded(self, moment: datetime) -> None:
        self.known.append((moment, self.assets()))

    def moment_of(self, function: str, row: Row) -> datetime:
        """When a row takes effect: a trade that is taken back never was, so at the trade's time."""
        if function in ("execution_busted", "execution_corrected") and row.get("at") is None:
            taken_back = next((e for e in self.executions if e.name == row["ref"]), None)
            return taken_back.at if taken_back else self.clock.time
        return row.get("at") or self.clock.time

    # ------------------------------------------------------------ looking back

    def assets_before(self, moment: datetime, *, inclusive: bool = False) -> Assets:
        """What had taken effect before a moment (or at it), by what is known now."""
        found = dict(self.assets())
        for effect in self.effects:
            if effect.at > moment or (effect.at == moment and not inclusive):
                key = (effect.account, effect.asset)
                found[key] = found.get(key, ZERO) - effect.amount
        return {key: amount for key, amount in found.items() if amount}

    def held_before(self, account: int, security: str, moment: datetime) -> Fraction:
        return self.assets_before(moment).get((account, security), ZERO)
