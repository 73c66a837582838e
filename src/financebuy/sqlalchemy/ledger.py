"""Accounts and what they own: transactions, entries, holdings, lots."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column, relationship

from financebuy.sqlalchemy.market import Security
from financebuy.sqlalchemy.models import ReadModel


class Account(ReadModel):
    """A customer's cash account. Buying power is its balance without what is held."""

    __tablename__ = "accounts"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_number: Mapped[str]
    account_type: Mapped[str]
    currency: Mapped[str]
    balance: Mapped[Decimal | None]
    held: Mapped[Decimal]
    unsettled: Mapped[Decimal]
    status: Mapped[str]
    lot_method: Mapped[str]
    reinvest_dividends: Mapped[bool]
    version: Mapped[int]
    event_seq: Mapped[int]
    last_recorded_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    holdings: Mapped[list["Holding"]] = relationship(
        primaryjoin="Account.account_id == foreign(Holding.account_id)", viewonly=True
    )


class Transaction(ReadModel):
    """A business event on one account; its `entries` sum to zero per asset."""

    __tablename__ = "transactions"

    transaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    effective_at: Mapped[datetime]
    account_id: Mapped[UUID]
    transaction_type: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    description: Mapped[str | None]
    reference_number: Mapped[str | None]
    event_id: Mapped[UUID]
    order_id: Mapped[UUID | None]
    execution_id: Mapped[UUID | None]
    transfer_id: Mapped[UUID | None]
    action_id: Mapped[UUID | None]
    command_id: Mapped[UUID]
    actor: Mapped[str]
    key_id: Mapped[str | None]
    request_id: Mapped[str | None]
    origin: Mapped[str | None]

    # By the time too, so that one partition is read.
    entries: Mapped[list["Entry"]] = relationship(
        primaryjoin="and_(Transaction.transaction_id == foreign(Entry.transaction_id),"
        " Transaction.recorded_at == foreign(Entry.recorded_at))",
        order_by="Entry.leg",
        viewonly=True,
    )


class Entry(ReadModel):
    """One leg of a transaction: an amount of one asset on one account. Customers see their own."""

    __tablename__ = "entries"

    transaction_id: Mapped[UUID] = mapped_column(primary_key=True)
    leg: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    asset_id: Mapped[UUID]
    amount: Mapped[Decimal]
    version: Mapped[int | None]
    effective_at: Mapped[datetime]


class Holding(ReadModel):
    """The shares of one security on one account."""

    __tablename__ = "holdings"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    security_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[Decimal]
    held: Mapped[Decimal]
    total_cost: Mapped[Decimal]
    realized_gain: Mapped[Decimal]
    version: Mapped[int]
    updated_at: Mapped[datetime]

    security: Mapped[Security] = relationship(
        primaryjoin=lambda: Holding.security_id == Security.security_id,
        foreign_keys=lambda: Holding.security_id,
        viewonly=True,
    )


class Lot(ReadModel):
    """A buy and what of it was sold since; a negative lot is shares sold that were not there."""

    __tablename__ = "lots"

    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    security_id: Mapped[UUID]
    lot_seq: Mapped[int]
    execution_id: Mapped[UUID | None]
    quantity: Mapped[Decimal]
    cost: Mapped[Decimal]
    closed_quantity: Mapped[Decimal]
    closed_cost: Mapped[Decimal]
    acquired_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
