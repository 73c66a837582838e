"""Who may have which function of an identity carried out, as people decided it.

A function of schema fb that takes an identity and stands in no rule fails.
"""

from dataclasses import dataclass

ACCEPTED, NOTHING = "accepted", "nothing"
"""What a function answers that did it, and one that found nothing of the caller's to do it to."""
OWN = "own"
"""It acts on the caller alone, whoever that is: the victim's rows stay as they are."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `role`: on the victim's account. `problem`: what is wrong with the text."""

    name: str
    token: str | None
    role: str | None = None
    scopes: frozenset[str] = frozenset()
    is_victim: bool = False
    is_narrow: bool = False
    """Held to another account than the one asked about."""
    is_active: bool = True
    problem: str | None = None

    def has(self, *scopes: str) -> bool:
        """Whether one of these scopes is the caller's."""
        return bool(self.scopes.intersection(scopes))


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: `kind` says how the caller must stand to what is asked about."""

    kind: str
    scopes: tuple[str, ...] = ()
    hidden: str = "not_permitted"
    """What is said to those who are to learn nothing."""

    def expected(self, caller: Caller) -> str:
        """What the caller must be answered."""
        if self.kind == "entered" and caller.token is None:
            return ACCEPTED
        if caller.problem:
            return caller.problem
        return getattr(self, f"_{self.kind}")(caller)  # type: ignore[no-any-return]

    def _entered(self, _caller: Caller) -> str:
        """Whoever they are; that the identity is right was asked before."""
        return ACCEPTED

    def _account(self, caller: Caller) -> str:
        """Owners and joint owners with the scope, who are let in at all."""
        if caller.role is None or caller.is_narrow:
            return self.hidden
        may = caller.role != "viewer" and caller.has(*self.scopes) and caller.is_active
        return ACCEPTED if may else "not_permitted"

    def _person(self, caller: Caller) -> str:
        """The person with the scope, or the broker for anybody."""
        own = caller.is_victim and caller.has(*self.scopes)
        return ACCEPTED if own or caller.has("broker") else self.hidden

    def _reading(self, caller: Caller) -> str:
        """The person and the broker; others with the scope find nothing."""
        if not caller.has(*self.scopes, "broker"):
            return "not_permitted"
        return ACCEPTED if caller.is_victim or caller.has("broker") else NOTHING

    def _staff(self, caller: Caller) -> str:
        """Whoever has one of the scopes."""
        return ACCEPTED if caller.has(*self.scopes) else "not_permitted"

    def _naming(self, caller: Caller) -> str:
        """Whoever has one of the scopes; it changes nothing by itself."""
        return self._staff(caller)

    def _oneself(self, caller: Caller) -> str:
        """A session that was proven a moment ago, about itself."""
        if not caller.has("self"):
            return "not_permitted"
        return ACCEPTED if caller.is_victim else OWN

    def _asking(self, caller: Caller) -> str:
        """Anybody, about themselves alone."""
        return ACCEPTED if caller.is_victim else OWN

    def _seeing(self, caller: Caller) -> str:
        """Whoever has a part in the account; others find nothing."""
        return NOTHING if caller.role is None or caller.is_narrow else ACCEPTED

    def _signed_in(self, caller: Caller) -> str:
        """Anybody, about what is theirs."""
        return ACCEPTED if caller.is_victim else self.hidden

    def _password(self, caller: Caller) -> str:
        """Oneself, or an administrator."""
        own = caller.is_victim and caller.has("self")
        return ACCEPTED if own or caller.has("admin") else "not_permitted"


_TRADE = Rule("account", ("trade",), "account_not_found")
_ON_ORDER = Rule("account", ("trade",), "order_not_found")
_FUNDING = Rule("account", ("funding",), "account_not_found")
_BROKER = Rule("staff", ("broker",))
_OPERATIONS = Rule("staff", ("operations",))
_ADMIN = Rule("staff", ("admin",))
_KEYS = Rule("staff", ("operations", "admin"))
_SELF = Rule("oneself")
_ENTERED = Rule("entered")
"""What has happened has: the login is the wall, and the identity only says who entered it; but that
must be somebody, or it would pass for the bank's word."""

RULES = {
    "place_order": _TRADE, "set_preferences": _TRADE,
    "cancel_order": _ON_ORDER, "replace_order": _ON_ORDER, "choose_lots": _ON_ORDER,
    "request_withdrawal": _FUNDING, "transfer": _FUNDING, "convert_currency": _FUNDING,
    "add_payment_method": Rule("person", ("funding",)),
    "remove_payment_method": Rule("person", ("funding",), "payment_method_not_found"),
    "add_document": Rule("person", ("funding",)),
    "remove_document": Rule("person", ("funding",), "document_not_found"),
    "document_content": Rule("reading", ("read",)),
    "data_key": Rule("reading", ("read", "trade", "funding", "operations", "admin")),
    "create_user": _BROKER, "set_kyc_status": _BROKER, "open_account": _BROKER,
    "set_account_status": _BROKER, "create_api_key": _BROKER, "revoke_api_key": _BROKER,
    "add_owner": _BROKER, "remove_owner": _BROKER, "charge_fee": _BROKER,
    "set_fee_schedule": _BROKER, "add_currency": _BROKER, "personal_data": _BROKER,
    "payment_number": _BROKER, "shred_data_keys": Rule("staff", ("broker", "admin")),
    "request_approval": _OPERATIONS, "decide_approval": _OPERATIONS,
    "assign_exception": _OPERATIONS, "resolve_exception": _OPERATIONS,
    "begin_key_epoch": _KEYS, "destroy_key_epoch": _KEYS,
    "corporate_action": _ENTERED, "deposit_received": _ENTERED, "exchange_rate": _ENTERED,
    "shares_received": _ENTERED, "withdrawal_returned": _ENTERED, "withdrawal_settled": _ENTERED,
    "act_as": Rule("naming", ("operations", "admin")),
    "set_staff_role": _ADMIN, "remove_second_factors": _ADMIN,
    "set_user_active": Rule("staff", ("broker", "admin")),
    "set_user_active of an operator": _ADMIN,
    "end_sessions": _SELF, "begin_totp": _SELF, "remove_totp": _SELF, "submit_kyc": _SELF,
    "replace_recovery_codes": _SELF, "add_passkey": _SELF, "remove_passkey": _SELF,
    "create_own_api_key": _SELF,
    "revoke_own_api_key": Rule("signed_in", hidden="key_not_found"),
    "money_leaves_from": Rule("asking"), "portfolio_of": Rule("seeing"),
    "set_password": Rule("password"),
    "set_password for the first time": Rule("staff", ("broker", "admin")),
}  # fmt: skip
"""By function, and by a case of it that has a rule of its own."""

WITHOUT_IDENTITY = {
    "the transaction's own": ("current_user_id", "my_accounts"),
    # The login is the wall: the bank's, the venue's, a job's, the sealer's.
    "facts": (
        "cancel_rejected", "deposit_returned", "execution", "execution_busted",
        "execution_corrected", "order_acknowledged", "order_canceled", "order_expired",
        "order_rejected", "order_replaced", "order_triggered", "replace_rejected",
    ),
    "jobs": (
        "announce_actions", "apply_corporate_action", "close_month", "custody_statement",
        "detach_partitions", "expire_orders", "heartbeat", "make_partitions",
        "note_import", "prune_keys",
        "prune_sign_ins", "reconcile", "refresh_summaries", "relay", "report_card_number",
        "schema_revision", "settle", "texts_like_cards",
    ),
    "seals": (
        "add_seal", "audit_status", "detach_audit_log", "months_due", "note_copies", "open_epoch",
        "retire_month", "sealer_passed",
    ),
    "the door, before anybody is known": (
        "authenticate_api_key", "begin_sign_in", "passkey", "passkeys", "record_sign_in",
        "renew_password_hash", "session_state", "take_passkey", "take_recovery_code", "take_totp",
        "totp",
    ),
    # Wrapped keys and what is sealed with them; whoever calls them must be able to unwrap.
    "rotation of keys": (
        "key_epochs", "key_usage", "keys_to_rewrap", "renew_personal_data", "rewrap_keys",
        "take_first_generation",
    ),
}  # fmt: skip
"""The functions of schema fb that take no identity, and why they need none."""
