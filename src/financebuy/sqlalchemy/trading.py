"""Orders and their executions."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column, relationship

from financebuy.sqlalchemy.market import Security
from financebuy.sqlalchemy.models import ReadModel


class Order(ReadModel):
    """A wish to buy or sell, by `quantity` or by `notional`."""

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
    expires_on: Mapped[date | None]
    effective_at: Mapped[datetime]
    placed_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    terminal_at: Mapped[datetime | None]

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
    """A trade that the venue reported for an order."""

    __tablename__ = "executions"

    execution_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    account_id: Mapped[UUID]
    security_id: Mapped[UUID]
    venue: Mapped[str]
    venue_execution_id: Mapped[str]
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
