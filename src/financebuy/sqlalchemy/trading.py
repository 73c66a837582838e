"""Orders and their executions."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column, relationship

from financebuy.sqlalchemy.market import Security
from financebuy.sqlalchemy.models import ReadModel


class Order(ReadModel):
    """A wish to buy or sell, by `quantity` or by `notional`.

    What it filled is its own; `carried_…` was filled by the orders that it replaced.
    """

    __tablename__ = "orders"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    security_id: Mapped[UUID]
    client_order_id: Mapped[str]
    side: Mapped[str]
    order_type: Mapped[str]
    time_in_force: Mapped[str]
    quantity: Mapped[Decimal | None]
    notional: Mapped[Decimal | None]
    limit_price: Mapped[Decimal | None]
    stop_price: Mapped[Decimal | None]
    extended_hours: Mapped[bool]
    lot_method: Mapped[str | None]
    hold_price: Mapped[Decimal]
    hold_fee: Mapped[Decimal]
    held: Mapped[Decimal]
    status: Mapped[str]
    filled_quantity: Mapped[Decimal]
    filled_gross: Mapped[Decimal]
    filled_amount: Mapped[Decimal]
    fees: Mapped[Decimal]
    reject_reason: Mapped[str | None]
    venue: Mapped[str | None]
    venue_order_id: Mapped[str | None]
    replaces: Mapped[UUID | None]
    replaced_by: Mapped[UUID | None]
    carried_quantity: Mapped[Decimal]
    carried_gross: Mapped[Decimal]
    carried_fees: Mapped[Decimal]
    triggered_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]
    effective_at: Mapped[datetime]
    placed_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    terminal_at: Mapped[datetime | None]
    event_seq: Mapped[int]
    command_id: Mapped[UUID]
    actor: Mapped[str]

    security: Mapped[Security] = relationship(
        primaryjoin=lambda: Order.security_id == Security.security_id,
        foreign_keys=lambda: Order.security_id,
        viewonly=True,
    )
    executions: Mapped[list["Execution"]] = relationship(
        primaryjoin="Order.order_id == foreign(Execution.order_id)",
        order_by="Execution.recorded_at",
        viewonly=True,
    )


class Execution(ReadModel):
    """A trade that the venue reported for an order.

    `kind` is fill, correction (a fill in the place of another) or bust (which takes one back and
    counts nothing itself); the other one is `ref_execution_id`.
    """

    __tablename__ = "executions"

    execution_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    account_id: Mapped[UUID]
    security_id: Mapped[UUID]
    venue: Mapped[str]
    venue_execution_id: Mapped[str]
    kind: Mapped[str]
    ref_execution_id: Mapped[UUID | None]
    side: Mapped[str]
    quantity: Mapped[Decimal]
    reported_quantity: Mapped[Decimal]
    price: Mapped[Decimal]
    amount: Mapped[Decimal]
    fee: Mapped[Decimal]
    late: Mapped[bool]
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    command_id: Mapped[UUID]
