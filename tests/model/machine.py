"""A random stream of commands, facts and jobs, given to the model and to the database alike."""

from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from financebuy.database.commands import Verdict
from tests.model import draws, snapshot
from tests.model.ledger_model import Ledger
from tests.model.rules import Clock, Quote, Schedule
from tests.model.state import Account, Answer, Security, Who
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import MONDAY, OPEN, User, World

Row = dict[str, Any]
SETTLES = dict(zip(w.sessions(MONDAY, 40), w.sessions(MONDAY, 41)[1:], strict=True))
ORDER_FACTS = (
    "order_acknowledged", "order_rejected", "order_canceled", "cancel_rejected", "order_expired",
)  # fmt: skip
BANK_FACTS = ("withdrawal_settled", "withdrawal_returned")


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


class LedgerMachine(RuleBasedStateMachine):
    """Compares verdicts at every batch, everything else after every step, the books at the end."""

    worlds: ClassVar[Worlds]
    counted: ClassVar[Counter[str]] = Counter()
    """How many commands, facts and jobs all examples have run, by their outcome."""

    @initialize()
    def begin(self) -> None:
        """New people, accounts and securities in the world that all examples share."""
        self.world = world = self.worlds.current()
        self.ledger = Ledger(Clock(OPEN, True, MONDAY, SETTLES[MONDAY]), SETTLES)
        self.users: dict[str, User] = {}
        for name in ("ann", "bob"):
            self.users[name] = world.user()
            self.ledger.kyc[name] = "approved"
        self.accounts: list[UUID] = []
        self.orders: list[UUID] = []
        self.transfers: list[UUID] = []
        for owner in draws.OWNERS:
            self.accounts.append(world.account(self.users[owner]))
            self.ledger.roles[len(self.ledger.accounts), owner] = "owner"
            self.ledger.accounts.append(Account(events=["account.opened"]))
            self._endow(len(self.accounts) - 1)
        world.share(self.accounts[0], self.users["bob"], "viewer")
        self.ledger.roles[0, "bob"] = "viewer"
        self.ledger.accounts[0].events.append("account.owner_added")
        self.securities: dict[str, UUID] = {}
        for symbol in draws.SYMBOLS:
            whole = symbol == "CCC"
            self.securities[symbol] = world.security(
                f"{symbol}-{uuid4().hex[:8].upper()}", 100, fractionable=not whole
            )
            self.ledger.securities[symbol] = Security(fractionable=not whole)
            self._quote(symbol, Decimal(100), Decimal("0.01"))
        world.admin.execute("delete from fee_schedules")
        self._tell_clock()
        self.sent: dict[str, list[Row]] = defaultdict(list)
        self.unmatched_before = world.value(snapshot.UNMATCHED_SO_FAR)

    def _endow(self, account: int) -> None:
        """Money to begin with: streams that must wait for a deposit trade little."""
        cash = Decimal("30000.00")
        row = w.deposit(self.accounts[account], cash)
        self.transfers.append(self.world.accepted("deposit_received", row))
        known = {"account": account, "amount": cash, "settle_on": None}
        self.ledger.deposit_received({**known, "key": row["bank_reference"]})

    # ------------------------------------------------------------ the rules

    @rule(rows=draws.batch(draws.deposits))
    def deposit(self, rows: list[Row]) -> None:
        self._submit("deposit_received", rows)

    @rule(rows=draws.batch(draws.withdrawals))
    def withdraw(self, rows: list[Row]) -> None:
        self._submit("request_withdrawal", rows)

    @rule(function=st.sampled_from(BANK_FACTS), rows=draws.batch(draws.bank_facts))
    def bank(self, function: str, rows: list[Row]) -> None:
        self._submit(function, rows)

    @rule(rows=draws.batch(draws.orders))
    def place(self, rows: list[Row]) -> None:
        self._submit("place_order", rows)

    @rule(rows=draws.batch(draws.orders))
    def place_more(self, rows: list[Row]) -> None:
        """Twice, since streams without orders teach little."""
        self._submit("place_order", rows)

    @rule(rows=draws.batch(draws.cancels))
    def cancel(self, rows: list[Row]) -> None:
        self._submit("cancel_order", rows)

    @rule(function=st.sampled_from(ORDER_FACTS), rows=draws.batch(draws.order_facts))
    def venue(self, function: str, rows: list[Row]) -> None:
        self._submit(function, rows)

    @rule(rows=draws.batch(draws.executions, 6))
    def execute(self, rows: list[Row]) -> None:
        self._submit("execution", rows)

    @rule(rows=draws.batch(draws.executions, 6))
    def execute_more(self, rows: list[Row]) -> None:
        self._submit("execution", rows)

    @rule(minutes=st.integers(1, 400))
    def let_time_pass(self, minutes: int) -> None:
        self.ledger.clock.time += timedelta(minutes=minutes)
        self._tell_clock()

    @rule()
    def close_the_day(self) -> None:
        self.ledger.clock.is_open = False
        self._tell_clock()

    @rule()
    def open_the_next(self) -> None:
        clock = self.ledger.clock
        if clock.upcoming in SETTLES:
            clock.session, clock.upcoming = clock.upcoming, SETTLES[clock.upcoming]
            clock.time = max(clock.time, _ten_o_clock(clock.session))
            clock.is_open = True
            self._tell_clock()

    @rule(symbol=draws.some_symbol, last=draws.price, spread=draws.decimals("0.0001", "1", 4))
    def quote(self, symbol: str, last: Decimal, spread: Decimal) -> None:
        self._quote(symbol, last, spread)

    @rule(side=st.sampled_from(["buy", "sell"]), terms=draws.terms, minutes=st.integers(-600, 600))
    def charge(self, side: str, terms: dict[str, Decimal], minutes: int) -> None:
        since = self.ledger.clock.time + timedelta(minutes=minutes)
        if any(s.since == since for s in self.ledger.schedules[side]):
            return
        terms = (
            {**terms, "maximum": max(terms["maximum"], terms.get("minimum", Decimal(0)))}
            if "maximum" in terms
            else terms
        )
        self.world.fees(side, since, **terms)
        exact = {name: Fraction(value) for name, value in terms.items()}
        self.ledger.schedules[side].append(Schedule(since, **exact))

    @rule(days=st.integers(-1, 2))
    def settle(self, days: int) -> None:
        through = self.ledger.clock.session + timedelta(days=days)
        while self.world.job("select fb.settle(%s, 2)", through):
            self.counted["job: settle"] += 1
        self.ledger.settle(through)
        self._compare()

    @rule()
    def expire(self) -> None:
        session = self.ledger.clock.session
        while self.world.job("select fb.expire_orders(%s, 2)", session):
            self.counted["job: expire_orders"] += 1
        self.ledger.expire_orders(session)
        self._compare()

    @rule(symbol=draws.some_symbol, ratio=st.sampled_from([(2, 1), (3, 2), (1, 10), (1, 7)]))
    def split(self, symbol: str, ratio: tuple[int, int]) -> None:
        clock = self.ledger.clock
        terms = w.split(self.securities[symbol], clock.session, *ratio, effective_at=clock.time)
        action = self.world.accepted("corporate_action", terms)
        while self.world.job("select fb.apply_corporate_action(%s, 1)", action):
            self.counted["job: apply_corporate_action"] += 1
        self.ledger.split(symbol, *ratio)
        self._compare()

    @rule(account=st.integers(0, draws.ACCOUNTS - 1), active=draws.usually)
    def restrict(self, account: int, active: bool) -> None:
        status = "active" if active else "restricted"
        self.world.set_status(self.accounts[account], status)
        self.ledger.accounts[account].status = status
        self.ledger.accounts[account].events.append("account.status")

    @rule(user=st.sampled_from(["ann", "bob"]), approved=draws.usually)
    def verify(self, user: str, approved: bool) -> None:
        status = "approved" if approved else "pending"
        self.world.set_kyc(self.users[user].user_id, status)
        self.ledger.kyc[user] = status

    def teardown(self) -> None:
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
            answer = self._ask_model(function, row)
            made = self.orders if function == "place_order" else self.transfers
            if answer.subject is not None and function != "execution" and not answer.replayed:
                assert verdict.command_id
                made.append(verdict.command_id)
            self._compare_answers(function, row, answer, verdict)
            self.counted[f"{function}: {answer.code or 'accepted'}"] += 1
        self._compare()

    def _ask_model(self, function: str, row: Row) -> Answer:
        if function in ORDER_FACTS:
            return self.ledger.order_fact(function, row)
        answer: Answer = getattr(self.ledger, function)(row)
        return answer

    def _compare_answers(self, function: str, row: Row, answer: Answer, verdict: Verdict) -> None:
        theirs = (verdict.outcome, verdict.code, verdict.field, verdict.replayed)
        ours = (answer.outcome, answer.code, answer.field, answer.replayed)
        assert ours == theirs, (function, row, ours, theirs)
        if function == "place_order" and answer.subject is not None:
            assert verdict.command_id == self.orders[answer.subject]
        if function == "execution" and answer.subject is not None:
            done = self.ledger.executions[answer.subject]
            assert verdict.result, (row, verdict)
            told = (verdict.result["quantity"], verdict.result["amount"], verdict.result["fee"])
            assert tuple(map(Fraction, told)) == (done.quantity, done.amount, done.fee)

    def _compare(self) -> None:
        theirs = snapshot.of_database(
            self.world.admin,
            accounts=self.accounts,
            securities={id_: symbol for symbol, id_ in self.securities.items()},
            orders=self.orders,
            transfers=self.transfers,
            unmatched_before=self.unmatched_before,
        )
        found = snapshot.differences(snapshot.of_model(self.ledger), theirs)
        assert not found, found

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
        if "order" in row and row["order"] is not None:
            if not self.orders:
                return None
            row["order"] %= len(self.orders)
        if "transfer" in row and row["transfer"] is not None:
            if not self.transfers:
                return None
            row["transfer"] %= len(self.transfers)
        if "who" in row:
            row["who"] = self._who(row)
        getattr(self, f"_finish_{function}", lambda _: None)(row)
        before.append(row)
        return row

    @staticmethod
    def _change(row: Row) -> None:
        for name in ("amount", "quantity", "notional", "price"):
            if row.get(name) is not None:
                row[name] += 1
                return
        if "note" in row:
            row["note"] = "another note"

    def _who(self, row: Row) -> Who:
        account = row.get("account")
        if row.get("order") is not None:
            account = self.ledger.orders[row["order"]].account
        owner = draws.OWNERS[account or 0]
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

    def _finish_place_order(self, row: Row) -> None:
        kind, row["quantity"], row["notional"], row["limit_price"] = row.pop("size")
        row["order_type"] = "limit" if kind == "all" else kind
        row["stop_price"] = None
        row["client_order_id"] = row["key"]
        if row.pop("same_client_order_id") and self.ledger.orders:
            row["client_order_id"] = self.ledger.orders[-1].client_order_id
        if kind == "all":
            row["side"] = "sell"
            known = row["account"] is not None and row["security"] is not None
            free = self.ledger.available(row["account"], row["security"]) if known else Decimal(0)
            row["quantity"] = max(free, Decimal(1))
        if row["security"] == "CCC" and row["quantity"] is not None:
            row["quantity"] = max(row["quantity"].to_integral_value(), Decimal(1))

    def _finish_execution(self, row: Row) -> None:
        part, minutes = row.pop("part"), row.pop("earlier")
        row["at"] = minutes and self.ledger.clock.time - timedelta(minutes=minutes)
        if row["order"] is None:
            return
        room = self.ledger.orders[row["order"]].size.room(Fraction(row["price"]))
        whole = Decimal(int(room * 10**9)).scaleb(-9)
        if whole > 0 and part in ("whole", "part"):
            row["quantity"] = whole if part == "whole" else min(row["quantity"], whole)

    def _finish_deposit_received(self, row: Row) -> None:
        days = row.pop("settle_in")
        row["settle_on"] = days and self.ledger.clock.session + timedelta(days=days)

    def _for_database(self, function: str, row: Row) -> Row:
        """The row with the database's ids and the arrays' names."""
        common = {**w.COMMON, "key": row["key"]}
        if "who" in row:
            common["identity"] = self._identity(row["who"])
        match function:
            case "deposit_received":
                values = {n: row[n] for n in ("amount", "settle_on")}
                account = self._account(row["account"])
                return w.deposit(account, bank_reference=row["key"], **values)
            case "execution":
                return w.execution(
                    self._order(row["order"]), row["quantity"], row["price"],
                    venue_execution_id=row["key"], effective_at=row["at"],
                )  # fmt: skip
            case "cancel_order":
                return {**common, "order_id": self._order(row["order"])}
            case "request_withdrawal":
                return {
                    **common,
                    "account_id": self._account(row["account"]),
                    "amount": row["amount"],
                    "payment_method_id": None,
                }
            case "place_order":
                same = ("client_order_id", "side", "order_type", "time_in_force", "quantity",
                        "notional", "limit_price", "stop_price")  # fmt: skip
                security = row["security"]
                return {
                    **common, "account_id": self._account(row["account"]),
                    "security_id": self.securities[security] if security else UUID(int=1),
                    **{name: row[name] for name in same},
                }  # fmt: skip
        if function in BANK_FACTS:
            number = row["transfer"]
            subject = UUID(int=1) if number is None else self.transfers[number]
        else:
            subject = self._order(row["order"])
        note = row["note"]
        if note and function == "withdrawal_settled":
            note = f"{note} {row['key']}"  # a bank's reference is its own
        return w.fact(function, subject, note, key=row["key"])

    def _account(self, number: int | None) -> UUID:
        return UUID(int=1) if number is None else self.accounts[number]

    def _order(self, number: int | None) -> UUID:
        return UUID(int=1) if number is None else self.orders[number]

    def _identity(self, who: Who) -> str:
        user = self.users[who.user].user_id
        account = None if who.account is None else self.accounts[who.account]
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


def _ten_o_clock(day: date) -> datetime:
    return OPEN + (day - MONDAY)
