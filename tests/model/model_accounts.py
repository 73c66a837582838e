"""Accounts and the people behind them: opening, status, approval, owners, preferences."""

from collections.abc import Callable
from datetime import date

from tests.model.model_base import Books, Refusal, Row
from tests.model.rules import Clock
from tests.model.state import Account, Answer

KINDS = ("individual", "retirement", "joint")
STATUSES = ("active", "restricted", "closed")
ROLES = ("owner", "joint", "viewer")
METHODS = ("fifo", "lifo", "highest_cost")
FOLLOWS = {
    "pending": ("submitted", "approved", "rejected"),
    "submitted": ("in_review", "action_required", "approved", "rejected"),
    "in_review": ("action_required", "approved", "rejected"),
    "action_required": ("submitted", "rejected"),
    "approved": ("pending", "in_review", "expired", "rejected"),
    "rejected": ("submitted", "in_review"),
    "expired": ("submitted", "in_review", "rejected"),
}
"""What may come of each state of what is known of a customer."""


class Accounts(Books):
    """What the broker changes, and what owners say of their account."""

    def __init__(self, clock: Clock, settles: dict[date, date]) -> None:
        super().__init__(clock, settles)
        self.currencies: dict[str, int] = {
            "USD": 2, "EUR": 2, "JPY": 0, "GBP": 2, "CHF": 2, "CAD": 2,
        }  # fmt: skip
        """Decimal places."""

    def _as_broker(
        self, command: str, row: Row, fields: tuple[str, ...], act: Callable[[], Answer]
    ) -> Answer:
        who = row["who"]
        if who.problem:
            return Answer("refused", who.problem)
        if "broker" not in who.scopes:
            return Answer("refused", "not_permitted")
        request = tuple(row[name] for name in fields)
        return self._once(command, who.user, row["key"], request, act)

    def _not_closed(self, number: int | None) -> Account:
        if number is None:
            raise Refusal("account_not_found", "account_id")
        if self.accounts[number].status == "closed":
            raise Refusal("account_not_active", "account_id")
        return self.accounts[number]

    def open_account(self, row: Row) -> Answer:
        def act() -> Answer:
            if row["kind"] not in KINDS:
                raise Refusal("invalid_value", "account_type")
            if row["currency"] not in self.currencies:
                raise Refusal("invalid_value", "currency")
            if row["user"] is None:
                raise Refusal("user_not_found", "user_id")
            number = len(self.accounts)
            self.accounts.append(
                Account(kind=row["kind"], currency=row["currency"], events=["account.opened"])
            )
            self.roles[number, row["user"]] = "owner"
            return Answer("accepted", made="accounts", subject=number)

        return self._as_broker("open_account", row, ("user", "kind", "currency"), act)

    def set_account_status(self, row: Row) -> Answer:
        def act() -> Answer:
            if row["status"] not in STATUSES:
                raise Refusal("invalid_value", "status")
            account = self._not_closed(row["account"])
            if row["status"] == "closed" and not self._is_empty(row["account"]):
                raise Refusal("account_not_empty", "account_id")
            account.status = row["status"]
            account.events.append("account.status")
            return Answer("accepted")

        return self._as_broker("set_account_status", row, ("account", "status"), act)

    def _is_empty(self, number: int) -> bool:
        """Nothing stands on it, and nothing is under way that would bring something."""
        account = self.accounts[number]
        return not (
            account.balance
            or account.held
            or any(h.quantity for h in account.holdings.values())
            or any(o.account == number and o.is_live for o in self.orders)
            or any(s.state == "open" for s in account.settlements)
            or any(t.account == number and t.state == "requested" for t in self.transfers)
        )

    def set_kyc_status(self, row: Row) -> Answer:
        def act() -> Answer:
            if row["status"] not in FOLLOWS:
                raise Refusal("invalid_value", "kyc_status")
            if row["user"] is None:
                raise Refusal("user_not_found", "user_id")
            now = self.kyc[row["user"]]
            if row["status"] not in (now, *FOLLOWS[now]):
                raise Refusal("kyc_transition", "kyc_status")
            self.kyc[row["user"]] = row["status"]
            return Answer("accepted")

        return self._as_broker("set_kyc_status", row, ("user", "status"), act)

    def add_owner(self, row: Row) -> Answer:
        def act() -> Answer:
            if row["role"] not in ROLES:
                raise Refusal("invalid_value", "role")
            account = self._not_closed(row["account"])
            if row["user"] is None:
                raise Refusal("user_not_found", "user_id")
            if (row["account"], row["user"]) in self.roles:
                raise Refusal("duplicate", "user_id")
            # One person's account has one owner.
            if row["role"] != "viewer" and account.kind != "joint":
                raise Refusal("not_allowed", "role")
            self.roles[row["account"], row["user"]] = row["role"]
            account.events.append("account.owner_added")
            return Answer("accepted")

        return self._as_broker("add_owner", row, ("account", "user", "role"), act)

    def remove_owner(self, row: Row) -> Answer:
        def act() -> Answer:
            account = self._not_closed(row["account"])
            key = (row["account"], row["user"])
            if key not in self.roles:
                raise Refusal("user_not_found", "user_id")
            others = [u for (a, u), r in self.roles.items() if a == key[0] and r == "owner"]
            if self.roles[key] == "owner" and others == [row["user"]]:
                raise Refusal("last_owner", "user_id")
            del self.roles[key]
            account.events.append("account.owner_removed")
            return Answer("accepted")

        return self._as_broker("remove_owner", row, ("account", "user"), act)

    def set_preferences(self, row: Row) -> Answer:
        who = row["who"]

        def act() -> Answer:
            account = self._may(who, "trade", row["account"])
            self._active(account)
            if row["method"] is None and row["reinvest"] is None:
                raise Refusal("required", "lot_method")
            if row["method"] not in (None, *METHODS):
                raise Refusal("invalid_value", "lot_method")
            account.lot_method = row["method"] or account.lot_method
            if row["reinvest"] is not None:
                account.reinvests = row["reinvest"]
            account.events.append("account.preferences")
            return Answer("accepted")

        if who.problem:
            return Answer("refused", who.problem)
        request = (row["account"], row["method"], row["reinvest"])
        return self._once("set_preferences", who.user, row["key"], request, act)
