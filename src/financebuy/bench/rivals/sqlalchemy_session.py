"""A naive SQLAlchemy session, with the pool that many an example configures.

It reads and locks the account, adds an object a row, and commits: the same rows, one command a
transaction, several round trips each.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from hashlib import sha256
from secrets import token_bytes
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, create_engine, func, make_url, select
from sqlalchemy.orm import Session

from financebuy.bench.driving import drive_threads
from financebuy.bench.entrants import SQLALCHEMY, Entrant, Place
from financebuy.bench.rivals.sqlalchemy_models import Models
from financebuy.bench.world import World

CURRENCY = "USD"
IN_FLIGHT = (1, 16, 60)
"""At most what its pool gives: 20 connections and 40 more."""


def plan_engine(url: str) -> Engine:
    """An engine as examples have it; the server is reached by its socket, without TLS."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=20,
        max_overflow=40,
        pool_pre_ping=True,
        pool_recycle=3600,
    )


def uuid7() -> UUID:
    """A time-ordered id, as the product's rows have."""
    number = int(time.time() * 1_000) << 80 | int.from_bytes(token_bytes(10), "big")
    number = number & ~(0xF << 76) | 7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


@dataclass(frozen=True, slots=True)
class _Deposit:
    """One deposit's rows. `same` is what most of them repeat."""

    models: Models
    account: Any
    amount: Decimal
    reference: str
    now: datetime
    effective_at: datetime
    command_id: UUID
    transaction_id: UUID

    @property
    def same(self) -> dict[str, Any]:
        return {"command_id": self.command_id, "effective_at": self.effective_at}

    def key(self) -> object:
        account_id, amount = self.account.account_id, self.amount.normalize()
        return self.models.idempotency_keys(
            actor="bank:bench", key=self.reference, command="deposit_received",
            request_hash=sha256(f"({account_id},{amount:f},{CURRENCY},)".encode()).digest(),
            command_id=self.command_id, created_at=self.now,
        )  # fmt: skip

    def transfer(self) -> object:
        return self.models.transfers(
            **self.same, transfer_id=self.command_id, account_id=self.account.account_id,
            direction="incoming", amount=self.amount, currency=CURRENCY, state="settled",
            bank="bench", bank_reference=self.reference, requested_at=self.now,
            updated_at=self.now,
        )  # fmt: skip

    def transaction(self) -> object:
        return self.models.transactions(
            **self.same, transaction_id=self.transaction_id, recorded_at=self.now,
            account_id=self.account.account_id, transaction_type="deposit", amount=self.amount,
            currency=CURRENCY, reference_number=self.reference, event_id=self.command_id,
            transfer_id=self.command_id, actor="bank:bench", origin="bench",
        )  # fmt: skip

    def entries(self, bank_id: UUID, asset_id: UUID) -> list[object]:
        legs: Sequence[tuple[Any, ...]] = (
            (1, self.account.account_id, self.amount, self.account.version + 1),
            (2, bank_id, -self.amount, None),
        )
        return [
            self.models.entries(
                transaction_id=self.transaction_id, leg=leg, account_id=whose, asset_id=asset_id,
                amount=signed, version=version, recorded_at=self.now,
                effective_at=self.effective_at,
            )
            for leg, whose, signed, version in legs
        ]  # fmt: skip

    def event(self) -> object:
        payload = {
            "transfer_id": str(self.command_id), "amount": f"{self.amount:f}",
            "currency": CURRENCY,
        }  # fmt: skip
        return self.models.outbox(
            **self.same, account_id=self.account.account_id, event_seq=self.account.event_seq + 1,
            kind="deposit.received", payload=payload, recorded_at=self.now,
        )  # fmt: skip

    def count(self) -> None:
        account = self.account
        account.balance += self.amount
        account.version += 1
        account.event_seq += 1
        account.last_recorded_at = account.updated_at = self.now


@dataclass(frozen=True, slots=True)
class NaiveLedger:
    """Deposits by objects."""

    models: Models

    def deposit(self, session: Session, account_id: UUID, amount: Decimal, reference: str) -> None:
        """Add the rows of a deposit; the caller commits."""
        m = self.models
        account = session.get_one(m.accounts, account_id, with_for_update={"key_share": True})
        asset = session.scalars(
            select(m.assets).where(m.assets.kind == "currency", m.assets.code == CURRENCY)
        ).one()
        bank = session.scalars(
            select(m.accounts).where(
                m.accounts.house_code == "bank", m.accounts.currency == CURRENCY
            )
        ).one()
        market_time = session.scalars(select(m.market_clock.market_time)).one_or_none()
        now = max(self._now(session), account.last_recorded_at)
        rows = _Deposit(m, account, amount, reference, now, market_time or now, uuid7(), uuid7())
        session.add(rows.key())
        session.add(rows.transfer())
        session.add(rows.transaction())
        # Nothing tells SQLAlchemy that entries come after their transaction.
        session.flush()
        session.add_all(rows.entries(bank.account_id, asset.asset_id))
        session.add(rows.event())
        rows.count()

    @staticmethod
    def _now(session: Session) -> datetime:
        now: datetime = session.scalars(select(func.clock_timestamp())).one()
        return now


def sqlalchemy_deposits(
    scenario: str, world: World, accounts: Sequence[UUID], in_flight: Sequence[int] = IN_FLIGHT
) -> list[Entrant]:
    """Deposits by threads that share the engine's pool."""
    engine = plan_engine(world.url)
    world.stack.callback(engine.dispose)
    ledger = NaiveLedger(Models.reflect(engine))
    command: Callable[[int], None] = partial(_deposit, engine, ledger, accounts)
    return [
        Entrant(Place(scenario, SQLALCHEMY, number), partial(drive_threads, command, number))
        for number in in_flight
    ]


def _deposit(engine: Engine, ledger: NaiveLedger, accounts: Sequence[UUID], turn: int) -> None:
    with Session(engine) as session, session.begin():
        ledger.deposit(session, accounts[turn % len(accounts)], Decimal("1.00"), str(uuid4()))
