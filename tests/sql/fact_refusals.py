"""Each refusal code of busts, returned payments, approvals and exceptions, with its row."""

from typing import Any
from uuid import UUID, uuid4

from tests.sql.refusal_cases import NOBODY, Case, Stage, broken_numbers
from tests.support import world as w
from tests.support.world import COMMON, Row

OPERATORS = ("request_approval", "decide_approval", "assign_exception", "resolve_exception")
LONG = "x" * 501


def asker(stage: Stage) -> str:
    """The first of the staff that is there, who asks."""
    found = stage.world.rows(
        "select user_id from staff_roles where role = 'operate' order by granted_at limit 1"
    )
    user_id = found[0]["user_id"] if found else stage.world.staff().user_id
    return stage.world.token(user_id, "operations")


def decider(stage: Stage) -> str:
    return stage.world.token(stage.viewer.user_id, "operations")


def bust(_: Stage, **changes: Any) -> Row:
    return {**w.bust("a trade"), **changes}


def correction(stage: Stage, **changes: Any) -> Row:
    name = str(uuid4())
    account = stage.world.account(stage.owner, 100)
    placed = stage.world.accepted("place_order", stage.place(account_id=account))
    stage.world.accepted("execution", w.execution(placed, 1, 99, venue_execution_id=name))
    return {**w.correction(name, 1, 98), **changes}


def returned(_: Stage, **changes: Any) -> Row:
    return {**w.deposit_return("a payment"), **changes}


def request(stage: Stage, **changes: Any) -> Row:
    payload = {"transaction_id": transaction(stage, 1)}
    return {**w.request(asker(stage), "reverse", payload), **changes}


def transaction(stage: Stage, amount: int, account: UUID | None = None) -> str:
    """A new payment's transaction."""
    row = w.deposit(account or stage.account, amount)
    transfer = stage.world.accepted("deposit_received", row)
    found = stage.world.value(
        "select transaction_id from transactions where transfer_id = %s", transfer
    )
    return str(found)


def of(stage: Stage, transaction_id: str) -> Row:
    return request(stage, payload={"transaction_id": transaction_id})


def colleague(stage: Stage) -> UUID:
    return stage.world.staff().user_id


def resetting(stage: Stage, user_id: UUID, *scopes: str, own: bool = False) -> Row:
    asking = user_id if own else stage.owner.user_id
    identity = stage.world.token(asking, "operations", *scopes)
    return w.request(identity, "reset_access", {"user_id": str(user_id)})


def not_an_administrator(stage: Stage) -> Row:
    row = resetting(stage, colleague(stage), "admin")
    return decision(stage, approval_id=stage.world.accepted("request_approval", row))


def trade(stage: Stage) -> Row:
    found = stage.world.value(
        "select transaction_id from transactions where transaction_type = 'buy' limit 1"
    )
    return of(stage, str(found))


def reversed_before(stage: Stage) -> Row:
    stage.world.accepted("decide_approval", decision(stage))
    found = stage.world.value("select reversed_id from reversals limit 1")
    return of(stage, str(found))


def spent(stage: Stage) -> Row:
    account = stage.world.account(stage.owner)
    paid = transaction(stage, 100, account)
    stage.world.accepted("place_order", stage.place(account_id=account))
    return of(stage, paid)


def of_a_closed_account(stage: Stage) -> Row:
    account = stage.world.account(stage.owner)
    row = w.deposit(account, 10)
    transfer = stage.world.accepted("deposit_received", row)
    found = stage.world.value(
        "select transaction_id from transactions where transfer_id = %s", transfer
    )
    withdrawal = stage.world.accepted(
        "request_withdrawal", w.withdrawal(stage.owner.token, account, 10)
    )
    stage.world.accepted("withdrawal_settled", w.fact("withdrawal_settled", withdrawal))
    stage.world.set_status(account, "closed")
    return of(stage, str(found))


def decision(stage: Stage, **changes: Any) -> Row:
    approval = stage.world.accepted("request_approval", request(stage))
    return {**w.decision(decider(stage), approval), **changes}


def asked_by_somebody_who_may_no_more(stage: Stage) -> Row:
    row = decision(stage)
    stage.world.admin.execute(
        "update staff_roles set role = 'read' where user_id ="
        " (select requested_by from approvals where approval_id = %s)", (row["approval_id"],)
    )  # fmt: skip
    return row


def decided_before(stage: Stage) -> Row:
    row = decision(stage, decision="declined")
    stage.world.accepted("decide_approval", row)
    return {**row, "key": str(uuid4())}


def expired(stage: Stage) -> Row:
    row = decision(stage)
    stage.world.admin.execute(
        "update approvals set expires_at = now() where approval_id = %s", (row["approval_id"],)
    )
    return row


def exception(stage: Stage) -> UUID:
    stage.world.accepted("execution_busted", bust(stage))
    return UUID(str(stage.world.value("select max(exception_id::text) from exceptions")))


def assign(stage: Stage, **changes: Any) -> Row:
    row = {**COMMON, "identity": asker(stage), "key": str(uuid4()), "user_id": NOBODY}
    return {**row, "exception_id": exception(stage), **changes}


def resolve(stage: Stage, **changes: Any) -> Row:
    row = {**COMMON, "identity": asker(stage), "key": str(uuid4()), "resolution": "done"}
    return {**row, "exception_id": exception(stage), **changes}


def resolved(stage: Stage) -> UUID:
    row = resolve(stage)
    stage.world.accepted("resolve_exception", row)
    return UUID(str(row["exception_id"]))


MAKERS = {
    "request_approval": request, "decide_approval": decision, "assign_exception": assign,
    "resolve_exception": resolve,
}  # fmt: skip


def operators() -> list[Case]:
    return [
        (f, code, lambda s, m=make, c=changes: m(s, **c(s)))  # type: ignore[misc]
        for f, make in MAKERS.items()
        for code, changes in (
            ("identity_invalid", lambda _: {"identity": "nonsense"}),
            ("identity_expired", lambda s: {"identity": s.world.expired(s.owner.user_id)}),
            ("not_permitted", lambda s: {"identity": s.world.broker}),
            ("required:key", lambda _: {"key": None}),
            ("out_of_range:key", lambda _: {"key": "k" * 256}),
        )
    ]


def busts() -> list[Case]:
    cases: list[Case] = []
    for f, make in (("execution_busted", bust), ("execution_corrected", correction)):
        cases += [
            (f, code, lambda s, m=make, c=changes: m(s, **c))  # type: ignore[misc]
            for code, changes in (
                ("required:venue", {"venue": None}),
                ("out_of_range:venue", {"venue": "v" * 65}),
                ("required:venue_execution_id", {"venue_execution_id": None}),
                ("out_of_range:venue_execution_id", {"venue_execution_id": "e" * 129}),
                ("required:ref_venue_execution_id", {"ref_venue_execution_id": None}),
                ("out_of_range:ref_venue_execution_id", {"ref_venue_execution_id": "e" * 129}),
                ("not_allowed:ref_venue_execution_id",
                 {"ref_venue_execution_id": "same", "venue_execution_id": "same"}),
            )
        ]  # fmt: skip
    f = "execution_corrected"
    return [
        *cases,
        (f, "required:quantity", lambda s: correction(s, quantity=None)),
        (f, "required:price", lambda s: correction(s, price=None)),
        *broken_numbers(f, correction, "quantity", "1000000000001", "0.0000000001"),
        *broken_numbers(f, correction, "price", "1000000001", "0.0000000001"),
    ]


def returns() -> list[Case]:
    f = "deposit_returned"
    return [
        (f, "required:bank", lambda s: returned(s, bank=None)),
        (f, "out_of_range:bank", lambda s: returned(s, bank="b" * 65)),
        (f, "required:key", lambda s: returned(s, key=None)),
        (f, "out_of_range:key", lambda s: returned(s, key="k" * 241)),
        (f, "required:bank_reference", lambda s: returned(s, bank_reference=None)),
        (f, "out_of_range:bank_reference", lambda s: returned(s, bank_reference="r" * 101)),
        (f, "out_of_range:reason", lambda s: returned(s, reason="r" * 101)),
    ]


def approvals() -> list[Case]:
    f = "request_approval"
    fill = {"venue": w.VENUE, "venue_execution_id": "x", "order_id": str(NOBODY), "price": "NaN"}
    return [
        (f, "required:reason", lambda s: request(s, reason=None)),
        (f, "out_of_range:reason", lambda s: request(s, reason=LONG)),
        (f, "invalid_value:action", lambda s: request(s, action="dance")),
        (f, "invalid_value:payload", lambda s: request(s, payload=None)),
        (f, "required:transaction_id", lambda s: request(s, payload={})),
        (f, "required:quantity", lambda s: request(s, action="execution", payload=fill)),
        (f, "invalid_value:price",
         lambda s: request(s, action="execution", payload={**fill, "quantity": "1"})),
        (f, "invalid_value:amount", lambda s: request(
            s, payload={"transaction_id": str(NOBODY), "amount": "-1"})),
        (f, "invalid_value:color", lambda s: request(
            s, payload={"transaction_id": str(NOBODY), "color": "red"})),
        (f, "transaction_not_found:transaction_id", lambda s: of(s, str(NOBODY))),
        (f, "not_reversible:transaction_id", trade),
        (f, "already_reversed:transaction_id", reversed_before),
        (f, "account_not_active:account_id", of_a_closed_account),
        (f, "insufficient_buying_power", spent),
        (f, "not_permitted", lambda s: resetting(s, colleague(s))),
        (f, "user_not_found:user_id", lambda s: resetting(s, NOBODY, "admin")),
        (f, "not_staff:user_id", lambda s: resetting(s, s.viewer.user_id, "admin")),
        (f, "second_operator_required", lambda s: resetting(s, colleague(s), "admin", own=True)),
        ("decide_approval", "not_permitted", not_an_administrator),
        ("decide_approval", "not_permitted:approval_id", asked_by_somebody_who_may_no_more),
        ("decide_approval", "invalid_value:decision", lambda s: decision(s, decision="maybe")),
        ("decide_approval", "out_of_range:note", lambda s: decision(s, note=LONG)),
        ("decide_approval", "approval_not_found:approval_id",
         lambda s: decision(s, approval_id=NOBODY)),
        ("decide_approval", "approval_decided:approval_id", decided_before),
        ("decide_approval", "approval_expired:approval_id", expired),
        ("decide_approval", "second_operator_required",
         lambda s: decision(s, identity=asker(s))),
    ]  # fmt: skip


def exceptions() -> list[Case]:
    a, r = "assign_exception", "resolve_exception"
    return [
        (a, "required:user_id", lambda s: assign(s, user_id=None)),
        (a, "user_not_found:user_id", lambda s: assign(s, user_id=s.owner.user_id)),
        (a, "exception_not_found:exception_id", lambda s: assign(s, exception_id=NOBODY)),
        (a, "exception_resolved:exception_id", lambda s: assign(s, exception_id=resolved(s))),
        (r, "required:resolution", lambda s: resolve(s, resolution=" ")),
        (r, "out_of_range:resolution", lambda s: resolve(s, resolution="w" * 2001)),
        (r, "exception_not_found:exception_id", lambda s: resolve(s, exception_id=NOBODY)),
        (r, "exception_resolved:exception_id", lambda s: resolve(s, exception_id=resolved(s))),
    ]


FACT_CASES: list[Case] = [
    *operators(), *busts(), *returns(), *approvals(), *exceptions(),
]  # fmt: skip
SPEAKS_FOR_FACTS = {
    "refuse_alone": ("deposit_received",),
    "refuse_persons": ("exchange_rate",),
    "claim_facts": (
        "withdrawal_settled",
        "withdrawal_returned",
        "shares_received",
        "corporate_action",
    ),
    "why_not_reset": ("request_approval",),
    "execution_changes": ("execution_corrected",),
    "claim_operator": OPERATORS,
    "why_no_payload": ("request_approval",),
    "why_not_reverse": ("request_approval",),
    "work_on_exceptions": ("assign_exception", "resolve_exception"),
}
NEVER_ANSWERED = {
    ("assign_exception", "required:resolution"), ("assign_exception", "out_of_range:resolution"),
    ("resolve_exception", "required:user_id"), ("resolve_exception", "user_not_found:user_id"),
}  # fmt: skip
