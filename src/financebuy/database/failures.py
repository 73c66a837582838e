"""What the server's own errors mean for whoever sent the command."""

import psycopg

from financebuy.errors import FinanceBuyError, TryAgainError, refused

_REPEATABLE = frozenset({"40", "53", "55", "57", "08"})
"""SQLSTATE classes after which a whole batch is repeated with its keys."""

_DATA = frozenset({"22", "23"})
"""SQLSTATE classes of bad data, with which the row that has it is refused."""

_OF_A_ROW = _DATA | {"21", "54", "P0", "XX"}
"""SQLSTATE classes that one row of a batch can cause: the batch is halved to find it."""

_CONSTRAINTS = {
    "orders_account_client_order_id_key": ("duplicate_client_order_id", "client_order_id"),
    "users_email_index_key": ("duplicate_email", "email"),
    "personal_data_keys_active_epoch": ("key_epoch_retired", "key_epoch"),
    "transfers_bank_reference_key": ("duplicate", "bank_reference"),
    "executions_venue_key": ("idempotency_conflict", "venue_execution_id"),
    "executions_ref_key": ("idempotency_conflict", "ref_venue_execution_id"),
}


def is_repeatable(error: Exception) -> bool:
    """The server was in the way, or is away; no row is to blame."""
    if isinstance(error, psycopg.Error):
        return _class(error) in _REPEATABLE
    return isinstance(error, TryAgainError)


def is_of_data(error: Exception) -> bool:
    """A row's own data is to blame, as the server found, or as what was never sent."""
    return isinstance(error, psycopg.Error) and (_is_unsent(error) or _class(error) in _OF_A_ROW)


def may_have_committed(error: psycopg.Error) -> bool:
    """An error that the server reported rolled the batch back; a lost connection says nothing.

    Nor does one that ended the session: a server that panics while it commits may find the commit
    in its WAL when it comes back.
    """
    if error.sqlstate is None:
        return not _is_unsent(error)
    ended = error.diag.severity_nonlocalized in {"FATAL", "PANIC"}
    return ended or error.sqlstate.startswith(("08", "57P"))


def refusal(error: Exception) -> FinanceBuyError | None:
    """What a row is refused with that the server found bad; None: it is not the row's data."""
    if not isinstance(error, psycopg.Error) or error.sqlstate is None or _class(error) not in _DATA:
        return None
    return of_constraint(error.diag.constraint_name)


def _class(error: psycopg.Error) -> str:
    return (error.sqlstate or "08")[:2]


def _is_unsent(error: psycopg.Error) -> bool:
    """Whether a value could not even be put into words for the server."""
    return error.sqlstate is None and isinstance(
        error, psycopg.DataError | psycopg.ProgrammingError
    )


def of_constraint(name: str | None) -> FinanceBuyError:
    """Make the error for a violated constraint, by its name."""
    code, field = _CONSTRAINTS.get(name or "", ("invalid_data", None))
    return refused(code, field)
