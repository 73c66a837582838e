"""A small market on a real database: people, accounts, securities, a clock, and calls."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from financebuy.database.commands import ROLES, Verdict, parameters
from financebuy.database.identity import Identity, Signer
from financebuy.sql import load, names, text
from tests.support.databases import Database

Connection = psycopg.Connection[DictRow]
Row = dict[str, Any]

MONDAY = date(2012, 6, 4)
OPEN = datetime(2012, 6, 4, 14, tzinfo=UTC)
"""Ten in the morning in New York, in the first session of a world."""
VENUE, BANK = "paper", "sandbox"
COMMON = {"request_id": "a-request", "origin": "test"}


def sessions(first: date, count: int) -> list[date]:
    """The next trading days: weekdays, which is all that these tests need."""
    days = (first + timedelta(days=n) for n in range(count * 2 + 4))
    return [day for day in days if day.isoweekday() < 6][:count]


@dataclass(frozen=True, slots=True)
class User:
    user_id: UUID
    token: str


def call(connection: Connection, function: str, rows: Sequence[Row]) -> list[Verdict]:
    """Submit `rows` as one batch."""
    found = connection.execute(
        getattr(load("commands"), function), columns(function, rows) | {"skip_locked": False}
    ).fetchall()
    assert [row.pop("ordinal") for row in found] == list(range(1, len(rows) + 1))
    return [Verdict(**row) for row in found]


def columns(function: str, rows: Sequence[Row]) -> dict[str, list[Any]]:
    """One array a parameter."""
    return {
        # Facts of a bank's own have no identity beside them.
        name: [_value(row.get(name) if name == "identity" else row[name]) for row in rows]
        for name in parameters(function)
    }


def _value(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict) else value


class World:
    """Everything a test needs to say what happens, and to ask what became of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.signer = Signer(1, database.identity_key)
        self.broker = self.token(uuid4(), "broker")
        self._stack = ExitStack()
        self._connections: dict[str, Connection] = {}

    def __enter__(self) -> Self:
        self.admin = self.connect(self.database.admin_url)
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def connect(self, url: str) -> Connection:
        """A new autocommit connection, closed with the world."""
        return self._stack.enter_context(
            psycopg.connect(url, autocommit=True, row_factory=dict_row, prepare_threshold=3)
        )

    def as_role(self, role: str) -> Connection:
        """The world's connection as `role`."""
        if role not in self._connections:
            self._connections[role] = self.connect(self.database.url(role))
        return self._connections[role]

    # ------------------------------------------------------------------ asking

    def call(self, function: str, rows: Sequence[Row]) -> list[Verdict]:
        """Submit a batch as the role whose function it is."""
        return call(self.as_role(ROLES[function]), function, rows)

    def do(self, function: str, row: Row) -> Verdict:
        """Submit a batch of one."""
        return self.call(function, [row])[0]

    def accepted(self, function: str, row: Row) -> UUID:
        """Submit a batch of one, which must be accepted; returns the command's id."""
        verdict = self.do(function, row)
        assert (verdict.outcome, verdict.command_id is None) == ("accepted", False), verdict
        assert verdict.command_id
        return verdict.command_id

    def rows(self, query: str, *values: object) -> list[Row]:
        """What the superuser sees."""
        return self.admin.execute(query.encode(), values or None).fetchall()

    def value(self, query: str, *values: object) -> Any:
        """The first column of the only row."""
        (row,) = self.rows(query, *values)
        return next(iter(row.values()))

    def job(self, query: str, *values: object) -> Any:
        """The value that one of the worker's functions returns."""
        row = self.as_role("fb_worker").execute(query.encode(), values).fetchone()
        assert row
        return next(iter(row.values()))

    def apply(self, action: Row, limit: int = 100) -> UUID:
        """Announce an action and apply it as far as it can be applied now."""
        action_id = self.accepted("corporate_action", action)
        self.apply_more(action_id, limit)
        return action_id

    def apply_more(self, action_id: UUID, limit: int = 100) -> int:
        """Apply what is due of an announced action; returns how many accounts that was."""
        total = 0
        while done := self.job("select fb.apply_corporate_action(%s, %s)", action_id, limit):
            total += done
        return total

    def check_books(self) -> dict[str, list[Row]]:
        """The rows of each check that found something, on one snapshot, as the auditor."""
        auditor = self.as_role("auditor")
        with auditor.transaction():
            auditor.execute("set transaction isolation level repeatable read")
            found = {
                name: auditor.execute(text(f"checks/{name}").encode()).fetchall()
                for name in names("checks")
            }
        return {name: rows for name, rows in found.items() if rows}

    @contextmanager
    def real_money(self, wait: str = "24 hours", staff: str = "read") -> Iterator[None]:
        """For as long as the block lasts it is no paper platform."""
        paper = {
            "paper": "true", "withdrawal_wait": "0 hours", "staff_for_customers": "any",
            "deposit_approval_from": "never",
        }  # fmt: skip
        live = {
            "paper": "false", "withdrawal_wait": wait, "staff_for_customers": staff,
            "deposit_approval_from": "10000",
        }  # fmt: skip
        set_to = "update platform_settings set value = %s where name = %s"
        try:
            for name, value in live.items():
                self.admin.execute(set_to, (value, name))
            yield
        finally:
            for name, value in paper.items():
                self.admin.execute(set_to, (value, name))

    # ------------------------------------------------------------------ people

    def token(self, user_id: UUID, *scopes: str, account: UUID | None = None) -> str:
        """A signed identity, good for an hour."""
        identity = Identity(user_id, "TESTKEY", scopes, account)
        return self.signer.sign(identity, timedelta(hours=1))

    def expired(self, user_id: UUID, *scopes: str) -> str:
        """A signed identity whose time is over."""
        identity = Identity(user_id, scopes=scopes or ("trade",))
        return self.signer.sign(identity, timedelta(seconds=-1))

    def user(self, kyc: str = "approved") -> User:
        user_id = uuid4()
        self.accepted("create_user", new_user(self.broker, user_id))
        self.set_kyc(user_id, kyc)
        return User(user_id, self.token(user_id, "read", "trade", "funding"))

    def staff(self, role: str = "operate", user_id: UUID | None = None) -> User:
        """An operator with a role."""
        user_id = user_id or uuid4()
        self.accepted("create_user", new_user(self.broker, user_id, kind="operator"))
        # The server's own hand: an administrator makes no second one alone.
        admin = {"identity": self.token(UUID(int=0), "admin"), **COMMON}
        (done,) = (
            self.as_role("fb_broker")
            .execute(load("people").set_staff_role, admin | {"user_id": user_id, "role": role})
            .fetchall()
        )
        assert done == {"problem": None}
        return User(user_id, self.token(user_id, "read", "inspect", "broker", "operations"))

    def set_kyc(self, user_id: UUID, status: str) -> None:
        row = {**COMMON, "identity": self.broker, "key": str(uuid4()), "user_id": user_id}
        self.accepted("set_kyc_status", row | {"status": status})

    def account(
        self, user: User, cash: Decimal | str | int = 0, currency: str = "USD",
        account_type: str = "individual",
    ) -> UUID:  # fmt: skip
        row = {**COMMON, "identity": self.broker, "key": str(uuid4()), "user_id": user.user_id}
        account = self.accepted(
            "open_account", row | {"account_type": account_type, "currency": currency}
        )
        if Decimal(cash):
            self.accepted("deposit_received", deposit(account, cash, currency=currency))
        return account

    def share(self, account: UUID, user: User, role: str) -> None:
        """Let another user into an account."""
        row = {**COMMON, "identity": self.broker, "key": str(uuid4()), "account_id": account}
        self.accepted("add_owner", row | {"user_id": user.user_id, "role": role})

    def rate(self, base: str, quote: str, rate: Decimal | str, **changes: object) -> UUID:
        """A rate between two currencies, as of the market's time; returns its id."""
        return self.accepted("exchange_rate", exchange_rate(base, quote, rate, **changes))

    def set_status(self, account: UUID, status: str) -> None:
        row = {**COMMON, "identity": self.broker, "key": str(uuid4()), "account_id": account}
        self.accepted("set_account_status", row | {"status": status})

    # ------------------------------------------------------------------ the market

    def open_market(self, days: int = 40) -> None:
        """A calendar from `MONDAY` on and a clock in its first session."""
        worker = self.as_role("fb_worker")
        for day, following in zip(
            sessions(MONDAY, days), sessions(MONDAY, days + 1)[1:], strict=True
        ):
            opens = datetime(day.year, day.month, day.day, 13, 30, tzinfo=UTC)
            worker.execute(
                "insert into market_sessions values ('XNYS', %s, %s, %s, false, %s)",
                (day, opens, opens + timedelta(hours=6, minutes=30), following),
            )
        self.clock(OPEN, "open", MONDAY, sessions(MONDAY, 2)[1])

    def clock(self, time: datetime, phase: str, session: date, upcoming: date | None) -> None:
        self.as_role("fb_venue").execute(
            "insert into market_clock values (true, 'replay', %s, %s, %s, %s, 1, now())"
            " on conflict (only_row) do update set market_time = excluded.market_time,"
            " phase = excluded.phase, session_date = excluded.session_date,"
            " next_session_date = excluded.next_session_date",
            (time, phase, session, upcoming),
        )

    def security(self, symbol: str, price: Decimal | str | int = 100, **changes: object) -> UUID:
        """A listed stock, quoted at `price` ± 0.01."""
        security_id = uuid4()
        worker = self.as_role("fb_worker")
        worker.execute("insert into assets values (%s, 'security', %s, 9)", (security_id, symbol))
        values: dict[str, object] = {
            "security_id": security_id, "exchange": "XNAS", "symbol": symbol, "name": symbol,
            "security_type": "stock", "currency": "USD", "tradable": True,
            "created_at": datetime.now(UTC), "updated_at": datetime.now(UTC), **changes,
        }  # fmt: skip
        fields, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        worker.execute(
            f"insert into securities ({fields}) values ({marks})".encode(), list(values.values())
        )
        middle = Decimal(price)
        self.quote(security_id, middle - Decimal("0.01"), middle + Decimal("0.01"), middle)
        return security_id

    def quote(
        self,
        security: UUID,
        bid: Decimal | None,
        ask: Decimal | None,
        last: Decimal,
        session: date = MONDAY,
    ) -> None:
        self.as_role("fb_venue").execute(
            "insert into security_prices (security_id, session_date, bid, ask, last, quote_seq,"
            " quoted_at, simulated, recorded_at) values (%s, %s, %s, %s, %s, 1, now(), true, now())"
            " on conflict (security_id) do update set session_date = excluded.session_date,"
            " bid = excluded.bid, ask = excluded.ask, last = excluded.last",
            (security, session, bid, ask, last),
        )

    def fees(self, side: str, since: datetime, **terms: Decimal | None) -> None:
        """Begin a schedule of fees."""
        values: dict[str, object] = {"side": side, "effective_from": since, **terms}
        fields, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        self.as_role("fb_worker").execute(
            f"insert into fee_schedules ({fields}) values ({marks})".encode(), list(values.values())
        )


# ---------------------------------------------------------------------- rows of a batch


def new_user(identity: str, user_id: UUID, email: bytes | None = None, **changes: object) -> Row:
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "user_id": user_id,
        "email_index": email or uuid4().bytes, "ciphertext": {"email": "YWJj"},
        "wrapped_key": b"wrapped", "key_epoch": 1, "kind": "customer", **changes,
    }  # fmt: skip


def payment_method(user: User, **changes: object) -> Row:
    """A bank account of the user's; the database opens no ciphertext, so any bytes do."""
    return {
        **COMMON, "identity": user.token, "key": str(uuid4()), "payment_method_id": uuid4(),
        "user_id": user.user_id, "kind": "iban", "last_four": "5432", "country": "GB",
        "routing_number": None, "number_ciphertext": b"ciphertext",
        "number_index": uuid4().bytes * 2, "generation": 1, **changes,
    }  # fmt: skip


def deposit(account: UUID, amount: Decimal | str | int, **changes: object) -> Row:
    return {
        **COMMON, "bank": BANK, "bank_reference": str(uuid4()), "account_id": account,
        "amount": Decimal(amount), "currency": "USD", "effective_at": None, "settle_on": None,
        "identity": None, **changes,
    }  # fmt: skip


def withdrawal(identity: str, account: UUID, amount: Decimal | str | int, **changes: object) -> Row:
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "account_id": account,
        "amount": Decimal(amount), "payment_method_id": None, **changes,
    }  # fmt: skip


def order(identity: str, account: UUID, security: UUID, **changes: object) -> Row:
    """A day order to buy one share for at most 100."""
    key = str(uuid4())
    return {
        **COMMON, "identity": identity, "key": key, "account_id": account,
        "security_id": security, "client_order_id": key, "side": "buy", "order_type": "limit",
        "time_in_force": "day", "quantity": Decimal(1), "notional": None,
        "limit_price": Decimal(100), "stop_price": None, "lot_method": None, "lots": None,
        **changes,
    }  # fmt: skip


def replacement(identity: str, order_id: UUID, **changes: object) -> Row:
    """Another order in the place of one; what is not given stays as it is."""
    key = str(uuid4())
    return {
        **COMMON, "identity": identity, "key": key, "order_id": order_id, "client_order_id": key,
        "quantity": None, "time_in_force": None, "limit_price": None, "stop_price": None, **changes,
    }  # fmt: skip


def cancel(identity: str, order_id: UUID, **changes: object) -> Row:
    return {**COMMON, "identity": identity, "key": str(uuid4()), "order_id": order_id, **changes}


def transfer(
    identity: str, account: UUID, target: UUID | str, amount: Decimal | str | int, **changes: object
) -> Row:
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "account_id": account,
        "target": str(target), "amount": Decimal(amount), **changes,
    }  # fmt: skip


def conversion(
    identity: str, account: UUID, target: UUID | str, amount: Decimal | str | int, rate_id: UUID,
    **changes: object,
) -> Row:  # fmt: skip
    return transfer(identity, account, target, amount, rate_id=rate_id, **changes)


def exchange_rate(base: str, quote: str, rate: Decimal | str, **changes: object) -> Row:
    return {
        **COMMON, "provider": "test rates", "provider_rate_id": str(uuid4()), "base": base,
        "quote": quote, "rate": Decimal(rate), "effective_at": None, "identity": None, **changes,
    }  # fmt: skip


def fact(function: str, subject: UUID, note: str | None = None, **changes: object) -> Row:
    """What the venue says of an order, or the bank of a withdrawal."""
    row: Row = {**COMMON, "key": str(uuid4()), "effective_at": None}
    if function.startswith("withdrawal"):
        field = "bank_reference" if function == "withdrawal_settled" else "reason"
        return {**row, "transfer_id": subject, field: note, "identity": None, **changes}
    named = ("order_acknowledged", "order_replaced")
    field = "venue_order_id" if function in named else "reason"
    return {**row, "venue": VENUE, "order_id": subject, field: note, **changes}


def execution(
    order_id: UUID, quantity: Decimal | str | int, price: Decimal | str | int, **changes: object
) -> Row:
    return {
        **COMMON, "venue": VENUE, "venue_execution_id": str(uuid4()), "order_id": order_id,
        "quantity": Decimal(quantity), "price": Decimal(price), "effective_at": None, **changes,
    }  # fmt: skip


def shares(account: UUID, security: UUID, quantity: Decimal | str | int, **changes: object) -> Row:
    """Shares that arrive in kind; they cost ten a share unless `cost` says otherwise."""
    return {
        **COMMON, "custodian": "custodian", "custodian_reference": str(uuid4()),
        "account_id": account, "security_id": security, "quantity": Decimal(quantity),
        "cost": Decimal(quantity) * 10, "acquired_at": OPEN - timedelta(days=400),
        "effective_at": None, "identity": None, **changes,
    }  # fmt: skip


def preferences(
    identity: str, account: UUID, method: str | None = None, *, reinvest: bool | None = None
) -> Row:
    """How an owner wants lots to be closed, and what becomes of dividends; None: as it is."""
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "account_id": account,
        "lot_method": method, "reinvest_dividends": reinvest,
    }  # fmt: skip


def choice(
    identity: str,
    order_id: UUID,
    method: str | None = None,
    lots: Sequence[tuple[UUID, Decimal | int]] | None = None,
    **changes: object,
) -> Row:
    """Which lots a sell closes: a method, and chosen lots as (id, quantity) before it."""
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "order_id": order_id,
        "lot_method": method, "lots": None if lots is None else chosen(lots), **changes,
    }  # fmt: skip


def chosen(lots: Sequence[tuple[UUID, Decimal | int | None]]) -> Jsonb:
    """Lots by id and quantity, as a choice names them."""
    return Jsonb(
        [
            {"lot_id": str(lot), "quantity": f"{n:f}" if isinstance(n, Decimal) else str(n)}
            for lot, n in lots
        ]
    )


def action(kind: str, security: UUID, ex_date: date, **terms: object) -> Row:
    """What a provider announces of a security."""
    return {
        **COMMON, "provider": "test", "provider_action_id": str(uuid4()), "kind": kind,
        "security_id": security, "ex_date": ex_date, "record_date": None, "pay_date": None,
        "new_shares": None, "old_shares": None, "cash_per_share": None, "withholding_rate": None,
        "reinvest_price": None, "new_symbol": None, "effective_at": None, "identity": None,
        **terms,
    }  # fmt: skip


def split(security: UUID, ex_date: date, new: int, old: int, **terms: object) -> Row:
    """A split, or a reverse split, by its ratio."""
    kind = "split" if new > old else "reverse_split"
    return action(kind, security, ex_date, new_shares=new, old_shares=old, **terms)


def bust(name: str, **changes: object) -> Row:
    """The venue takes the execution back that it called `name`."""
    return {
        **COMMON, "venue": VENUE, "venue_execution_id": str(uuid4()),
        "ref_venue_execution_id": name, "effective_at": None, **changes,
    }  # fmt: skip


def correction(
    name: str, quantity: Decimal | str | int, price: Decimal | str | int, **changes: object
) -> Row:
    """What the execution that the venue called `name` should have been."""
    row = bust(name) | {"quantity": Decimal(quantity), "price": Decimal(price)}
    return row | changes


def deposit_return(reference: str, **changes: object) -> Row:
    """The bank takes the payment back that came with this reference."""
    return {
        **COMMON, "key": str(uuid4()), "bank": BANK, "bank_reference": reference,
        "reason": "returned", "effective_at": None, **changes,
    }  # fmt: skip


def request(identity: str, action: str, payload: Row, **changes: object) -> Row:
    """An operator asks for what another one is to confirm."""
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "action": action, "payload": payload,
        "reason": "a telephone call", **changes,
    }  # fmt: skip


def decision(identity: str, approval: UUID, **changes: object) -> Row:
    """An operator confirms what another one asked for."""
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "approval_id": approval,
        "decision": "confirmed", "note": None, **changes,
    }  # fmt: skip


def changed(row: Row, changes: Mapping[str, object]) -> Row:
    """A row with some values changed."""
    return {**row, **changes}
