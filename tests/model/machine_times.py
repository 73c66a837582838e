"""Looking back, in either of the two times."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from financebuy.sql import load
from tests.model import draws
from tests.model.machine_approvals import ApprovalRules
from tests.model.model_times import Assets
from tests.model.rules import ZERO

QUERIES = load("statements")
HOUSE = """
    select a.house_code, coalesce(sum(e.amount), 0) as amount
    from accounts as a left join entries as e on e.account_id = a.account_id and e.asset_id in (
        select asset_id from assets where kind = 'currency')
    where a.house_code in ('rounding', 'taxes') group by a.house_code"""


class TimeRules(ApprovalRules):
    """What accounts had at moments of before is what the model remembers."""

    def _settle_in(self) -> None:
        super()._settle_in()
        self.ledger.note(self.ledger.clock.time)
        self.house_before = self._house()

    def _house(self) -> dict[str, Fraction]:
        rows = self.world.rows(HOUSE)
        return {row["house_code"]: Fraction(row["amount"]) for row in rows}

    @precondition(lambda self: self.ledger.known)
    @rule(n=draws.number)
    def look_back_as_it_was_known(self, n: int) -> None:
        moment, known = self.ledger.known[-1 - n % len(self.ledger.known)]
        for number, found in self._balances("balances_recorded", moment=moment):
            assert found == _of(known, number), (moment, number)
        self.counted["looked back: balances as recorded"] += 1

    @rule(minutes=st.one_of(st.integers(-10, 300), st.integers(300, 20_000)))
    def look_back_as_it_was(self, minutes: int) -> None:
        moment = self.ledger.clock.time - timedelta(minutes=minutes)
        known = self.ledger.assets_before(moment, inclusive=True)
        for number, found in self._balances("balances_effective", moment=moment):
            assert found == _of(known, number), (moment, number)
        self.counted["looked back: balances as effective"] += 1

    @precondition(lambda self: len(self.ledger.known) > 1)
    @rule(one=draws.number, other=draws.number)
    def read_a_statement_as_it_was_known(self, one: int, other: int) -> None:
        known = self.ledger.known
        first, last = sorted((one % len(known), other % len(known)))
        (start, opening), (end, closing) = known[first], known[last]
        for number in range(len(self.ids["accounts"])):
            told = self._statement("statement_recorded", number, start, end)
            assert told == (_of(opening, number), _of(closing, number)), (start, end, number)
        self.counted["looked back: statements as recorded"] += 1

    @rule(ago=st.integers(0, 10_000), minutes=st.integers(0, 6_000))
    def read_a_statement_as_it_was(self, ago: int, minutes: int) -> None:
        start = self.ledger.clock.time - timedelta(minutes=ago)
        end = start + timedelta(minutes=minutes)
        opening, closing = (self.ledger.assets_before(moment) for moment in (start, end))
        for number in range(len(self.ids["accounts"])):
            told = self._statement("statement_effective", number, start, end)
            assert told == (_of(opening, number), _of(closing, number)), (start, end, number)
        self.counted["looked back: statements as effective"] += 1

    @rule()
    def look_at_the_house(self) -> None:
        """What rounding and the tax office are owed is what the model says."""
        now = self._house()
        gained = {code: now[code] - before for code, before in self.house_before.items()}
        assert gained == self.ledger.house, (gained, self.ledger.house)
        self.counted["looked back: the house"] += 1

    # ------------------------------------------------------------ asking

    def _named(self, row: dict[str, Any]) -> str:
        names = {id_: symbol for symbol, id_ in self.securities.items()}
        return names.get(row["asset_id"], str(row["asset"]))

    def _balances(self, query: str, **moments: datetime) -> list[tuple[int, dict[str, Fraction]]]:
        found = []
        for number, account in enumerate(self.ids["accounts"]):
            rows = self.world.admin.execute(
                getattr(QUERIES, query), {"account_id": account, **moments}
            ).fetchall()
            told = {self._named(row): Fraction(row["balance"]) for row in rows}
            found.append((number, _something(told)))
        return found

    def _statement(
        self, query: str, number: int, start: datetime, end: datetime
    ) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """What an account had at the start, and by the statement's own lines at the end."""
        rows = self.world.admin.execute(
            getattr(QUERIES, query),
            {"account_id": self.ids["accounts"][number], "start": start, "end": end, "limit": 9999},
        ).fetchall()
        opening: dict[str, Fraction] = {}
        closing: dict[str, Fraction] = {}
        for row in rows:
            asset, balance = self._named(row), Fraction(row["balance"])
            if row["transaction_id"] is None:
                opening[asset] = balance
            else:
                assert closing[asset] + Fraction(row["amount"]) == balance, row
            closing[asset] = balance
        return _something(opening), _something(closing)


def _something(assets: dict[str, Fraction]) -> dict[str, Fraction]:
    return {asset: amount for asset, amount in assets.items() if amount != ZERO}


def _of(assets: Assets, account: int) -> dict[str, Fraction]:
    return {asset: amount for (n, asset), amount in assets.items() if n == account and amount}
