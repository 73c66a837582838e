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
class NaiveLedger:
    """Deposits by objects."""

    models: Models

    def deposit(self, session: Session, account_id: UUID, amount: Decimal, reference: str) -> None:
        """Add the rows of a deposit; the caller commits."""
        m, currency = self.models, "USD"
        account = session.get_one(m.accounts, account_id, with_for_update={"key_share": True})
        asset = session.scalars(
            select(m.assets).where(m.assets.kind == "currency", m.assets.code == currency)
        ).one()
        bank = session.scalars(
            select(m.accounts).where(
                m.accounts.house_code == "bank", m.accounts.currency == currency
            )
        ).one()
        effective_at = session.scalars(select(m.market_clock.market_time)).one_or_none()
        now = max(self._now(session), account.last_recorded_at)
        effective_at = effective_at or now
        command_id, transaction_id = uuid7(), uuid7()
        same = {"command_id": command_id, "effective_at": effective_at}
        body = f"({account_id},{amount.normalize():f},{currency},)"
        session.add(
            m.idempotency_keys(
                actor="bank:bench", key=reference, command="deposit_received",
                request_hash=sha256(body.encode()).digest(), command_id=command_id, created_at=now,
            )
        )  # fmt: skip
        session.add(
            m.transfers(
                **same, transfer_id=command_id, account_id=account_id, direction="incoming",
                amount=amount, currency=currency, state="settled", bank="bench",
                bank_reference=reference, requested_at=now, updated_at=now,
            )
        )  # fmt: skip
        session.add(
            m.transactions(
                **same, transaction_id=transaction_id, recorded_at=now, account_id=account_id,
                transaction_type="deposit", amount=amount, currency=currency,
                reference_number=reference, event_id=command_id, transfer_id=command_id,
                actor="bank:bench", origin="bench",
            )
        )  # fmt: skip
        # Nothing tells SQLAlchemy that entries come after their transaction.
        session.flush()
        legs: Sequence[tuple[Any, ...]] = (
            (1, account_id, amount, account.version + 1),
            (2, bank.account_id, -amount, None),
        )
        session.add_all(
            m.entries(
                transaction_id=transaction_id, leg=leg, account_id=whose, asset_id=asset.asset_id,
                amount=signed, version=version, recorded_at=now, effective_at=effective_at,
            )
            for leg, whose, signed, version in legs
        )  # fmt: skip
        payload = {"transfer_id": str(command_id), "amount": f"{amount:f}", "currency": currency}
        session.add(
            m.outbox(
                **same, account_id=account_id, event_seq=account.event_seq + 1,
                kind="deposit.received", payload=payload, recorded_at=now,
            )
        )  # fmt: skip
        account.balance += amount
        account.version += 1
        account.event_seq += 1
        account.last_recorded_at = account.updated_at = now

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
