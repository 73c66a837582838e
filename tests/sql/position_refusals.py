"""Each refusal code of preferences, lot choices, receipts and corporate actions, with its row."""

from decimal import Decimal
from typing import Any

from tests.sql.refusal_cases import INFINITE, NAN, NOBODY, Case, Stage
from tests.support import world as w
from tests.support.world import MONDAY, Row

D = Decimal
SPEAKS_FOR_POSITIONS = {
    "action_problem": ("corporate_action",),
    "claim_owner": ("set_preferences", "choose_lots"),
    "owner_problem": ("set_preferences",),
}


def prefer(stage: Stage, **changes: Any) -> Row:
    return {**w.preferences(stage.owner.token, stage.account, "lifo"), **changes}


def choose(stage: Stage, **changes: Any) -> Row:
    return {**w.choice(stage.owner.token, stage.order, "lifo"), **changes}


def receive(stage: Stage, **changes: Any) -> Row:
    return {**w.shares(stage.account, stage.stock, 1), **changes}


def act(stage: Stage, kind: str | None, **changes: Any) -> Row:
    return {**w.action("split", stage.stock, MONDAY), "kind": kind, **changes}


def _of(make: Any, function: str, code: str, *kind: Any, **changes: Any) -> Case:
    return (function, code, lambda stage: make(stage, *kind, **changes))


def owners() -> list[Case]:
    cases = [
        _of(make, function, code, key=key)
        for function, make in (("set_preferences", prefer), ("choose_lots", choose))
        for code, key in (("required:key", None), ("out_of_range:key", "k" * 256))
    ]
    return [
        *cases,
        _of(prefer, "set_preferences", "required:account_id", account_id=None),
        _of(prefer, "set_preferences", "required:lot_method", lot_method=None),
        _of(prefer, "set_preferences", "invalid_value:lot_method", lot_method="average"),
        _of(choose, "choose_lots", "required:lot_method", lot_method=None),
        _of(choose, "choose_lots", "invalid_value:lot_method", lot_method="average"),
        _of(choose, "choose_lots", "invalid_value:lots", lots=w.chosen([(NOBODY, 1)])),
        _of(choose, "choose_lots", "not_allowed:side"),
        _of(choose, "choose_lots", "order_not_found:order_id", order_id=NOBODY),
        (
            "choose_lots", "order_not_open:order_id",
            lambda stage: choose(stage, order_id=stage.ended_order),
        ),
        (
            "choose_lots", "replace_pending:order_id",
            lambda stage: choose(stage, order_id=stage.replaced),
        ),
    ]  # fmt: skip


def receipts() -> list[Case]:
    values: dict[str, list[Any]] = {
        "required:account_id": [None], "required:security_id": [None],
        "security_not_found:security_id": [NOBODY],
        "required:custodian": [None], "out_of_range:custodian": ["", "c" * 65],
        "required:custodian_reference": [None],
        "out_of_range:custodian_reference": ["", "r" * 101],
        "required:quantity": [None], "invalid_value:quantity": [NAN, INFINITE],
        "out_of_range:quantity": [D(0), D("1e13")], "excess_scale:quantity": [D("1e-10")],
        "required:cost": [None], "invalid_value:cost": [NAN], "out_of_range:cost": [D(-1)],
        "excess_scale:cost": [D("0.001")], "required:acquired_at": [None],
    }  # fmt: skip
    return [
        _of(receive, "shares_received", code, **{code.partition(":")[2]: value})
        for code, found in values.items()
        for value in found
    ]


def actions() -> list[Case]:
    split = {"new_shares": 2, "old_shares": 1}
    paid = {"cash_per_share": D(1), "pay_date": MONDAY}
    values: list[tuple[str, str | None, dict[str, Any]]] = [
        ("required:kind", None, {}), ("invalid_value:kind", "gift", {}),
        ("required:ex_date", "split", {"ex_date": None}),
        ("invalid_value:pay_date", "cash_merger", {"pay_date": MONDAY.replace(year=1999)}),
        ("invalid_value:cash_per_share", "cash_merger", {"cash_per_share": NAN}),
        ("out_of_range:cash_per_share", "cash_merger", {"cash_per_share": D(0)}),
        ("required:cash_per_share", "cash_merger", {}),
        ("invalid_value:reinvest_price", "cash_dividend", {"reinvest_price": NAN}),
        ("out_of_range:reinvest_price", "cash_dividend", {"reinvest_price": D(0)}),
        ("invalid_value:withholding_rate", "cash_dividend", {"withholding_rate": NAN}),
        ("out_of_range:withholding_rate", "cash_dividend", {"withholding_rate": D(2)}),
        ("required:pay_date", "cash_dividend", {"cash_per_share": D(1)}),
        ("required:new_shares", "split", {"old_shares": 1}),
        ("required:old_shares", "split", {"new_shares": 2}),
        ("out_of_range:new_shares", "split", {"new_shares": 0, "old_shares": 1}),
        ("out_of_range:old_shares", "split", {"new_shares": 2, "old_shares": 0}),
        ("invalid_value:new_shares", "reverse_split", split),
        ("required:new_symbol", "symbol_change", {}),
        ("invalid_value:new_symbol", "symbol_change", {"new_symbol": "new"}),
        ("required:provider", "split", {**split, "provider": None}),
        ("out_of_range:provider", "split", {**split, "provider": "p" * 65}),
        ("required:provider_action_id", "cash_dividend", {**paid, "provider_action_id": None}),
        ("out_of_range:provider_action_id", "split", {**split, "provider_action_id": "a" * 129}),
        ("required:security_id", "split", {**split, "security_id": None}),
        ("security_not_found:security_id", "split", {**split, "security_id": NOBODY}),
    ]  # fmt: skip
    return [_of(act, "corporate_action", code, kind, **terms) for code, kind, terms in values]


POSITION_CASES: list[Case] = [*owners(), *receipts(), *actions()]
