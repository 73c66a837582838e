"""What is compared of orders: the orders, their steps, the executions."""

from tests.model.ledger_model import Ledger
from tests.model.snapshot_base import Rows, Table


def _orders(ledger: Ledger) -> Rows:
    for n, o in enumerate(ledger.orders):
        yield (
            n, o.status, o.quantity, o.notional, o.hold_price, o.held, o.expires_on,
            o.venue_order_id, o.filled, o.gross, o.amount, o.fees,
        )  # fmt: skip


def _steps(ledger: Ledger) -> Rows:
    for n, o in enumerate(ledger.orders):
        for event, before, after in o.steps:
            yield n, event, before, after


def _executions(ledger: Ledger) -> Rows:
    for e in ledger.executions:
        yield e.name, e.order, e.quantity, e.reported, e.price, e.amount, e.fee, e.late


TABLES = {
    "orders": Table(
        """
        select o.order_id, o.status, o.quantity, o.notional, o.hold_price, o.held,
            o.expires_on, o.venue_order_id, o.filled_quantity, o.filled_gross, o.filled_amount,
            o.fees
        from orders as o where o.account_id = any (%(accounts)s)""",
        _orders,
    ),
    "steps": Table(
        """
        select v.order_id, v.event, v.from_status, v.to_status
        from order_events as v where v.account_id = any (%(accounts)s)
        order by v.event_seq""",
        _steps,
        ordered=True,
    ),
    "executions": Table(
        """
        select e.venue_execution_id, e.order_id, e.quantity, e.reported_quantity, e.price, e.amount,
            e.fee, e.late
        from executions as e where e.account_id = any (%(accounts)s)""",
        _executions,
    ),
}
