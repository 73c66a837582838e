"""What a command is refused for, and what it names that is not there."""

from financebuy.errors.root import FinanceBuyError, RefusedError


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


class ApprovalRequiredError(FinanceBuyError):
    code, status, slug = 40310000, 403, "approval_required"
    text = "this takes two: ask (financebuy fact, user reset-access, user role), another confirms"


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
