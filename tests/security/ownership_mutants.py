"""Ways to lose a check of who asks, inside the functions: each with a case that must see it.

A mutant is (function, what stands there, what stands there instead, the cases that are tried).
"""

from tests.security.mutants import changed

_WHY_NOT = "fb_private.why_not(text,text,uuid,uuid,text,boolean,text)"
_CLAIM_PERSONAL = "fb_private.claim_personal(text,text,text[],text[],uuid[],bytea[])"
_CLAIM_OPERATOR = "fb_private.claim_operator(text,text[],text[],bytea[],boolean[])"
_BROKER = "fb_private.why_not_broker(text,text,text)"
_SCOPE = "fb_private.require_scope(text,text[])"
_ONESELF = "fb_private.oneself(text,text,text)"
_READ = "fb_private.identity_problem(text[],fb_private.identity_keys)"
_READ_ALL = "fb_private.verified_identities(text[])"
_PROBLEM = "v.problem is not null"
_OWNER_ROW = "and w.user_id = i.user_id"
_ANY_OWNER = "and w.role = 'owner'"
_BELIEVING = """
    from (
        select
            k.ordinals,
            case
                when k.parts[1] like 'user:%'
                    then array['1', substr(k.parts[1], 6), '-', 'trade,funding', '-', '', '']
                else k.parts
            end as parts,
            case when k.parts[1] not like 'user:%' then k.problem end as problem
        from known as k
    ) as i"""
_ON_ACCOUNT = (
    "place_order", "cancel_order", "replace_order", "choose_lots", "set_preferences",
    "request_withdrawal", "transfer", "convert_currency",
)  # fmt: skip

OWNERSHIP = {
    # ------------------------------------------------------------------ what every command asks
    "a stranger is anybody's owner": (
        _WHY_NOT, "(p_role IS NULL) OR", "", _ON_ACCOUNT
    ),
    "a key of one account moves another": (
        _WHY_NOT, "COALESCE(p_key_account_id, p_account_id) <> p_account_id", "false", _ON_ACCOUNT
    ),
    # A conversion asks once more, of the account that it goes to.
    "a viewer acts": (
        _WHY_NOT, "(p_role = 'viewer'::text) OR", "",
        tuple(each for each in _ON_ACCOUNT if each != "convert_currency"),
    ),
    "a scope is not asked for": (
        _WHY_NOT, "NOT (p_scope = ANY (string_to_array(p_scopes, ','::text)))", "false", _ON_ACCOUNT
    ),
    "who is not let in acts": (_WHY_NOT, "NOT p_is_active", "false", _ON_ACCOUNT),
    "a signature is not compared": (
        _READ, "<> (p_parts)[7]", "<> (p_parts)[7] and (p_parts)[7] = '-'",
        ("transfer", "set_password"),
    ),
    "a command believes a name": (
        _READ_ALL, "from known as i", _BELIEVING, ("transfer",)
    ),
    "time does not end it": (_READ, "< clock_timestamp()", "< '-infinity'", ("place_order",)),
    # ------------------------------------------------------------------ whose account it is
    **{
        f"{name} takes anybody for the owner": (
            function, there, instead, cases
        )
        for name, function, there, instead, cases in (
            ("an order", "fb_private.place_order_wave", _OWNER_ROW, _ANY_OWNER, ("place_order",)),
            ("a replacement", "fb_private.replace_order_wave", _OWNER_ROW, _ANY_OWNER,
             ("replace_order",)),
            ("a cancel", "fb.cancel_order", _OWNER_ROW, _ANY_OWNER, ("cancel_order",)),
            ("a withdrawal", "fb.request_withdrawal", _OWNER_ROW, _ANY_OWNER,
             ("request_withdrawal",)),
            ("a movement", "fb_private.why_not_move", "and o.user_id = p_user_id",
             "and o.role = 'owner'", ("transfer", "convert_currency")),
            ("a preference", "fb_private.owner_problem", "and w.user_id = p_user_id",
             "and w.role = 'owner'", ("set_preferences", "choose_lots")),
        )
    },
    "a cancel tells of a stranger's order": (
        "fb.cancel_order",
        "when p.why = 'account_not_found' then 'order_not_found:order_id'", "", ("cancel_order",),
    ),
    "a cancel is anybody's": (
        "fb.cancel_order", "when p.why <> 'account_not_active' then p.why", "", ("cancel_order",)
    ),
    "a movement is anybody's": (
        "fb_private.why_not_move", "when p.why is not null then p.why", "", ("transfer",)
    ),
    # ------------------------------------------------------------------ people
    "anybody adds to a person": (
        _CLAIM_PERSONAL, "and i.user_id is not distinct from i.subject_id", "",
        ("add_payment_method", "remove_payment_method", "add_document", "remove_document"),
    ),
    "a person needs no scope": (
        _CLAIM_PERSONAL, "p_scope = any (string_to_array(i.scopes, ','))", "true",
        ("add_payment_method", "add_document"),
    ),
    "a forged person": (
        _CLAIM_PERSONAL, "when i.problem is not null then i.problem", "", ("add_document",)
    ),
    "a stranger learns of a bank account": (
        "fb.remove_payment_method", "if v.codes[i] = 'not_permitted' then", "if false then",
        ("remove_payment_method",),
    ),
    "a document is anybody's": (
        "fb.document_content",
        "and (d.user_id = v_identity.user_id or 'broker' = any (v_identity.scopes))", "",
        ("document_content",),
    ),
    "a data key is anybody's": (
        "fb.data_key",
        "and (p_user_id = v_identity.user_id or 'broker' = any (v_identity.scopes))", "",
        ("data_key",),
    ),
    # ------------------------------------------------------------------ the staff
    "a forged broker": (
        _BROKER, "WHEN (p_problem IS NOT NULL) THEN p_problem", "", ("create_user",)
    ),
    "anybody is the broker": (
        _BROKER, "NOT ('broker'::text = ANY (string_to_array(p_scopes, ','::text)))", "false",
        ("open_account", "create_api_key"),
    ),
    "a forged operator": (
        _CLAIM_OPERATOR, "when i.problem is not null then i.problem", "", ("resolve_exception",)
    ),
    "anybody is an operator": (
        _CLAIM_OPERATOR, "not ('operations' = any (string_to_array(i.scopes, ',')))", "false",
        ("request_approval", "decide_approval", "assign_exception"),
    ),
    "a forged scope": (
        _SCOPE, "v_identity.problem is not null", "false", ("personal_data", "data_key")
    ),
    "a scope is not looked at": (
        _SCOPE, "not (v_identity.scopes && p_scopes)", "false",
        ("personal_data", "payment_number", "shred_data_keys", "begin_key_epoch"),
    ),
    "a staff role without an administrator": (
        "fb.set_staff_role", "not ('admin' = any (v.scopes))", "false", ("set_staff_role",)
    ),
    "a forged administrator": (
        "fb.set_staff_role", _PROBLEM, "false", ("set_staff_role",)
    ),
    "anybody resets second factors": (
        "fb.remove_second_factors", "not ('admin' = any (v.scopes))", "false",
        ("remove_second_factors",),
    ),
    "anybody shuts people out": (
        "fb.set_user_active", "return 'not_permitted'", "null", ("set_user_active",)
    ),
    "the broker shuts the staff out": (
        "fb.set_user_active", "and coalesce(v_kind, 'customer') = 'customer'", "",
        ("set_user_active of an operator",),
    ),
    # ------------------------------------------------------------------ oneself
    "a forged self": (_ONESELF, _PROBLEM, "false", ("end_sessions", "begin_totp")),
    "a session that was not proven": (
        _ONESELF, "not ('self' = any (v.scopes))", "false",
        ("end_sessions", "replace_recovery_codes", "create_own_api_key"),
    ),
    "everybody's sessions end": (
        "fb.end_sessions", "where u.user_id = v_user_id", "", ("end_sessions",)
    ),
    "everybody's code goes": (
        "fb.remove_totp", "where t.user_id = v_user_id", "", ("remove_totp",)
    ),
    "a passkey is anybody's": (
        "fb.remove_passkey", "and p.user_id = v_user_id", "", ("remove_passkey",)
    ),
    "a key is anybody's to end": (
        "fb.revoke_own_api_key", "and k.user_id = v.user_id", "", ("revoke_own_api_key",)
    ),
    "a forged key's owner": (
        "fb.revoke_own_api_key", _PROBLEM, "false", ("revoke_own_api_key",)
    ),
    "a password of somebody else": (
        "fb.set_password", "v.user_id = p_user_id and", "", ("set_password",)
    ),
    "a password without having proven who": (
        "fb.set_password", "and 'self' = any (v.scopes)", "", ("set_password",)
    ),
    "the broker replaces a password": ("fb.set_password", "and not v_has_one", "",
                                       ("set_password",)),
}  # fmt: skip
"""By what is lost."""


def statement(name: str) -> str:
    """The statement that loses it."""
    function, there, instead, _ = OWNERSHIP[name]
    return changed(function, there, instead)
