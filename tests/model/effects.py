"""What streams have brought about, counted from the model: without effects they prove little."""

from collections import Counter

from tests.model.ledger_model import Ledger
from tests.model.state import Order

TYPES = ("market", "limit", "stop", "stop_limit")
AT_ONCE = ("ioc", "fok", "opg", "cls")
METHODS = ("fifo", "lifo", "highest_cost")


def effects(ledger: Ledger) -> Counter[str]:
    """How often each kind of thing has happened in a world."""
    found: Counter[str] = Counter()
    for order in ledger.orders:
        found.update(_of_order(order))
        if order.replaces is not None and ledger.orders[order.replaces].replaces is not None:
            found["a chain of three"] += 1
    for execution in ledger.executions:
        found[f"execution: {execution.kind}"] += 1
        found["a late fill"] += execution.late
        found["a fee"] += execution.fee > 0
        found["a fill in part beyond the order"] += 0 < execution.quantity < execution.reported
    for account in ledger.accounts:
        for kind, _ in account.exceptions:
            found[f"exception: {kind}"] += 1
        for holding in account.holdings.values():
            found["a deficit"] += sum(lot.quantity < 0 for lot in holding.lots)
            found["a sale matched anew"] += sum(c.kind == "carried" for c in holding.closures)
        for settlement in account.settlements:
            found[f"settlement: {settlement.state}"] += 1
    for kind in ledger.unmatched:
        found[f"exception: {kind}"] += 1
    for transfer in ledger.transfers:
        found[f"transfer: {transfer.direction} {transfer.state}"] += 1
    found["something of the house's error account"] += sum(map(bool, ledger.error.values()))
    return found


def _of_order(order: Order) -> Counter[str]:
    found: Counter[str] = Counter()
    for event, before, after in order.steps:
        found[f"order: {after}"] += 1
        found[f"step: {event}"] += 1
        found[f"{event} of a {before} order"] += 1
    if order.filled:
        found[f"filled: {order.order_type}"] += 1
        found[f"filled: {order.time_in_force}"] += 1
        found["filled: amount"] += order.notional is not None
        found[f"sold by its own method: {order.lot_method}"] += order.side == "sell"
    found["a chosen lot was sold"] += sum(c.used > 0 for c in order.chosen)
    return found


EXPECTED = (
    *(f"filled: {kind}" for kind in (*TYPES, "day", "gtc", *AT_ONCE, "amount")),
    *(f"sold by its own method: {method}" for method in (None, *METHODS)),
    *(f"step: {event}" for event in (
        "placed", "acknowledged", "rejected", "cancel_requested", "canceled", "cancel_rejected",
        "expired", "fill", "partial_fill", "replace_requested", "replaced", "replace_rejected",
        "triggered", "busted", "corrected",
    )),
    "partial_fill of a replaced order", "partial_fill of a pending_replace order",
    "partial_fill of a pending_cancel order", "busted of a replaced order",
    "a chain of three", "a late fill", "a fee", "a fill in part beyond the order", "a deficit",
    "a sale matched anew", "a chosen lot was sold", "something of the house's error account",
    *(f"execution: {kind}" for kind in ("fill", "bust", "correction")),
    *(f"exception: {kind}" for kind in (
        "overdrawn", "deficit", "overfill", "unknown_order", "unknown_execution",
        "unknown_transfer", "unknown_account", "unexpected_state",
    )),
    *(f"settlement: {state}" for state in ("open", "settled", "canceled")),
    *(f"transfer: {state}" for state in (
        "incoming settled", "incoming returned", "outgoing requested", "outgoing settled",
        "outgoing returned", "outgoing refunded",
    )),
)  # fmt: skip
"""What a long stream must have brought about."""
