"""The tree of errors that FinanceBuy raises on purpose.

Each class says how it looks from outside: `code` (the integer of Alpaca's API), `status` (HTTP),
`slug` (the refusal code of the SQL functions) and `exit_code` (the command line). What the database
answers becomes one of them here and nowhere else.
"""

from typing import Any, ClassVar


class FinanceBuyError(Exception):
    """Root of every error that FinanceBuy raises on purpose; its message is for the user."""

    exit_code: ClassVar[int] = 1
    """What a command line program that ends with this error returns."""
    code: ClassVar[int] = 50010000
    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    text: ClassVar[str] = "something went wrong"

    def __init__(
        self, message: str | None = None, *, field: str | None = None, detail: Any = None
    ) -> None:
        """`field` names the input that broke the rule; `detail` is machine-readable context."""
        self.field = field
        self.detail = detail
        super().__init__(message or (f"{field}: {self.text}" if field else self.text))

    @property
    def message(self) -> str:
        """The sentence for the user."""
        return str(self)


class RefusedError(FinanceBuyError):
    """A command broke a rule; nothing but the verdict was recorded."""

    code, status, slug = 42210000, 422, "refused"
    text = "the request was refused"


class InvalidValueError(RefusedError):
    slug, text = "invalid_value", "is not one of the values allowed here"
    exit_code = 64


class RequiredError(RefusedError):
    slug, text = "required", "is required"
    exit_code = 64


class NotAllowedError(RefusedError):
    slug, text = "not_allowed", "is not allowed with the other values"
    exit_code = 64


class OutOfRangeError(RefusedError):
    slug, text = "out_of_range", "is outside of the range allowed here"
    exit_code = 64


class ExcessScaleError(RefusedError):
    slug, text = "excess_scale", "has more decimal places than the asset allows"
    exit_code = 64


class IdentityInvalidError(FinanceBuyError):
    code, status, slug = 40110000, 401, "identity_invalid"
    text = "the identity is not valid: its signature does not match"


class IdentityExpiredError(FinanceBuyError):
    code, status, slug = 40110000, 401, "identity_expired"
    text = "the identity has expired"


class UnauthorizedError(FinanceBuyError):
    code, status, slug = 40110000, 401, "unauthorized"
    text = "the API key is missing, unknown, expired or revoked"


class SignedOutError(FinanceBuyError):
    code, status, slug = 40120000, 401, "signed_out"
    text = "the session is over or was never there: sign in again"


class WrongCredentialsError(FinanceBuyError):
    code, status, slug = 40130000, 401, "wrong_credentials"
    text = "the address and the password, or the code, do not fit"


class TooManyRequestsError(FinanceBuyError):
    """`detail["retry_after"]` is in seconds."""

    code, status, slug = 42910000, 429, "too_many_requests"
    text = "too many requests: wait, then go on"


class LockedError(TooManyRequestsError):
    code, slug = 42920000, "locked"
    text = "too many attempts in a row: wait before the next one"


class StepUpRequiredError(FinanceBuyError):
    code, status, slug = 40320000, 403, "step_up_required"
    text = "prove once more that it is you (POST /fb/v1/auth/step-up), then repeat the request"


class SecondFactorRequiredError(FinanceBuyError):
    code, status, slug = 40330000, 403, "second_factor_required"
    text = "set up one-time codes or a passkey first"


class CrossSiteError(FinanceBuyError):
    code, status, slug = 40340000, 403, "cross_site"
    text = "another site's page may not do this with your session"


class NotPermittedError(FinanceBuyError):
    code, status, slug = 40310000, 403, "not_permitted"
    text = "this key or role may not do that"


class PaperOnlyError(NotPermittedError):
    slug, text = "paper_only", "only on a paper platform: here it needs the scope operations"


class WaitsError(FinanceBuyError):
    """What moves money out is too new; `detail["may_leave_from"]` says from when on it may."""

    code, status, slug, text = 40310000, 403, "waits", "is too new for money to leave: wait"


class PaymentMethodNewError(WaitsError):
    slug, text = "payment_method_new", "was added a short while ago: money may not leave to it yet"


class SecondFactorNewError(WaitsError):
    slug, text = "second_factor_new", "a second factor is new: money leaves by older API keys alone"


class CustomersOwnError(NotPermittedError):
    slug, text = "customers_own", "is the customer's own to decide; the staff makes keys that read"


class NotCustomerError(RefusedError):
    slug, text = "not_customer", "is of the staff, who own no accounts"


class KycRequiredError(FinanceBuyError):
    code, status, slug = 40310000, 403, "kyc_required"
    text = "the user's identity has not been verified (KYC), so trading and withdrawals are closed"


class KycTransitionError(RefusedError):
    slug, text = "kyc_transition", "cannot follow the user's present status"


class NotStaffError(RefusedError):
    slug, text = "not_staff", "is a customer: staff are users of their own"


class AccountNotActiveError(FinanceBuyError):
    code, status, slug = 40310000, 403, "account_not_active"
    text = "the account is restricted or closed"


class AccountNotEmptyError(RefusedError):
    slug = "account_not_empty"
    text = "the account still has cash, holds, shares, or something under way"


class InsufficientBuyingPowerError(FinanceBuyError):
    code, status, slug = 40310000, 403, "insufficient_buying_power"
    text = "insufficient buying power"


class InsufficientQuantityError(FinanceBuyError):
    code, status, slug = 40310000, 403, "insufficient_quantity"
    text = "insufficient quantity available: selling short is not offered"


class InsufficientWithdrawableError(FinanceBuyError):
    code, status, slug = 40310000, 403, "insufficient_withdrawable"
    text = "is more than can be withdrawn: held and unsettled cash stays"


class NotFoundError(FinanceBuyError):
    code, status, slug = 40410000, 404, "not_found"
    text = "was not found"


class AccountNotFoundError(NotFoundError):
    slug, text = "account_not_found", "account not found"


class OrderNotFoundError(NotFoundError):
    slug, text = "order_not_found", "order not found"


class UserNotFoundError(NotFoundError):
    slug, text = "user_not_found", "user not found"


class PaymentMethodNotFoundError(NotFoundError):
    slug, text = "payment_method_not_found", "payment method not found"


class PaymentMethodInUseError(RefusedError):
    slug = "payment_method_in_use"
    text = "a withdrawal is to be paid to it: wait for the bank's answer"


class DocumentNotFoundError(NotFoundError):
    slug, text = "document_not_found", "document not found"


class EpochNotFoundError(NotFoundError):
    slug, text = "epoch_not_found", "there is no such epoch of keys"


class EpochActiveError(RefusedError):
    slug, text = "epoch_active", "is the epoch that new data is encrypted under: rotate first"


class EpochInUseError(RefusedError):
    slug, text = "epoch_in_use", "still wraps data keys: let the rotation end first"


class EpochKeptError(RefusedError):
    slug = "epoch_kept"
    text = "is kept for the backups that may need it; its end is what `financebuy keys status` says"


class KeyEpochRetiredError(RefusedError):
    """The active epoch is another than this process knew; it learns of it and repeats."""

    slug, text = "key_epoch_retired", "the key-encryption key was replaced meanwhile: repeat"


class LimitReachedError(RefusedError):
    slug, text = "limit_reached", "has as many as one may have: remove one first"


class TransferNotFoundError(NotFoundError):
    slug, text = "transfer_not_found", "transfer not found"


class RateNotFoundError(NotFoundError):
    slug, text = "rate_not_found", "there is no such rate"


class RateNotFreshError(RefusedError):
    slug = "rate_not_fresh"
    text = "the rate is too old to convert by, or of a time that has not come: name a newer one"


class LastOwnerError(RefusedError):
    slug, text = "last_owner", "is the only owner that the account has"


class TransactionNotFoundError(NotFoundError):
    slug, text = "transaction_not_found", "transaction not found"


class ExceptionNotFoundError(NotFoundError):
    slug, text = "exception_not_found", "exception not found"


class ReconciliationNotFoundError(NotFoundError):
    slug, text = "reconciliation_not_found", "reconciliation not found"


class ExceptionResolvedError(RefusedError):
    slug, text = "exception_resolved", "the exception was resolved before"


class ApprovalNotFoundError(NotFoundError):
    slug, text = "approval_not_found", "approval not found"


class ApprovalDecidedError(RefusedError):
    slug, text = "approval_decided", "the request was confirmed or declined before"


class ApprovalExpiredError(RefusedError):
    slug, text = "approval_expired", "the request has waited too long: ask again"


class SecondOperatorRequiredError(FinanceBuyError):
    code, status, slug = 40310000, 403, "second_operator_required"
    text = "another operator than the one who asked has to decide"


class NotReversibleError(RefusedError):
    slug = "not_reversible"
    text = "trades, actions, received shares and returns are undone by facts of their own"


class AlreadyReversedError(RefusedError):
    slug, text = "already_reversed", "the transaction was reversed or its money was returned before"


class KeyNotFoundError(NotFoundError):
    slug, text = "key_not_found", "API key not found"


class SecurityNotFoundError(NotFoundError):
    slug, text = "security_not_found", "asset not found"


class NotTradableError(RefusedError):
    slug, text = "not_tradable", "the asset is not tradable here"


class PriceNotFreshError(RefusedError):
    slug = "price_not_fresh"
    text = "there is no fresh price, so a market order cannot be bounded: place a limit order"


class CurrencyMismatchError(RefusedError):
    slug, text = "currency_mismatch", "is in another currency than the account"


class SessionUnknownError(RefusedError):
    slug = "session_unknown"
    text = "there is no trading session known for a day order: use time in force gtc"


class OrderNotOpenError(RefusedError):
    slug, text = "order_not_open", "the order is no longer open, or its cancel is already requested"


class ReplacePendingError(RefusedError):
    slug = "replace_pending"
    text = "a replacement of the order waits for the venue's answer: ask again when it has come"


class MarketClosedError(RefusedError):
    slug, text = "market_closed", "can only be asked for while the market is open"


class TransferNotOpenError(RefusedError):
    slug, text = "transfer_not_open", "the withdrawal was settled or returned before"


class DuplicateClientOrderIdError(RefusedError):
    code, slug = 40010001, "duplicate_client_order_id"
    text = "client_order_id must be unique"


class DuplicateEmailError(RefusedError):
    slug, text = "duplicate_email", "a user with this address exists"


class DuplicateError(RefusedError):
    slug, text = "duplicate", "stands already"


class IdempotencyConflictError(RefusedError):
    slug, text = "idempotency_conflict", "this idempotency key was used for another request"


class PoisonedError(RefusedError):
    slug, text = "invalid_data", "the database refused this row"


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


def _subclasses(root: type[FinanceBuyError]) -> dict[str, type[FinanceBuyError]]:
    found = {root.slug: root}
    for child in root.__subclasses__():
        found |= _subclasses(child)
    return found


def refused(code: str, field: str | None = None, detail: Any = None) -> FinanceBuyError:
    """Make the error of a refusal code (`fb.*` functions return it) with the field it names."""
    return _subclasses(FinanceBuyError).get(code, RefusedError)(field=field, detail=detail)
