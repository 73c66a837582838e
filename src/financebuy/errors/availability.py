"""Nobody's fault: what is busy, away, or of another version."""

from financebuy.errors.root import FinanceBuyError


class TryAgainError(FinanceBuyError):
    """Nothing was written: repeat with the same key."""

    code, status, slug = 50310000, 503, "try_again"
    text = "the account or the database is busy; nothing was written, repeat the request"


class OverloadedError(TryAgainError):
    """So many commands wait that one more was not taken."""

    slug = "overloaded"
    text = "too many commands are waiting; nothing was written, repeat the request in a moment"


class OutcomeUnknownError(FinanceBuyError):
    """The database was asked and did not answer, or the connection broke: it may have happened."""

    code, status, slug = 50320000, 503, "outcome_unknown"
    text = (
        "the outcome is unknown: look it up by its idempotency key or client_order_id, or repeat"
        " with the same key"
    )


class SchemaError(FinanceBuyError):
    """The database's schema is older or newer than this program."""

    slug = "schema"
