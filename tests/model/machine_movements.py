"""Money between accounts, rates, and what the house charges."""

from datetime import timedelta
from typing import Any

from hypothesis.stateful import rule

from tests.model import draws, draws_accounts
from tests.model.machine_accounts import AccountRules
from tests.model.machine_base import Row
from tests.support import world as w


class MovementRules(AccountRules):
    """Transfers, conversions, fees."""

    def _settle_in(self) -> None:
        super()._settle_in()
        self.ids |= {"movements": [], "rates": []}
        # Currencies stay in the world, of which the examples have one after the other.
        known = vars(self.world).setdefault("currencies", dict(self.ledger.currencies))
        self.ledger.currencies = known

    @rule(rows=draws.batch(draws_accounts.transfers))
    def transfer(self, rows: list[Any]) -> None:
        self._submit("transfer", rows)

    @rule(rates=draws.batch(draws_accounts.rates), rows=draws.batch(draws_accounts.conversions))
    def convert(self, rates: list[Any], rows: list[Any]) -> None:
        """Without a rate of today there is little to convert."""
        self._submit("exchange_rate", rates)
        self._submit("convert_currency", rows)

    @rule(rows=draws.batch(draws_accounts.rates))
    def state_rates(self, rows: list[Any]) -> None:
        self._submit("exchange_rate", rows)

    @rule(rows=draws.batch(draws_accounts.fees, 3))
    def charge_fees(self, rows: list[Any]) -> None:
        self._submit("charge_fee", rows)

    @rule(rows=draws.batch(draws_accounts.currencies, 2))
    def add_currencies(self, rows: list[Any]) -> None:
        self._submit("add_currency", rows)

    @rule(rows=draws.batch(draws_accounts.fee_schedules, 3))
    def set_fees(self, rows: list[Any]) -> None:
        self._submit("set_fee_schedule", rows)

    # ------------------------------------------------------------ from draws to rows

    def _finish_transfer(self, row: Row) -> None:
        self._placed(row)
        if row.pop("fitting") and None not in (row["account"], row["target"]):
            self._aim(row, same_currency=True)

    def _finish_convert_currency(self, row: Row) -> bool:
        self._placed(row)
        if row["rate"] is not None:
            if not self.ledger.rates:
                return False
            row["rate"] %= len(self.ledger.rates)
        if row.pop("fitting") and None not in (row["account"], row["target"], row["rate"]):
            self._aim(row, same_currency=False)
            pair = tuple(self.ledger.accounts[row[n]].currency for n in ("account", "target"))
            fitting = [
                n for n, rate in enumerate(self.ledger.rates) if (rate.base, rate.quote) == pair
            ]
            row["rate"] = fitting[-1 - row["rate"] % min(2, len(fitting))] if fitting else 0
        return True

    def _aim(self, row: Row, *, same_currency: bool) -> None:
        """A target that may fit, so that not all are refused."""
        accounts = self.ledger.accounts
        found = [
            n for n, a in enumerate(accounts)
            if n != row["account"]
            and (a.currency == accounts[row["account"]].currency) is same_currency
        ]  # fmt: skip
        row["target"] = found[row["target"] % len(found)] if found else row["target"]

    def _finish_charge_fee(self, row: Row) -> None:
        self._placed(row)

    def _finish_exchange_rate(self, row: Row) -> None:
        row["base"], row["quote"] = row.pop("pair")
        minutes = row.pop("earlier")
        row["at"] = minutes and self.ledger.clock.time - timedelta(minutes=minutes)

    def _finish_add_currency(self, row: Row) -> None:
        letter, known = row.pop("letter"), len(self.ledger.currencies)
        if row["code"] == "new":
            # X is for test money, which the books know apart.
            row["code"] = letter + chr(65 + known // 26 % 26) + chr(65 + known % 26)

    def _finish_set_fee_schedule(self, row: Row) -> None:
        row["since"] = self.ledger.clock.time + timedelta(minutes=row.pop("minutes"))

    def _row_transfer(self, row: Row) -> Row:
        return {
            "account_id": self._id("accounts", row["account"]),
            "target": str(self._id("accounts", row["target"])), "amount": row["amount"],
        }  # fmt: skip

    def _row_convert_currency(self, row: Row) -> Row:
        return self._row_transfer(row) | {"rate_id": self._id("rates", row["rate"])}

    def _row_charge_fee(self, row: Row) -> Row:
        return {
            "account_id": self._id("accounts", row["account"]), "amount": row["amount"],
            "reason": row["reason"],
        }  # fmt: skip

    def _row_exchange_rate(self, row: Row) -> Row:
        return w.exchange_rate(
            row["base"], row["quote"], row["rate"], provider_rate_id=row["key"],
            effective_at=row["at"],
        )  # fmt: skip

    def _row_add_currency(self, row: Row) -> Row:
        return {"code": row["code"], "scale": row["scale"]}

    def _row_set_fee_schedule(self, row: Row) -> Row:
        names = ("flat", "per_share", "basis_points", "minimum", "maximum")
        terms = {name: row["terms"].get(name) for name in names}
        return {"side": row["side"], "effective_from": row["since"], **terms}
