"""Corporate actions: what a provider announces, and the job that brings it to the accounts.

Each account has its effect once, whatever happens between two steps of the job.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.model import lots_actions
from tests.model.model_base import Row
from tests.model.model_movements import Movements
from tests.model.model_orders_split import SplitOrders
from tests.model.model_times import Times
from tests.model.rules import CENTS, SHARES, ZERO, Clock, down, half_even, has_scale, trading_day
from tests.model.state import Account, Answer

NEW_YORK = ZoneInfo("America/New_York")
SPLITS = ("split", "reverse_split")


@dataclass(slots=True)
class Entitlement:
    """What an action gives one account."""

    before: Fraction
    after: Fraction
    gross: Fraction = ZERO
    withheld: Fraction = ZERO
    cash: Fraction = ZERO
    reinvested: Fraction = ZERO
    reinvested_cash: Fraction = ZERO
    state: str = "applied"


@dataclass(slots=True)
class Action:
    """An announcement and how far it has come."""

    kind: str
    security: str
    ex_date: date
    pay_date: date | None
    ratio: Fraction
    price: Fraction | None
    withheld: Fraction
    reinvest_price: Fraction | None
    new_symbol: str | None
    at: datetime
    state: str = "announced"
    entitlements: dict[int, Entitlement] = field(default_factory=dict)


NEEDED = {
    "cash_dividend": ("price", "pay_date"), "cash_merger": ("price",),
    "symbol_change": ("new_symbol",),
}  # fmt: skip
NAMES = {"price": "cash_per_share"}
"""What the database calls it."""


def problem_of(row: Row) -> Answer | None:
    """What is missing or impossible in an announcement."""
    kind, pay_date, price = row["kind"], row["pay_date"], row["price"]
    missing = [n for n in NEEDED.get(kind, ()) if row[n] is None]
    grows = kind not in SPLITS or row["new"] > row["old"]
    problem = None
    if pay_date is not None and pay_date < row["ex_date"]:
        problem = ("invalid_value", "pay_date")
    elif price is not None and price <= 0:
        problem = ("out_of_range", "cash_per_share")
    elif not 0 <= (row["withheld"] or 0) <= 1:
        problem = ("out_of_range", "withholding_rate")
    elif kind in SPLITS and grows is not (kind == "split"):
        problem = ("invalid_value", "new_shares")
    elif missing:
        problem = ("required", NAMES.get(missing[0], missing[0]))
    elif row["security"] is None:
        problem = ("security_not_found", "security_id")
    return Answer("refused", *problem) if problem else None


class Actions(SplitOrders, Movements, Times):
    """Facts: announced once by a provider's id, and applied account by account."""

    def __init__(self, clock: Clock, settles: dict[date, date]) -> None:
        super().__init__(clock, settles)
        self.actions: list[Action] = []
        self.receipts: list[tuple[int | None, str, Fraction, Fraction]] = []
        """Account, security, quantity, cost."""

    # ------------------------------------------------------------ facts

    def corporate_action(self, row: Row) -> Answer:
        request = tuple(row[n] for n in (
            "kind", "security", "ex_date", "pay_date", "new", "old", "price", "withheld",
            "reinvest_price", "new_symbol",
        ))  # fmt: skip

        def act() -> Answer:
            amounts = {
                n: None if row[n] is None else Fraction(row[n]) for n in ("price", "reinvest_price")
            }
            self.actions.append(Action(
                row["kind"], row["security"], row["ex_date"], row["pay_date"],
                Fraction(row["new"] or 1, row["old"] or 1), withheld=Fraction(row["withheld"] or 0),
                new_symbol=row["new_symbol"], at=row["at"] or self._moment_of_action(row),
                **amounts,
            ))  # fmt: skip
            return Answer("accepted", made="actions", subject=len(self.actions) - 1)

        if problem := problem_of(row):
            return problem
        return self._once("corporate_action", "provider", row["key"], request, act)

    @staticmethod
    def _moment_of_action(row: Row) -> datetime:
        """A dividend counts at the close of its pay date, all else at the open of its ex-date."""
        if row["kind"] == "cash_dividend":
            return datetime.combine(row["pay_date"], time(16), NEW_YORK).astimezone(UTC)
        return datetime.combine(row["ex_date"], time(9, 30), NEW_YORK).astimezone(UTC)

    def shares_received(self, row: Row) -> Answer:
        number, quantity, cost = row["account"], Fraction(row["quantity"]), Fraction(row["cost"])

        def act() -> Answer:
            account = None if number is None else self.accounts[number]
            fits = account is not None and account.status != "closed" and account.currency == "USD"
            self.receipts.append((number if fits else None, row["security"], quantity, cost))
            answer = Answer("accepted", made="receipts", subject=len(self.receipts) - 1)
            if account is None or not fits:
                self._complain("unknown_account" if account is None else "unexpected_state", number)
                return answer
            holding = account.holding(row["security"])
            lots_actions.receive(holding, quantity, cost, row["acquired_at"])
            account.events.append("shares.received")
            self._cover(account, row["security"])
            return answer

        if row["security"] is None:
            return Answer("refused", "security_not_found", "security_id")
        if not has_scale(row["quantity"], SHARES):
            return Answer("refused", "excess_scale", "quantity")
        if not has_scale(row["cost"], CENTS):
            return Answer("refused", "excess_scale", "cost")
        request = (number, row["security"], quantity, cost)
        return self._once("shares_received", "custodian", row["key"], request, act)

    def _cover(self, account: Account, security: str) -> None:
        """Shares have come: those that were sold without being there are among them."""

        def method_of(sale: str | None) -> str:
            execution = next((e for e in self.executions if e.name == sale), None)
            order = None if execution is None else self.orders[execution.order]
            return (order and order.lot_method) or account.lot_method

        account.holding(security).match("", method_of)

    # ------------------------------------------------------------ the job

    def apply_action(self, number: int, order: Sequence[int], limit: int) -> int:
        """Take the next accounts, in this order. Returns how many; 0: nothing to do now."""
        action = self.actions[number]
        today = trading_day(self.clock.time)
        if action.state in ("applied", "blocked"):
            return 0
        if action.ex_date > max(today, self.clock.upcoming):
            return 0
        if action.state == "announced":
            concerned = [n for n in order if self._is_concerned(action, n)][:limit]
            for account in concerned:
                action.entitlements[account] = self._effect(action, account)
                if action.kind in (*SPLITS, "cash_merger"):
                    self._change_shares(account, action.security, action.ex_date)
            if concerned:
                return len(concerned)
            self._finish(action)
        if action.state == "entitled" and action.pay_date and action.pay_date <= today:
            pending = [n for n in order if n in action.entitlements]
            pending = [n for n in pending if action.entitlements[n].state == "pending"][:limit]
            for account in pending:
                self._pay(action, account)
            if not pending:
                action.state = "applied"
            return len(pending)
        return 0

    def _is_concerned(self, action: Action, number: int) -> bool:
        if number in action.entitlements:
            return False
        if action.kind == "cash_dividend":
            return self._entitled_shares(action, number) != 0
        holding = self.accounts[number].holdings.get(action.security)
        return bool(holding and holding.quantity) or any(
            o.account == number and o.security == action.security and o.is_live for o in self.orders
        )

    def _entitled_shares(self, action: Action, number: int) -> Fraction:
        """Who held before the ex-date began, in market time, however late the job runs."""
        begins = datetime.combine(action.ex_date, time(), NEW_YORK)
        return self.held_before(number, action.security, begins)

    def _effect(self, action: Action, number: int) -> Entitlement:
        if action.kind == "cash_dividend":
            return self._entitle(action, number)
        if action.kind == "cash_merger":
            return self._merge(action, number)
        if action.kind == "symbol_change":
            self.accounts[number].events.append("position.symbol_changed")
            shares = self.accounts[number].holding(action.security).quantity
            return Entitlement(shares, shares)
        return self._split(action, number)

    def _finish(self, action: Action) -> None:
        security = self.securities[action.security]
        action.state = "entitled" if action.kind == "cash_dividend" else "applied"
        if action.kind == "symbol_change":
            assert action.new_symbol
            taken = {s.symbol for s in self.securities.values() if s is not security}
            if action.new_symbol in taken:
                action.state = "blocked"
                self._complain("unexpected_state", None)
            else:
                security.symbol = action.new_symbol
        elif action.kind == "cash_merger":
            security.tradable = False
            security.changed_on.append(action.ex_date)
        elif action.kind in SPLITS:
            security.changed_on.append(action.ex_date)
            self._split_quote(action)

    def _split_quote(self, action: Action) -> None:
        """Until the next quote the last prices are those of the old shares."""
        quote = self.quotes[action.security]
        if quote.session >= action.ex_date:
            return
        scale = self.securities[action.security].price_scale
        half = Fraction(1, 2 * 10**scale)
        for name in ("bid", "ask", "last"):
            price = getattr(quote, name)
            if price is not None:
                # To the nearest; what lies between goes up.
                setattr(quote, name, down(price / action.ratio + half, scale))

    # ------------------------------------------------------------ splits and mergers

    def _split(self, action: Action, number: int) -> Entitlement:
        account = self.accounts[number]
        holding = account.holding(action.security)
        self.split_orders(number, action.security, action.ratio, is_paid=action.price is not None)
        done = lots_actions.split(holding, action.ratio, action.price, action.at)
        if done.renewed:
            self._book(number, "position.split", ZERO)
            self.split_choices(number, action.security, action.ratio, done.renewed)
        if done.paid_out:
            self._book(number, "position.cash_in_lieu", done.cash)
        return Entitlement(done.before, done.after, cash=done.cash)

    def _merge(self, action: Action, number: int) -> Entitlement:
        account = self.accounts[number]
        holding = account.holding(action.security)
        self.end_orders(number, action.security)
        shares = holding.quantity
        assert action.price is not None
        cash = half_even(shares * action.price, CENTS)
        if shares:
            lots_actions.merge(holding, cash, action.at)
            self._book(number, "position.merged", cash)
        return Entitlement(shares, ZERO, gross=cash, cash=cash)

    def _book(self, number: int, event: str, cash: Fraction) -> None:
        """Also for who is closed, and of who has no money: then a person is told."""
        account = self.accounts[number]
        account.move(cash)
        account.events.append(event)
        if cash < 0 and account.balance - account.held < 0:
            self._complain("overdrawn", number)
        if account.status == "closed":
            self._complain("unexpected_state", number)

    # ------------------------------------------------------------ dividends

    def _entitle(self, action: Action, number: int) -> Entitlement:
        shares = self._entitled_shares(action, number)
        assert action.price is not None
        gross = half_even(shares * action.price, CENTS)
        # Who owes shares owes the whole dividend.
        withheld = half_even(gross * action.withheld, CENTS) if gross > 0 else ZERO
        return Entitlement(shares, shares, gross, withheld, gross - withheld, state="pending")

    def _pay(self, action: Action, number: int) -> None:
        account, due = self.accounts[number], action.entitlements[number]
        due.state = "applied"
        if due.gross:
            self._book(number, "dividend.paid", due.cash)
            self.house["taxes"] += due.withheld
        if action.reinvest_price is None or due.cash <= 0:
            return
        if not account.reinvests or account.status != "active":
            return
        scale = SHARES if self.securities[action.security].fractionable else 0
        shares = down(due.cash / action.reinvest_price, scale)
        cost = min(due.cash, half_even(shares * action.reinvest_price, CENTS))
        if not shares or not cost:
            return
        due.reinvested, due.reinvested_cash = shares, cost
        lots_actions.receive(account.holding(action.security), shares, cost, action.at)
        self._book(number, "dividend.reinvested", -cost)
        self._cover(account, action.security)
