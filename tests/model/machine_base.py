"""What all parts of the machine share: the worlds, submitting, comparing, from draws to rows.

A part is a class on `Machine` in a file of its own (`machine_<feature>.py`): its rules, and for
each function that they submit:

- `_finish_<function>(row)` turns what was drawn into what there is, for the model;
- `_row_<function>(row)` gives the row with the database's ids and names.

The model answers by the method of the same name. What a command made is named by `Answer.made`, and
its id is kept in `self.ids[made]`, at the position that the model gave it.
"""

from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from hypothesis.stateful import RuleBasedStateMachine, initialize

from financebuy.database.commands import Verdict
from tests.model import draws, snapshot
from tests.model.effects import effects
from tests.model.ledger_model import Ledger
from tests.model.model_movements import Rate
from tests.model.rules import Clock, Quote
from tests.model.snapshot_ledger import UNMATCHED_SO_FAR
from tests.model.state import Account, Answer, Security, Who
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import MONDAY, OPEN, User, World

Row = dict[str, Any]
SETTLES = dict(zip(w.sessions(MONDAY, 40), w.sessions(MONDAY, 41)[1:], strict=True))
NOBODY = UUID(int=1)

# An account's events and entries are recorded in their order.
GOING_BACK = """
    select o.* from (
        select account_id, recorded_at < lag(recorded_at) over (
            partition by account_id order by event_seq) as goes_back from outbox
        union all
        select account_id, recorded_at < lag(recorded_at) over (
            partition by account_id, asset_id order by version) from entries
        where version is not null
    ) as o where o.goes_back"""


class Worlds:
    """The world that examples share, renewed when one has spoiled it or many have filled it."""

    def __init__(self, template: Database, most: int = 150) -> None:
        self._template, self._most = template, most
        self._stack, self._examples = ExitStack(), 0
        self._world: World | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.spoil()

    def current(self) -> World:
        self._examples += 1
        if self._examples > self._most:
            self.spoil()
        if self._world is None:
            self._world = self._stack.enter_context(
                World(self._stack.enter_context(clone(self._template)))
            )
            self._world.open_market()
        return self._world

    def spoil(self) -> None:
        """Drop the world; the next example gets a new one."""
        self._stack.close()
        self._world, self._examples = None, 0


class Machine(RuleBasedStateMachine):
    """Compares verdicts at every batch, everything else after every step, the books at the end."""

    worlds: ClassVar[Worlds]
    counted: ClassVar[Counter[str]] = Counter()
    """How many commands, facts and jobs all examples have run, by their outcome."""
    effects: ClassVar[Counter[str]] = Counter()
    """What all examples have brought about."""

    @initialize()
    def begin(self) -> None:
        """New people, accounts and securities in the world that all examples share."""
        self.world = self.worlds.current()
        self.ledger = Ledger(Clock(OPEN, True, MONDAY, SETTLES[MONDAY]), SETTLES)
        self.users: dict[str, User] = {}
        self.ids: dict[str, list[UUID]] = {"accounts": [], "orders": [], "transfers": []}
        self.securities: dict[str, UUID] = {}
        self.sent: dict[str, list[Row]] = defaultdict(list)
        self._tell_clock()
        self.ledger.rank = lambda order: self.ids["orders"][order.number]
        self._settle_in()
        self.unmatched_before = self.world.value(UNMATCHED_SO_FAR)
        self.ledger.rates_before = [
            Rate(row["base"], row["quote"], Fraction(row["rate"]), row["effective_at"])
            for row in self.world.rows("select base, quote, rate, effective_at from exchange_rates")
        ]
        self._trade_first()

    def _settle_in(self) -> None:
        """Make what the streams begin with. A part may add to it; it calls super() first."""
        world = self.world
        for name in ("ann", "bob"):
            self.users[name] = world.user()
            self.ledger.kyc[name] = "approved"
        for owner, kind in zip(draws.OWNERS, draws.KINDS, strict=True):
            opened = world.account(self.users[owner], account_type=kind)
            self.ids["accounts"].append(opened)
            self.ledger.roles[len(self.ledger.accounts), owner] = "owner"
            self.ledger.accounts.append(Account(kind=kind, events=["account.opened"]))
            self._endow(len(self.ledger.accounts) - 1)
        for number, role in enumerate(("viewer", "joint")):
            world.share(self.ids["accounts"][number], self.users["bob"], role)
            self.ledger.roles[number, "bob"] = role
            self.ledger.accounts[number].events.append("account.owner_added")
        for symbol in draws.SYMBOLS:
            whole = symbol == "CCC"
            name = f"{symbol}-{uuid4().hex[:8].upper()}"
            self.securities[symbol] = world.security(name, 100, fractionable=not whole)
            self.ledger.securities[symbol] = Security(name, fractionable=not whole)
            self._quote(symbol, Decimal(100), Decimal("0.01"))
        world.admin.execute("delete from fee_schedules")

    def _trade_first(self) -> None:
        """What everybody has done before a stream begins."""

    def _endow(self, account: int) -> None:
        """Money to begin with: streams that must wait for a deposit trade little."""
        cash = Decimal("30000.00")
        row = w.deposit(self.ids["accounts"][account], cash)
        self.ids["transfers"].append(self.world.accepted("deposit_received", row))
        known = {"account": account, "amount": cash, "settle_on": None}
        self.ledger.deposit_received({**known, "key": row["bank_reference"]})

    def teardown(self) -> None:
        self.effects.update(effects(self.ledger))
        broken = self.world.check_books()
        broken |= {"times": rows} if (rows := self.world.rows(GOING_BACK)) else {}
        if broken:
            self.worlds.spoil()
        assert not broken, broken

    # ------------------------------------------------------------ submitting

    def _submit(self, function: str, drawn: list[Any]) -> None:
        """Give a batch to both and compare the verdicts, row by row."""
        prepared = [row for row in (self._prepare(function, d) for d in drawn) if row is not None]
        if not prepared:
            return
        verdicts = self.world.call(function, [self._for_database(function, r) for r in prepared])
        for row, verdict in zip(prepared, verdicts, strict=True):
            answer: Answer = getattr(self.ledger, function)(row)
            self.ledger.note(self.ledger.moment_of(function, row))
            if answer.made is not None and not answer.replayed:
                self.ids[answer.made].append(self._made(function, verdict))
            self._compare_answers(function, row, answer, verdict)
            outcome = "replayed" if answer.replayed else answer.code or answer.outcome
            self.counted[f"{function}: {outcome}"] += 1
        self._compare()

    def _compare_answers(self, function: str, row: Row, answer: Answer, verdict: Verdict) -> None:
        theirs = (verdict.outcome, verdict.code, verdict.field, verdict.replayed)
        ours = (answer.outcome, answer.code, answer.field, answer.replayed)
        assert ours == theirs, (function, row, ours, theirs)
        if answer.made is not None and answer.subject is not None:
            assert self._made(function, verdict) == self.ids[answer.made][answer.subject]
        if answer.told is not None:
            assert verdict.result, (row, verdict)
            told = {name: Fraction(verdict.result[name]) for name in answer.told}
            assert told == answer.told, (function, row, answer.told, told)

    @staticmethod
    def _made(function: str, verdict: Verdict) -> UUID:
        """What is confirmed makes something of its own."""
        if function == "decide_approval":
            assert verdict.result, verdict
            return UUID(verdict.result["effect_id"])
        assert verdict.command_id, verdict
        return verdict.command_id

    def _compare(self) -> None:
        theirs = snapshot.of_database(
            self.world.admin,
            self.ids,
            {id_: symbol for symbol, id_ in self.securities.items()},
            unmatched_before=self.unmatched_before,
        )
        found = snapshot.differences(snapshot.of_model(self.ledger), theirs)
        assert not found, found
        self.ledger.note_recorded(datetime.now(UTC))

    # ------------------------------------------------------------ from draws to rows

    def _prepare(self, function: str, drawn: Any) -> Row | None:
        """Turn numbers into what there is; None when there is nothing of the kind yet."""
        before = self.sent[function]
        if isinstance(drawn, draws.Repeat):
            if not before:
                return None
            row = dict(before[drawn.number % len(before)])
            if drawn.changed:
                self._change(row)
            return row
        row = {**drawn, "key": str(uuid4())}
        for name in ("order", "transfer"):
            if row.get(name) is not None:
                if not self.ids[f"{name}s"]:
                    return None
                row[name] = self._pick(function, name, row[name])
        if "who" in row:
            row["who"] = self._who(row)
        finish = getattr(self, f"_finish_{function}", None)
        if finish and finish(row) is False:
            return None
        before.append(row)
        return row

    def _pick(self, function: str, name: str, number: int) -> int:  # noqa: ARG002 - parts use it
        """The place of what a number stands for: any of its kind."""
        return number % len(self.ids[f"{name}s"])

    @staticmethod
    def _change(row: Row) -> None:
        for name in ("amount", "quantity", "notional", "price", "rate"):
            if row.get(name) is not None:
                row[name] += 1
                return
        if "note" in row:
            row["note"] = "another note"

    def _who(self, row: Row) -> Who:
        account = row.get("account")
        if row.get("order") is not None:
            account = self.ledger.orders[row["order"]].account
        roles = self.ledger.roles
        acting = {u for (n, u), r in roles.items() if n == (account or 0) and r != "viewer"}
        owner = min(acting)
        other = "bob" if owner == "ann" else "ann"
        match row["who"]:
            case "other" | "viewer":
                return Who(other)
            case "forged":
                return Who(owner, problem="identity_invalid")
            case "expired":
                return Who(owner, problem="identity_expired")
            case "reader":
                return Who(owner, scopes=frozenset({"read"}))
            case "narrow":
                return Who(owner, account=1)
        return Who(owner)

    def _for_database(self, function: str, row: Row) -> Row:
        """The row with the database's ids and the arrays' names."""
        common = {**w.COMMON, "key": row["key"]}
        if "who" in row:
            common["identity"] = self._identity(row["who"])
        named: Row = getattr(self, f"_row_{function}")(row)
        return common | named

    def _id(self, kind: str, number: int | None) -> UUID:
        return NOBODY if number is None else self.ids[kind][number]

    def _security(self, symbol: str | None) -> UUID:
        return NOBODY if symbol is None else self.securities[symbol]

    def _identity(self, who: Who) -> str:
        user = self.users[who.user].user_id
        account = None if who.account is None else self.ids["accounts"][who.account]
        if who.problem == "identity_expired":
            return self.world.expired(user)
        token = self.world.token(user, *who.scopes, account=account)
        return token[:-1] + ("0" if token[-1] != "0" else "1") if who.problem else token

    # ------------------------------------------------------------ the market

    def _quote(self, symbol: str, last: Decimal, spread: Decimal) -> None:
        session = self.ledger.clock.session
        bid, ask = last - spread, last + spread
        self.world.quote(self.securities[symbol], bid, ask, last, session)
        self.ledger.quotes[symbol] = Quote(Fraction(bid), Fraction(ask), Fraction(last), session)

    def _tell_clock(self) -> None:
        c = self.ledger.clock
        self.world.clock(c.time, "open" if c.is_open else "closed", c.session, c.upcoming)
