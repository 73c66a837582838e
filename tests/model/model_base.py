"""What every part of the model stands on: the state, keys, permissions, refusals.

The model is the ledger of the design in plain Python: what the database is compared with.
It is written from the design and knows neither SQL nor batches: one command after the other, each
answered as `fb.*` answers. Numbers come in as Decimals and are kept as Fractions.

Each part is a class of its own on `Books`, a file a feature; `ledger_model.Ledger` joins them.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from tests.model.rules import Clock, Quote, Schedule
from tests.model.state import (
    Account,
    Answer,
    Claim,
    Execution,
    Order,
    Security,
    Transfer,
    Who,
)

Row = dict[str, Any]
COLLAR = Fraction(1, 20)


class Refusal(Exception):  # noqa: N818 - it is no error: it is an answer
    """A broken rule."""

    def __init__(self, code: str, field: str | None = None) -> None:
        super().__init__(code)
        self.answer = Answer("refused", code, field)


class Books:
    """The whole state, and what all commands have in common."""

    def __init__(self, clock: Clock, settles: dict[date, date]) -> None:
        self.clock = clock
        self.settles = settles
        self.quotes: dict[str, Quote] = {}
        self.securities: dict[str, Security] = {}
        self.schedules: dict[str, list[Schedule]] = {"buy": [], "sell": []}
        self.kyc: dict[str, str] = {}
        self.roles: dict[tuple[int, str], str] = {}
        self.accounts: list[Account] = []
        self.orders: list[Order] = []
        self.transfers: list[Transfer] = []
        self.executions: list[Execution] = []
        self.keys: dict[tuple[str, str], Claim] = {}
        self.rank: Callable[[Order], Any] = lambda order: order.number
        """Which of several orders ends first: in a batch that is left to their ids."""
        self.unmatched: list[str] = []
        """Exceptions of facts that match no customer's account."""
        self.error: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        """What the house's error account has of an execution, by its name and the asset."""

    def _once(
        self, command: str, actor: str, key: str, request: tuple[object, ...],
        act: Callable[[], Answer],
    ) -> Answer:  # fmt: skip
        """Act at the first use of a key; give the same answer to the same request ever after."""
        known = self.keys.get((actor, key))
        if known is None:
            try:
                answer = act()
            except Refusal as refusal:
                answer = refusal.answer
            self.keys[actor, key] = Claim(command, request, answer)
            return answer
        if (known.command, known.request) != (command, request):
            return Answer("conflict", "idempotency_conflict")
        return replace(known.answer, replayed=True)

    def _may(self, who: Who, scope: str, account: int | None) -> Account:
        """The account, if this identity may do this to it; a stranger learns nothing."""
        role = self.roles.get((account, who.user)) if account is not None else None
        if account is None or role is None or who.account not in (None, account):
            raise Refusal("account_not_found")
        if role == "viewer" or scope not in who.scopes:
            raise Refusal("not_permitted")
        return self.accounts[account]

    @staticmethod
    def _active(account: Account) -> None:
        if account.status != "active":
            raise Refusal("account_not_active")

    def _change_shares(self, account: int, security: str, ex_date: date) -> None:
        """All that was traded so far was in shares that are no more."""
        self.accounts[account].holding(security).changed_on.append(ex_date)
        for execution in self.executions:
            order = self.orders[execution.order]
            if (order.account, order.security) == (account, security):
                execution.changed = True

    def _complain(self, kind: str, account: int | None, order: int | None = None) -> None:
        """Leave an exception row: with the account that it concerns, if there is one."""
        if account is None:
            self.unmatched.append(kind)
        else:
            self.accounts[account].exceptions.append((kind, order))
