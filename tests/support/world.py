"""A small market on a real database: people, accounts, securities, a clock, and calls."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
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
    return {name: [_value(row[name]) for row in rows] for name in parameters(function)}


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

    # ------------------------------------------------------------------ people

    def token(self, user_id: UUID, *scopes: str, account: UUID | None = None) -> str:
        """A signed identity, good for an hour."""
        identity = Identity(user_id, "TESTKEY", scopes, account)
        return self.signer.sign(identity, timedelta(hours=1))

    def expired(self, user_id: UUID) -> str:
        """A signed identity whose time is over."""
        return self.signer.sign(Identity(user_id, scopes=("trade",)), timedelta(seconds=-1))

    def user(self, kyc: str = "approved") -> User:
        user_id = uuid4()
        self.accepted("create_user", new_user(self.broker, user_id))
        self.set_kyc(user_id, kyc)
        return User(user_id, self.token(user_id, "read", "trade", "funding"))

    def set_kyc(self, user_id: UUID, status: str) -> None:
        row = {**COMMON, "identity": self.broker, "key": str(uuid4()), "user_id": user_id}
        self.accepted("set_kyc_status", row | {"status": status})

    def account(self, user: User, cash: Decimal | str | int = 0) -> UUID:
        row = {**COMMON, "identity": self.broker, "key": str(uuid4()), "user_id": user.user_id}
        account = self.accepted(
            "open_account", row | {"account_type": "individual", "currency": "USD"}
        )
        if Decimal(cash):
            self.accepted("deposit_received", deposit(account, cash))
        return account

    def share(self, account: UUID, user: User, role: str) -> None:
        """Let another user into an account: no function does that yet."""
        self.admin.execute(
            "insert into account_owners values (%s, %s, %s, now())", (account, user.user_id, role)
        )

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


def deposit(account: UUID, amount: Decimal | str | int, **changes: object) -> Row:
    return {
        **COMMON, "bank": BANK, "bank_reference": str(uuid4()), "account_id": account,
        "amount": Decimal(amount), "currency": "USD", "effective_at": None, "settle_on": None,
        **changes,
    }  # fmt: skip


def withdrawal(identity: str, account: UUID, amount: Decimal | str | int, **changes: object) -> Row:
    return {
        **COMMON, "identity": identity, "key": str(uuid4()), "account_id": account,
        "amount": Decimal(amount), **changes,
    }  # fmt: skip


def order(identity: str, account: UUID, security: UUID, **changes: object) -> Row:
    """A day order to buy one share for at most 100."""
    key = str(uuid4())
    return {
        **COMMON, "identity": identity, "key": key, "account_id": account,
        "security_id": security, "client_order_id": key, "side": "buy", "order_type": "limit",
        "time_in_force": "day", "quantity": Decimal(1), "notional": None,
        "limit_price": Decimal(100), **changes,
    }  # fmt: skip


def cancel(identity: str, order_id: UUID, **changes: object) -> Row:
    return {**COMMON, "identity": identity, "key": str(uuid4()), "order_id": order_id, **changes}


def fact(function: str, subject: UUID, note: str | None = None, **changes: object) -> Row:
    """What the venue says of an order, or the bank of a withdrawal."""
    row: Row = {**COMMON, "key": str(uuid4()), "effective_at": None}
    if function.startswith("withdrawal"):
        field = "bank_reference" if function == "withdrawal_settled" else "reason"
        return {**row, "transfer_id": subject, field: note, **changes}
    field = "venue_order_id" if function == "order_acknowledged" else "reason"
    return {**row, "venue": VENUE, "order_id": subject, field: note, **changes}


def execution(
    order_id: UUID, quantity: Decimal | str | int, price: Decimal | str | int, **changes: object
) -> Row:
    return {
        **COMMON, "venue": VENUE, "venue_execution_id": str(uuid4()), "order_id": order_id,
        "quantity": Decimal(quantity), "price": Decimal(price), "effective_at": None, **changes,
    }  # fmt: skip


def changed(row: Row, changes: Mapping[str, object]) -> Row:
    """A row with some values changed."""
    return {**row, **changes}
