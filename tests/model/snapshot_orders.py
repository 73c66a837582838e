"""What is compared of orders: the orders, their links, steps and chosen lots, the executions."""

from tests.model.ledger_model import Ledger
from tests.model.snapshot_base import Rows, Table


def _orders(ledger: Ledger) -> Rows:
    for n, o in enumerate(ledger.orders):
        yield (
            n, o.status, o.order_type, o.time_in_force, o.quantity, o.notional, o.limit_price,
            o.stop_price, o.hold_price, o.held, o.expires_on, o.lot_method, o.venue_order_id,
            o.triggered, o.replaces, o.replaced_by, o.filled, o.gross, o.amount, o.fees, o.carried,
            o.carried_gross, o.carried_fees, not o.is_live,
        )  # fmt: skip


def _steps(ledger: Ledger) -> Rows:
    for n, o in enumerate(ledger.orders):
        for event, before, after in o.steps:
            yield n, event, before, after


def _choices(ledger: Ledger) -> Rows:
    for n, o in enumerate(ledger.orders):
        for choice in o.chosen:
            yield n, choice.lot.acquired_at, choice.quantity, choice.used


def _executions(ledger: Ledger) -> Rows:
    for e in ledger.executions:
        yield (
            e.name, e.order, e.kind, e.ref, e.quantity, e.reported, e.price, e.amount, e.fee,
            e.late, e.at,
        )  # fmt: skip


def _error_account(ledger: Ledger) -> Rows:
    for (name, asset), amount in ledger.error.items():
        if amount:
            yield name, asset, amount


TABLES = {
    "orders": Table(
        """
        select o.order_id, o.status, o.order_type, o.time_in_force, o.quantity, o.notional,
            o.limit_price, o.stop_price, o.hold_price, o.held, o.expires_on, o.lot_method,
            o.venue_order_id, o.triggered_at is not null as triggered, o.replaces as replaces_id,
            o.replaced_by as replaced_by_id, o.filled_quantity, o.filled_gross, o.filled_amount,
            o.fees, o.carried_quantity, o.carried_gross, o.carried_fees,
            o.terminal_at is not null as ended
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
    "choices": Table(
        """
        select c.order_id, l.acquired_at, c.quantity, c.closed_quantity
        from order_lots as c join lots as l on l.lot_id = c.lot_id
        where c.account_id = any (%(accounts)s)
        order by c.position""",
        _choices,
        ordered=True,
    ),
    "executions": Table(
        """
        select e.venue_execution_id, e.order_id, e.kind, r.venue_execution_id as ref, e.quantity,
            e.reported_quantity, e.price, e.amount, e.fee, e.late, e.effective_at
        from executions as e
        left join executions as r on r.execution_id = e.ref_execution_id
        where e.account_id = any (%(accounts)s)""",
        _executions,
    ),
    # What a venue filled beyond an order is the house's, until the venue takes it back.
    "error account": Table(
        """
        select x.venue_execution_id, e.asset_id, sum(e.amount) as amount
        from executions as x
        join transactions as t on t.execution_id = x.execution_id
        join accounts as a on a.account_id = t.account_id and a.house_code = 'error'
        join entries as e on e.transaction_id = t.transaction_id and e.account_id = a.account_id
        where x.account_id = any (%(accounts)s)
        group by x.venue_execution_id, e.asset_id
        having sum(e.amount) <> 0""",
        _error_account,
        keys=2,
    ),
}
