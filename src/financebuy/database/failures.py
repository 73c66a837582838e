"""What the server's own errors mean for whoever sent the command."""

from financebuy.errors import FinanceBuyError, refused

REPEATABLE_CLASSES = frozenset({"40", "53", "55", "57", "08"})
"""SQLSTATE classes after which a whole batch is repeated with its keys."""

DATA_CLASSES = frozenset({"22", "23"})
"""SQLSTATE classes that one row of a batch can cause: the batch is halved to find it."""

_CONSTRAINTS = {
    "orders_account_client_order_id_key": ("duplicate_client_order_id", "client_order_id"),
    "users_email_index_key": ("duplicate_email", "email"),
    "personal_data_keys_active_epoch": ("key_epoch_retired", "key_epoch"),
    "transfers_bank_reference_key": ("duplicate", "bank_reference"),
    "executions_venue_key": ("idempotency_conflict", "venue_execution_id"),
    "executions_ref_key": ("idempotency_conflict", "ref_venue_execution_id"),
}


def of_constraint(name: str | None) -> FinanceBuyError:
    """Make the error for a violated constraint, by its name."""
    code, field = _CONSTRAINTS.get(name or "", ("invalid_data", None))
    return refused(code, field)
