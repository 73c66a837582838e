"""What is refused of owners, transfers, conversions, rates and fees, with a row that earns it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.sql.refusal_cases import NAN, NOBODY, Case, Stage, broken_numbers, customer, on_account
from tests.support import world as w
from tests.support.world import OPEN, Row

MOVEMENTS = ("transfer", "convert_currency")
TERMS = ("flat", "per_share", "basis_points", "minimum", "maximum")


def send(stage: Stage, **changes: Any) -> Row:
    return {**w.transfer(stage.owner.token, stage.account, stage.unverified_account, 1), **changes}


def convert(stage: Stage, **changes: Any) -> Row:
    euros = stage.world.account(stage.owner, 0, "EUR")
    rate = stage.world.rate("USD", "EUR", "0.9")
    return {**w.conversion(stage.owner.token, stage.account, euros, 1, rate), **changes}


def fee(stage: Stage, **changes: Any) -> Row:
    return stage.by_broker(**{
        "account_id": stage.account, "amount": Decimal(1), "reason": "a letter", **changes,
    })  # fmt: skip


def joining(stage: Stage, **changes: Any) -> Row:
    return stage.by_broker(**{
        "account_id": stage.account, "user_id": stage.unverified.user_id, "role": "viewer",
        **changes,
    })  # fmt: skip


def leaving(stage: Stage, **changes: Any) -> Row:
    return stage.by_broker(**{
        "account_id": stage.account, "user_id": stage.viewer.user_id, **changes,
    })  # fmt: skip


def schedule(stage: Stage, **changes: Any) -> Row:
    coming = {"side": "buy", "effective_from": OPEN + timedelta(days=90)}
    return stage.by_broker(**{**coming, **dict.fromkeys(TERMS, Decimal(1)), **changes})


def currency(stage: Stage, **changes: Any) -> Row:
    return stage.by_broker(**{"code": "SEK", "scale": 2, **changes})


def rate(_: Stage, **changes: Any) -> Row:
    return {**w.exchange_rate("USD", "EUR", "0.9"), **changes}


def named(stage: Stage, account: UUID) -> str:
    number: str = stage.world.value(
        "select account_number from accounts where account_id = %s", account
    )
    return number


def movements() -> list[Case]:
    cases: list[Case] = []
    for f, make in zip(MOVEMENTS, (send, convert), strict=True):
        cases += [
            *customer(f, make),
            *on_account(f, make),
            *broken_numbers(f, make, "amount", "1000000000001", "0.001"),
            (f, "required:amount", lambda s, m=make: m(s, amount=None)),  # type: ignore[misc]
            (f, "required:target", lambda s, m=make: m(s, target=None)),  # type: ignore[misc]
            (f, "out_of_range:target",
             lambda s, m=make: m(s, target="t" * 65)),  # type: ignore[misc]
            (f, "insufficient_withdrawable:amount",
             lambda s, m=make: m(s, amount=Decimal("890.01"))),  # type: ignore[misc]
            (f, "account_not_found:target",
             lambda s, m=make: m(s, target=str(NOBODY))),  # type: ignore[misc]
            (f, "account_not_found:target",
             lambda s, m=make: m(s, target="HOUSE-USD-FEES")),  # type: ignore[misc]
        ]  # fmt: skip
    t, c = MOVEMENTS
    return [
        *cases,
        (t, "not_allowed:target", lambda s: send(s, target=named(s, s.account))),
        (t, "account_not_found:target", lambda s: send(s, target=str(s.restricted))),
        (t, "account_not_found:target", lambda s: send(s, target=str(s.closed))),
        (t, "currency_mismatch:target",
         lambda s: send(s, target=str(s.world.account(s.owner, 0, "EUR")))),
        (c, "account_not_found:target", lambda s: convert(
            s, target=str(s.world.account(s.viewer, 0, "EUR")))),
        (c, "not_permitted:target", lambda s: convert(s, target=str(seen_by_owner(s)))),
        (c, "account_not_active:target", lambda s: convert(s, target=str(s.restricted))),
        (c, "required:rate_id", lambda s: convert(s, rate_id=None)),
        (c, "rate_not_found:rate_id", lambda s: convert(s, rate_id=NOBODY)),
        (c, "currency_mismatch:rate_id",
         lambda s: convert(s, rate_id=s.world.rate("EUR", "USD", "1.1"))),
        (c, "rate_not_fresh:rate_id", lambda s: convert(s, rate_id=s.world.rate(
            "USD", "EUR", "0.9", effective_at=OPEN - timedelta(days=1, seconds=1)))),
        (c, "rate_not_fresh:rate_id", lambda s: convert(s, rate_id=s.world.rate(
            "USD", "EUR", "0.9", effective_at=OPEN + timedelta(seconds=1)))),
        (c, "rate_not_fresh:rate_id", lambda s: convert(s, rate_id=superseded(s))),
        (c, "out_of_range:amount", lambda s: convert(
            s, amount=Decimal("0.01"), rate_id=s.world.rate("USD", "EUR", "0.4"))),
    ]  # fmt: skip


def superseded(stage: Stage) -> UUID:
    """A rate of this day, when there is a newer one."""
    earlier = stage.world.rate("USD", "EUR", "0.95", effective_at=OPEN - timedelta(minutes=1))
    stage.world.rate("USD", "EUR", "0.9")
    return earlier


def seen_by_owner(stage: Stage) -> UUID:
    """Somebody else's account in euros, which the owner may only look at."""
    account = stage.world.account(stage.viewer, 0, "EUR")
    stage.world.share(account, stage.owner, "viewer")
    return account


def by_the_broker() -> list[Case]:
    makers: dict[str, Callable[..., Row]] = {
        "charge_fee": fee, "add_owner": joining, "remove_owner": leaving,
        "set_fee_schedule": schedule, "add_currency": currency,
    }  # fmt: skip
    return [
        (f, code, lambda s, m=make, c=changes: m(s, **c(s)))  # type: ignore[misc]
        for f, make in makers.items()
        for code, changes in (
            ("identity_invalid", lambda _: {"identity": "nonsense"}),
            ("identity_expired", lambda s: {"identity": s.world.expired(s.owner.user_id)}),
            ("not_permitted", lambda s: {"identity": s.owner.token}),
            ("required:key", lambda _: {"key": None}),
            ("out_of_range:key", lambda _: {"key": "k" * 256}),
        )
    ]


def owners() -> list[Case]:
    a, r = "add_owner", "remove_owner"
    return [
        (a, "invalid_value:role", lambda s: joining(s, role="king")),
        (a, "invalid_value:role", lambda s: joining(s, role=None)),
        (a, "account_not_found:account_id", lambda s: joining(s, account_id=NOBODY)),
        (a, "account_not_active:account_id", lambda s: joining(s, account_id=s.closed)),
        (a, "user_not_found:user_id", lambda s: joining(s, user_id=NOBODY)),
        (a, "not_customer:user_id", lambda s: joining(s, user_id=s.world.staff().user_id)),
        (a, "duplicate:user_id", lambda s: joining(s, user_id=s.viewer.user_id)),
        (a, "not_allowed:role", lambda s: joining(s, role="joint")),
        (a, "not_allowed:role", lambda s: joining(s, role="owner")),
        (r, "account_not_found:account_id", lambda s: leaving(s, account_id=NOBODY)),
        (r, "account_not_active:account_id", lambda s: leaving(s, account_id=s.closed)),
        (r, "user_not_found:user_id", lambda s: leaving(s, user_id=NOBODY)),
        (r, "last_owner:user_id", lambda s: leaving(s, user_id=s.owner.user_id)),
    ]


def fees() -> list[Case]:
    f, g = "charge_fee", "set_fee_schedule"
    most = {"basis_points": "10001"}
    terms = [
        case
        for name in TERMS
        for case in (
            (g, f"invalid_value:{name}", lambda s, n=name: schedule(s, **{n: NAN})),
            (g, f"out_of_range:{name}", lambda s, n=name: schedule(s, **{n: Decimal(-1)})),
            (g, f"out_of_range:{name}",
             lambda s, n=name: schedule(s, **{n: Decimal(most.get(n, "1000001"))})),
            (g, f"excess_scale:{name}",
             lambda s, n=name: schedule(s, **{n: Decimal("1.0000000001")})),
        )
    ]  # fmt: skip
    return [
        *broken_numbers(f, fee, "amount", "1000000000001", "0.001"),
        (f, "required:amount", lambda s: fee(s, amount=None)),
        (f, "required:reason", lambda s: fee(s, reason=None)),
        (f, "out_of_range:reason", lambda s: fee(s, reason="")),
        (f, "out_of_range:reason", lambda s: fee(s, reason="r" * 201)),
        (f, "account_not_found:account_id", lambda s: fee(s, account_id=NOBODY)),
        (f, "account_not_active:account_id", lambda s: fee(s, account_id=s.closed)),
        (f, "insufficient_buying_power:amount", lambda s: fee(s, amount=Decimal("890.01"))),
        *terms,
        (g, "invalid_value:side", lambda s: schedule(s, side="hold")),
        (g, "required:effective_from", lambda s: schedule(s, effective_from=None)),
        (g, "invalid_value:effective_from", lambda s: schedule(s, effective_from="infinity")),
        (g, "not_allowed:effective_from", lambda s: schedule(s, effective_from=OPEN)),
        (g, "out_of_range:maximum", lambda s: schedule(s, maximum=Decimal("0.5"))),
    ]


def currencies() -> list[Case]:
    f, g = "add_currency", "exchange_rate"
    return [
        (f, "invalid_value:code", lambda s: currency(s, code="kr")),
        (f, "invalid_value:code", lambda s: currency(s, code=None)),
        (f, "out_of_range:scale", lambda s: currency(s, scale=13)),
        (f, "out_of_range:scale", lambda s: currency(s, scale=None)),
        (f, "duplicate:code", lambda s: currency(s, code="EUR")),
        *broken_numbers(g, rate, "rate", "1000000001", "0.0000000000001"),
        (g, "required:rate", lambda s: rate(s, rate=None)),
        (g, "required:provider", lambda s: rate(s, provider=None)),
        (g, "out_of_range:provider", lambda s: rate(s, provider="p" * 65)),
        (g, "required:provider_rate_id", lambda s: rate(s, provider_rate_id=None)),
        (g, "out_of_range:provider_rate_id", lambda s: rate(s, provider_rate_id="")),
        (g, "invalid_value:base", lambda s: rate(s, base="XXX")),
        (g, "invalid_value:quote", lambda s: rate(s, quote="XXX")),
        (g, "invalid_value:quote", lambda s: rate(s, quote="USD")),
    ]


ACCOUNT_CASES: list[Case] = [
    *movements(), *by_the_broker(), *owners(), *fees(), *currencies(),
]  # fmt: skip
