"""Accounts and the people behind them."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from hypothesis.stateful import precondition, rule

from tests.model import draws, draws_accounts
from tests.model.machine_base import NOBODY, Machine, Row
from tests.model.state import Account, Who
from tests.support import world as w
from tests.support.world import User

MOST = 12
"""Accounts."""
BEGUN_WITH = (("EUR", "9000.00"), ("JPY", "900000"))
"""What ann has beside her dollars."""


class AccountRules(Machine):
    """What the broker changes, and what owners say of an account."""

    def _settle_in(self) -> None:
        super()._settle_in()
        row = w.new_user(self.world.broker, uuid4(), kind="broker")
        self.world.accepted("create_user", row)
        self.users["broker"] = User(row["user_id"], "")
        for name in ("first operator", "second operator"):
            self.users[name] = User(self.world.staff().user_id, "")
        self._reinvest(2)
        self.ids["people"] = [self.users[name].user_id for name in ("ann", "bob")]
        for currency, cash in BEGUN_WITH:
            self.ids["accounts"].append(self.world.account(self.users["ann"], currency=currency))
            number = len(self.ledger.accounts)
            self.ledger.accounts.append(Account(currency=currency, events=["account.opened"]))
            self.ledger.roles[number, "ann"] = "owner"
            deposit = w.deposit(self.ids["accounts"][-1], Decimal(cash), currency=currency)
            self.ids["transfers"].append(self.world.accepted("deposit_received", deposit))
            row = {"account": number, "amount": Decimal(cash), "settle_on": None}
            self.ledger.deposit_received({**row, "key": deposit["bank_reference"]})

    def _reinvest(self, number: int) -> None:
        """Who buys shares with dividends from the start."""
        account, owner = self.ids["accounts"][number], self.users[draws.OWNERS[number]]
        self.world.accepted("set_preferences", w.preferences(owner.token, account, reinvest=True))
        self.ledger.accounts[number].reinvests = True
        self.ledger.accounts[number].events.append("account.preferences")

    @precondition(lambda self: len(self.ledger.accounts) < MOST)
    @rule(rows=draws.batch(draws_accounts.openings, 2))
    def open_accounts(self, rows: list[Any]) -> None:
        self._submit("open_account", rows)

    @rule(rows=draws.batch(draws_accounts.statuses))
    def change_status(self, rows: list[Any]) -> None:
        self._submit("set_account_status", rows)

    @rule(rows=draws.batch(draws_accounts.approvals_of_people, 3))
    def verify(self, rows: list[Any]) -> None:
        self._submit("set_kyc_status", rows)

    @rule(rows=draws.batch(draws_accounts.new_owners))
    def let_in(self, rows: list[Any]) -> None:
        self._submit("add_owner", rows)

    @rule(rows=draws.batch(draws_accounts.old_owners, 2))
    def shut_out(self, rows: list[Any]) -> None:
        self._submit("remove_owner", rows)

    @rule(rows=draws.batch(draws_accounts.preferences))
    def prefer(self, rows: list[Any]) -> None:
        self._submit("set_preferences", rows)

    # ------------------------------------------------------------ from draws to rows

    def _who(self, row: Row) -> Who:
        staff = {
            "broker": Who("broker", frozenset({"broker"})),
            "first operator": Who("first operator", frozenset({"operations"})),
            "second operator": Who("second operator", frozenset({"operations"})),
        }
        return staff.get(row["who"]) or super()._who(self._placed(row))

    def _placed(self, row: Row) -> Row:
        """The row with numbers of accounts that there are."""
        for name in ("account", "target"):
            if row.get(name) is not None:
                row[name] %= len(self.ledger.accounts)
        return row

    def _finish_set_account_status(self, row: Row) -> None:
        self._placed(row)

    _finish_add_owner = _finish_remove_owner = _finish_set_account_status

    def _person(self, name: str | None) -> Any:
        return NOBODY if name is None else self.users[name].user_id

    def _row_open_account(self, row: Row) -> Row:
        return {
            "user_id": self._person(row["user"]), "account_type": row["kind"],
            "currency": row["currency"],
        }  # fmt: skip

    def _row_set_account_status(self, row: Row) -> Row:
        return {"account_id": self._id("accounts", row["account"]), "status": row["status"]}

    def _row_set_kyc_status(self, row: Row) -> Row:
        return {"user_id": self._person(row["user"]), "status": row["status"]}

    def _row_add_owner(self, row: Row) -> Row:
        return self._row_remove_owner(row) | {"role": row["role"]}

    def _row_remove_owner(self, row: Row) -> Row:
        return {
            "account_id": self._id("accounts", row["account"]),
            "user_id": self._person(row["user"]),
        }

    def _row_set_preferences(self, row: Row) -> Row:
        return {
            "account_id": self._id("accounts", row["account"]), "lot_method": row["method"],
            "reinvest_dividends": row["reinvest"],
        }  # fmt: skip
