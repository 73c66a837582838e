"""Each refusal code of a platform that is no paper one, with a row that earns it."""

from collections.abc import Callable
from uuid import UUID, uuid4

from tests.sql.account_refusals import joining, leaving
from tests.sql.privacy_refusals import ADD, add
from tests.sql.refusal_cases import Case, Stage
from tests.support import world as w
from tests.support.world import MONDAY, Row, User


def _withdraw_to(stage: Stage, **changes: object) -> Row:
    return w.withdrawal(stage.owner.token, stage.account, 1, **changes)


def _key(stage: Stage, scopes: str) -> Row:
    return stage.api_key(key_id=uuid4().hex[:20].upper(), scopes=scopes)


def _to_a_new_one(stage: Stage) -> Row:
    made = add(stage)
    stage.world.accepted(ADD, made)
    return _withdraw_to(stage, payment_method_id=made["payment_method_id"])


def _somebody_with_a_new_factor(stage: Stage) -> tuple[User, UUID]:
    """Apart from the owner, whose other cases it would decide."""
    user = stage.world.user()
    stage.world.admin.execute(
        "insert into passkeys (credential_id, user_id, public_key, sign_count, name, created_at)"
        " values (%s, %s, 'key', 0, 'a phone', now())", (uuid4().bytes, user.user_id),
    )  # fmt: skip
    return user, stage.world.account(user, 100)


def _by_a_new_factor(stage: Stage) -> Row:
    user, account = _somebody_with_a_new_factor(stage)
    made = w.payment_method(user)
    stage.world.accepted(ADD, made)
    stage.world.admin.execute(
        "update payment_methods set created_at = now() - interval '1 year'"
        " where payment_method_id = %s", (made["payment_method_id"],),
    )  # fmt: skip
    return w.withdrawal(user.token, account, 1, payment_method_id=made["payment_method_id"])


def _to_another_by_a_new_factor(stage: Stage) -> Row:
    user, account = _somebody_with_a_new_factor(stage)
    return w.transfer(user.token, account, stage.account, 1)


def _shared(stage: Stage) -> tuple[UUID, User]:
    """A joint account with cash, and its second owner."""
    second = stage.world.user()
    account = stage.world.account(stage.world.user(), 100, account_type="joint")
    stage.world.share(account, second, "owner")
    return account, second


def _joining(stage: Stage, role: str) -> Row:
    straw = stage.world.user().user_id
    return joining(stage, account_id=_shared(stage)[0], user_id=straw, role=role)


def _leaving(stage: Stage, role: str) -> Row:
    account, owner = _shared(stage)
    if role == "joint":
        owner = stage.world.user()
        stage.world.share(account, owner, role)
    return leaving(stage, account_id=account, user_id=owner.user_id)


def _left(stage: Stage) -> UUID:
    asked = w.withdrawal(stage.owner.token, stage.account, 1)
    return stage.world.accepted("request_withdrawal", asked)


ENTERED: dict[str, Callable[[Stage], Row]] = {
    "withdrawal_settled": lambda s: w.fact("withdrawal_settled", _left(s), str(uuid4())),
    "withdrawal_returned": lambda s: w.fact("withdrawal_returned", _left(s), "unknown there"),
    "shares_received": lambda s: w.shares(s.account, s.stock, 1),
    "corporate_action": lambda s: w.action("symbol_change", s.stock, MONDAY, new_symbol="NEW"),
    "exchange_rate": lambda _: w.exchange_rate("USD", "EUR", "0.9"),
}  # fmt: skip
"""Facts by a person."""

REAL_MONEY_CASES: list[Case] = [
    *(
        ("create_api_key", "customers_own:scopes", lambda s, scopes=scopes: _key(s, scopes))
        for scopes in ("trade", "funding", "read,trade", "funding,read,trade")
    ),
    *(
        case
        for role in ("owner", "joint")
        for case in (
            ("add_owner", "customers_own:account_id", lambda s, role=role: _joining(s, role)),
            ("remove_owner", "customers_own:account_id", lambda s, role=role: _leaving(s, role)),
        )
    ),
    ("request_withdrawal", "required:payment_method_id", _withdraw_to),
    ("request_withdrawal", "payment_method_new:payment_method_id", _to_a_new_one),
    ("request_withdrawal", "second_factor_new", _by_a_new_factor),
    ("transfer", "second_factor_new", _to_another_by_a_new_factor),
    ("deposit_received", "approval_required:amount",
     lambda s: w.deposit(s.account, 10_000, identity=s.world.staff().token)),
    *(
        (name, "approval_required", lambda s, row=row: row(s) | {"identity": s.world.staff().token})
        for name, row in ENTERED.items()
    ),
    (ADD, "customers_own:user_id", lambda s: add(s, identity=s.world.broker)),
]  # fmt: skip
