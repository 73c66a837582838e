"""What streams have brought about with accounts and actions, and what they must have met."""

from collections import Counter

from tests.model.ledger_model import Ledger
from tests.model.model_actions import SPLITS, Action


def effects_of_accounts(ledger: Ledger) -> Counter[str]:
    """How often each kind of thing has happened in a world."""
    found: Counter[str] = Counter()
    for action in ledger.actions:
        found.update(_of_action(action))
    for movement in ledger.movements:
        found[f"{movement.kind}"] += 1
        found[f"{movement.kind} reversed"] += movement.is_reversed
        found["a conversion that was rounded"] += movement.rounding != 0
    for approval in ledger.approvals:
        found[f"{approval.action} {approval.state}"] += 1
    for account in ledger.accounts:
        found[f"account: {account.kind}"] += 1
        found[f"account: {account.status}"] += 1
        found[f"account in {account.currency}"] += 1
    for role in ledger.roles.values():
        found[f"role: {role}"] += 1
    for account_of, _, _, _ in ledger.receipts:
        found["shares received"] += account_of is not None
        found["shares in suspense"] += account_of is None
    return found


def _of_action(action: Action) -> Counter[str]:
    found = Counter({f"action: {action.kind} {action.state}": 1})
    for given in action.entitlements.values():
        found[f"entitled: {action.kind}"] += 1
        if action.kind in SPLITS:
            found["split: the same number of shares"] += given.after == given.before != 0
            found["split: paid for fractions"] += given.cash > 0
            found["split: nothing is left"] += given.after == 0 != given.before
        found["dividend: tax withheld"] += given.withheld > 0
        found["dividend: owed"] += given.cash < 0
        found["dividend: reinvested"] += given.reinvested > 0
    return found


FACTS_BY_HAND = (
    "deposit_received", "withdrawal_settled", "withdrawal_returned", "order_canceled",
    "order_expired", "order_rejected", "execution", "execution_busted", "execution_corrected",
)  # fmt: skip
EXPECTED_OF_ACCOUNTS = (
    "action: split applied", "action: reverse_split applied", "action: cash_dividend entitled",
    "action: cash_dividend applied", "action: symbol_change applied",
    "action: symbol_change blocked", "action: cash_merger applied",
    *(f"entitled: {kind}" for kind in (*SPLITS, "cash_dividend", "symbol_change", "cash_merger")),
    "split: paid for fractions", "dividend: tax withheld", "dividend: reinvested",
    "shares received", "shares in suspense",
    *(kind + end for kind in ("transfer", "conversion", "fee") for end in ("", " reversed")),
    "a conversion that was rounded", "reverse confirmed", "reverse declined",
    *(f"{fact} confirmed" for fact in FACTS_BY_HAND),
    *(f"account: {kind}" for kind in ("individual", "retirement", "joint")),
    *(f"account: {status}" for status in ("active", "restricted", "closed")),
    *(f"account in {currency}" for currency in ("USD", "EUR", "JPY")),
    *(f"role: {role}" for role in ("owner", "joint", "viewer")),
)  # fmt: skip
LOOKED_BACK = tuple(f"looked back: {how}" for how in (
    "balances as recorded", "balances as effective", "statements as recorded",
    "statements as effective", "the house",
))  # fmt: skip
"""How often the past was asked for, in either time."""

_RULES = {
    "open_account": "invalid_value user_not_found not_permitted identity_invalid",
    "set_account_status": "invalid_value account_not_found account_not_active account_not_empty",
    "set_kyc_status": "invalid_value user_not_found",
    "add_owner": "invalid_value account_not_found user_not_found duplicate not_allowed",
    "remove_owner": "account_not_found user_not_found last_owner",
    "set_preferences":
        "account_not_found not_permitted account_not_active required invalid_value",
    "transfer":
        "account_not_found not_permitted account_not_active kyc_required excess_scale"
        " insufficient_withdrawable not_allowed currency_mismatch out_of_range",
    "convert_currency":
        "account_not_found not_permitted account_not_active excess_scale"
        " insufficient_withdrawable rate_not_found currency_mismatch rate_not_fresh out_of_range",
    "charge_fee":
        "out_of_range account_not_found excess_scale insufficient_buying_power",
    "exchange_rate": "invalid_value out_of_range excess_scale idempotency_conflict",
    "add_currency": "invalid_value out_of_range duplicate",
    "set_fee_schedule": "not_allowed out_of_range",
    "request_approval":
        "not_permitted out_of_range invalid_value transaction_not_found not_reversible"
        " already_reversed insufficient_buying_power",
    "decide_approval":
        "not_permitted invalid_value approval_not_found approval_decided second_operator_required"
        " already_reversed",
    "corporate_action": "invalid_value out_of_range required security_not_found",
    "shares_received": "security_not_found excess_scale",
}  # fmt: skip
REFUSED = tuple(f"{name}: {code}" for name, codes in _RULES.items() for code in codes.split())
"""By which rule each command must have been refused in a long stream."""
RARE = frozenset({
    "a chain of three", "account: closed", "action: cash_dividend applied",
    "action: cash_dividend entitled", "action: cash_merger applied", "action: split applied",
    "action: symbol_change applied", "action: symbol_change blocked", "add_currency: duplicate",
    "add_currency: invalid_value", "add_owner: account_not_found", "add_owner: invalid_value",
    "add_owner: user_not_found", "busted of a replaced order", "charge_fee: account_not_found",
    "charge_fee: excess_scale", "charge_fee: out_of_range", "conversion reversed",
    "convert_currency: account_not_active", "convert_currency: not_permitted",
    "convert_currency: rate_not_found", "convert_currency: rate_not_fresh",
    "corporate_action: out_of_range", "corporate_action: required",
    "corporate_action: security_not_found", "decide_approval: already_reversed",
    "decide_approval: invalid_value", "decide_approval: not_permitted",
    "deposit_received confirmed", "dividend: reinvested", "entitled: cash_merger",
    "entitled: split", "entitled: symbol_change", "exception: unknown_transfer",
    "exchange_rate: excess_scale", "exchange_rate: idempotency_conflict", "execution confirmed",
    "execution_busted confirmed", "execution_corrected confirmed", "fee reversed", "filled: ioc",
    "open_account: identity_invalid", "open_account: not_permitted",
    "open_account: user_not_found", "order_canceled confirmed", "order_expired confirmed",
    "order_rejected confirmed", "partial_fill of a pending_cancel order",
    "partial_fill of a pending_replace order", "partial_fill of a replaced order",
    "remove_owner: account_not_found", "request_approval: already_reversed",
    "request_approval: insufficient_buying_power", "request_approval: invalid_value",
    "request_approval: not_permitted", "request_approval: not_reversible",
    "request_approval: out_of_range", "request_approval: transaction_not_found",
    "reverse confirmed", "reverse declined", "set_account_status: account_not_active",
    "set_fee_schedule: not_allowed", "set_fee_schedule: out_of_range",
    "set_kyc_status: user_not_found", "set_preferences: account_not_active",
    "set_preferences: account_not_found", "set_preferences: invalid_value",
    "set_preferences: not_permitted", "set_preferences: required",
    "shares_received: excess_scale", "shares_received: security_not_found",
    "step: cancel_rejected", "step: canceled", "step: replace_rejected", "step: triggered",
    "transfer reversed", "transfer: account_not_active", "transfer: kyc_required",
    "transfer: not_permitted", "transfer: out_of_range", "transfer: outgoing refunded",
    "transfer: outgoing returned", "transfer: outgoing settled", "withdrawal_returned confirmed",
    "withdrawal_settled confirmed",
})  # fmt: skip
"""What only the long streams of `make soak` are sure to meet."""
