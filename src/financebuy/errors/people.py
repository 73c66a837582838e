"""Who asks, and what they may not do, or not yet."""

from financebuy.errors.root import FinanceBuyError, RefusedError


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
