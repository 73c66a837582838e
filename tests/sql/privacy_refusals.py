"""Each refusal code of payment methods, with a row that earns it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from tests.sql.refusal_cases import NOBODY, Case, Stage
from tests.support import world as w
from tests.support.world import Row

SPEAKS_FOR_PRIVACY = {"claim_personal": ("add_payment_method",)}
ADD, REMOVE = "add_payment_method", "remove_payment_method"
MOST = 20


def add(stage: Stage, **changes: Any) -> Row:
    return {**w.payment_method(stage.owner), **changes}


def remove(stage: Stage, **changes: Any) -> Row:
    row = {**w.COMMON, "identity": stage.owner.token, "key": str(uuid4())}
    return {**row, "payment_method_id": uuid4(), **changes}


def _of_somebody_else(stage: Stage) -> Row:
    made = w.payment_method(stage.viewer)
    stage.world.accepted(ADD, made)
    return remove(stage, payment_method_id=made["payment_method_id"])


def _own(stage: Stage, **changes: Any) -> Row:
    made = add(stage)
    stage.world.accepted(ADD, made)
    return remove(stage, payment_method_id=made["payment_method_id"], **changes)


def _again(stage: Stage) -> Row:
    made = add(stage)
    stage.world.accepted(ADD, made)
    return add(stage, number_index=made["number_index"])


def _withdraw_to(stage: Stage, **changes: Any) -> Row:
    return w.withdrawal(stage.owner.token, stage.account, 1, **changes)


def _to_a_card(stage: Stage) -> Row:
    card = add(stage, kind="card", number_ciphertext=None, number_index=None, country=None)
    stage.world.accepted(ADD, card)
    return _withdraw_to(stage, payment_method_id=card["payment_method_id"])


def _to_a_removed_one(stage: Stage) -> Row:
    row = _own(stage)
    stage.world.accepted(REMOVE, row)
    return _withdraw_to(stage, payment_method_id=row["payment_method_id"])


def _in_use(stage: Stage) -> Row:
    row = _own(stage)
    to = {"payment_method_id": row["payment_method_id"]}
    stage.world.accepted("request_withdrawal", _withdraw_to(stage, **to))
    return row


def _one_too_many(stage: Stage) -> Row:
    user = stage.world.user()
    for verdict in stage.world.call(ADD, [w.payment_method(user) for _ in range(MOST)]):
        assert verdict.outcome == "accepted"
    return w.payment_method(user)


def _common(function: str, make: Callable[..., Row]) -> list[Case]:
    return [
        (function, "identity_invalid", partial(make, identity="nonsense")),
        (function, "identity_expired",
         lambda s: make(s, identity=s.world.expired(s.owner.user_id))),
        (function, "required:key", partial(make, key=None)),
        (function, "out_of_range:key", partial(make, key="k" * 256)),
    ]  # fmt: skip


def _reader(stage: Stage) -> str:
    return stage.world.token(stage.owner.user_id, "read", "trade")


PRIVACY_CASES: list[Case] = [
    *_common(ADD, add),
    *_common(REMOVE, _own),
    (ADD, "not_permitted", lambda s: add(s, user_id=s.viewer.user_id)),
    (ADD, "not_permitted", lambda s: add(s, identity=_reader(s))),
    (ADD, "invalid_value:kind", lambda s: add(s, kind="cheque")),
    (ADD, "invalid_value:kind", lambda s: add(s, kind=None)),
    (ADD, "invalid_value:last_four", lambda s: add(s, last_four="12345")),
    (ADD, "invalid_value:last_four", lambda s: add(s, last_four=None)),
    (ADD, "invalid_value:country", lambda s: add(s, country="Gb")),
    (ADD, "invalid_value:routing_number", lambda s: add(s, routing_number="111000025")),
    (ADD, "invalid_value:routing_number", lambda s: add(s, kind="us_bank")),
    (ADD, "invalid_value:number", lambda s: add(s, number_ciphertext=None)),
    (ADD, "invalid_value:number", lambda s: add(s, kind="card")),
    (ADD, "user_not_found:user_id",
     lambda s: add(s, identity=s.world.broker, user_id=NOBODY)),
    (ADD, "user_not_found:user_id", lambda s: add(s, generation=2)),
    (ADD, "duplicate:number", _again),
    (ADD, "limit_reached:user_id", _one_too_many),
    (REMOVE, "payment_method_not_found:payment_method_id", remove),
    (REMOVE, "payment_method_not_found:payment_method_id", _of_somebody_else),
    (REMOVE, "payment_method_in_use:payment_method_id", _in_use),
    ("request_withdrawal", "payment_method_not_found:payment_method_id",
     lambda s: _withdraw_to(s, payment_method_id=NOBODY)),
    ("request_withdrawal", "payment_method_not_found:payment_method_id",
     lambda s: _withdraw_to(s, payment_method_id=_of_somebody_else(s)["payment_method_id"])),
    ("request_withdrawal", "payment_method_not_found:payment_method_id", _to_a_card),
    ("request_withdrawal", "payment_method_not_found:payment_method_id", _to_a_removed_one),
]  # fmt: skip
