"""Money between accounts, rates, and what the house charges."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.model.model_accounts import Accounts
from tests.model.model_base import Refusal, Row
from tests.model.rules import ZERO, Clock, Schedule, half_even, has_scale
from tests.model.state import Account, Answer, Who

RATE_AGE = timedelta(days=1)
MOST = 1_000_000
"""A term of a schedule may be so much; basis points a hundredth of it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of the base buys."""

    base: str
    quote: str
    rate: Fraction
    at: datetime


@dataclass(slots=True)
class Movement:
    """A transfer, a conversion or a fee: what it did to each account."""

    kind: str
    legs: dict[int, Fraction]
    withdrawable_before: Fraction = ZERO
    rounding: Fraction = ZERO
    is_reversed: bool = False


class Movements(Accounts):
    """A movement never takes more than may be withdrawn; a fee no more than may be spent."""

    def __init__(self, clock: Clock, settles: dict[date, date]) -> None:
        super().__init__(clock, settles)
        self.movements: list[Movement] = []
        self.rates: list[Rate] = []
        self.rates_before: list[Rate] = []
        """Those of earlier streams in the same world, which may be newer in the market's time."""
        self.rate_numbers: dict[str, int] = {}
        self.house = {"rounding": ZERO, "taxes": ZERO}
        """What these of the house's accounts have, over all currencies."""

    def transfer(self, row: Row) -> Answer:
        def act() -> Answer:
            amount = Fraction(row["amount"])
            source = self._payer(row["who"], row["account"], row["amount"])
            if row["target"] == row["account"]:
                raise Refusal("not_allowed", "target")
            # A stranger's account tells no more than that it takes no money.
            if row["target"] is None or self.accounts[row["target"]].status != "active":
                raise Refusal("account_not_found", "target")
            if self.accounts[row["target"]].currency != source.currency:
                raise Refusal("currency_mismatch", "target")
            return self._move("transfer", row, amount, amount)

        return self._movement("transfer", row, act)

    def convert_currency(self, row: Row) -> Answer:
        def act() -> Answer:
            amount, target = Fraction(row["amount"]), row["target"]
            source = self._payer(row["who"], row["account"], row["amount"])
            role = self.roles.get((target, row["who"].user)) if target is not None else None
            if role is None:
                raise Refusal("account_not_found", "target")
            if role == "viewer":
                raise Refusal("not_permitted", "target")
            if self.accounts[target].status != "active":
                raise Refusal("account_not_active", "target")
            if row["rate"] is None:
                raise Refusal("rate_not_found", "rate_id")
            rate = self.rates[row["rate"]]
            if (rate.base, rate.quote) != (source.currency, self.accounts[target].currency):
                raise Refusal("currency_mismatch", "rate_id")
            is_superseded = any(
                (later.base, later.quote) == (rate.base, rate.quote)
                and rate.at < later.at <= self.clock.time
                for later in (*self.rates, *self.rates_before)
            )
            if is_superseded or not self.clock.time - RATE_AGE <= rate.at <= self.clock.time:
                raise Refusal("rate_not_fresh", "rate_id")
            exact = amount * rate.rate
            bought = half_even(exact, self.currencies[rate.quote])
            if not bought:
                raise Refusal("out_of_range", "amount")
            return self._move("conversion", row, amount, bought, exact - bought)

        return self._movement("convert_currency", row, act)

    def _movement(self, command: str, row: Row, act: object) -> Answer:
        who = row["who"]
        if who.problem:
            return Answer("refused", who.problem)
        if row["amount"] <= 0:
            return Answer("refused", "out_of_range", "amount")
        request = (row["account"], row["target"], Fraction(row["amount"]), row.get("rate"))
        return self._once(command, who.user, row["key"], request, act)  # type: ignore[arg-type]

    def _payer(self, who: Who, number: int | None, amount: Decimal) -> Account:
        account = self._may(who, "funding", number)
        self._active(account)
        if self.kyc[who.user] != "approved":
            raise Refusal("kyc_required")
        if not has_scale(amount, self.currencies[account.currency]):
            raise Refusal("excess_scale", "amount")
        if Fraction(amount) > self._withdrawable(account):
            raise Refusal("insufficient_withdrawable", "amount")
        return account

    @staticmethod
    def _withdrawable(account: Account) -> Fraction:
        return max(account.balance - account.held - account.unsettled, ZERO)

    def _move(
        self, kind: str, row: Row, taken: Fraction, given: Fraction, rounding: Fraction = ZERO
    ) -> Answer:
        source, target = self.accounts[row["account"]], self.accounts[row["target"]]
        legs = {row["account"]: -taken, row["target"]: given}
        self.movements.append(Movement(kind, legs, self._withdrawable(source), rounding))
        for account, name in ((source, "sent"), (target, "received")):
            account.events.append(f"{kind}.{name}")
        for number, amount in legs.items():
            self.accounts[number].move(amount)
        self.house["rounding"] += rounding
        return Answer("accepted", made="movements", subject=len(self.movements) - 1)

    def charge_fee(self, row: Row) -> Answer:
        def act() -> Answer:
            if row["amount"] <= 0:
                raise Refusal("out_of_range", "amount")
            if not 1 <= len(row["reason"]) <= 200:
                raise Refusal("out_of_range", "reason")
            account = self._not_closed(row["account"])
            if not has_scale(row["amount"], self.currencies[account.currency]):
                raise Refusal("excess_scale", "amount")
            amount = Fraction(row["amount"])
            if amount > account.balance - account.held:
                raise Refusal("insufficient_buying_power", "amount")
            account.move(-amount)
            account.events.append("fee.charged")
            self.movements.append(Movement("fee", {row["account"]: -amount}))
            return Answer("accepted", made="movements", subject=len(self.movements) - 1)

        return self._as_broker("charge_fee", row, ("account", "amount", "reason"), act)

    def exchange_rate(self, row: Row) -> Answer:
        """A fact: the provider's own id is its key."""
        rate = Fraction(row["rate"])
        if row["quote"] == row["base"] or row["quote"] not in self.currencies:
            return Answer("refused", "invalid_value", "quote")
        if rate <= 0:
            return Answer("refused", "out_of_range", "rate")
        if not has_scale(row["rate"], 12):
            return Answer("refused", "excess_scale", "rate")
        number = self.rate_numbers.get(row["key"])
        if number is None:
            number = self.rate_numbers[row["key"]] = len(self.rates)
            self.rates.append(Rate(row["base"], row["quote"], rate, row["at"] or self.clock.time))
            return Answer("accepted", made="rates", subject=number)
        known = self.rates[number]
        same = (known.base, known.quote, known.rate) == (row["base"], row["quote"], rate)
        if not same or row["at"] not in (None, known.at):
            return Answer("conflict", "idempotency_conflict")
        return Answer("accepted", replayed=True, made="rates", subject=number)

    def add_currency(self, row: Row) -> Answer:
        def act() -> Answer:
            if not re.fullmatch("[A-Z]{3}", row["code"]):
                raise Refusal("invalid_value", "code")
            if not 0 <= row["scale"] <= 12:
                raise Refusal("out_of_range", "scale")
            if row["code"] in self.currencies:
                raise Refusal("duplicate", "code")
            self.currencies[row["code"]] = row["scale"]
            return Answer("accepted")

        return self._as_broker("add_currency", row, ("code", "scale"), act)

    def set_fee_schedule(self, row: Row) -> Answer:
        """What has begun was charged by: only what is to come can be set."""

        def act() -> Answer:
            terms = {n: Fraction(v) for n, v in row["terms"].items()}
            if row["since"] <= self.clock.time:
                raise Refusal("not_allowed", "effective_from")
            for name in ("flat", "per_share", "basis_points", "minimum", "maximum"):
                if not 0 <= terms.get(name, ZERO) <= (10_000 if name == "basis_points" else MOST):
                    raise Refusal("out_of_range", name)
            if "maximum" in terms and terms["maximum"] < terms.get("minimum", ZERO):
                raise Refusal("out_of_range", "maximum")
            schedules = self.schedules[row["side"]]
            schedules[:] = [s for s in schedules if s.since != row["since"]]
            schedules.append(Schedule(row["since"], **terms))
            return Answer("accepted")

        told = {**row, "told": tuple(sorted(row["terms"].items()))}
        return self._as_broker("set_fee_schedule", told, ("side", "since", "told"), act)
