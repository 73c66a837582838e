"""Corporate actions: what a provider announces of a security, and what it did to accounts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from financebuy.errors import NotFoundError
from financebuy.services.caller import Caller, reading
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.services.submitting import fact
from financebuy.sql import load

KINDS = ("split", "reverse_split", "cash_dividend", "symbol_change", "cash_merger")
STATES = ("announced", "entitled", "applied", "blocked")
OWN_PROVIDER = "operations"


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action to announce. Which terms it needs depends on its `kind`.

    split, reverse_split: `new_shares` for each `old_shares`; with `cash_per_share` (for a whole new
    share) fractions are paid out. cash_dividend: `cash_per_share`, `pay_date`, perhaps a
    `withholding_rate` (0.15) and a `reinvest_price`. cash_merger: `cash_per_share`. symbol_change:
    `new_symbol`.
    """

    kind: str
    symbol: str
    ex_date: date
    record_date: date | None = None
    pay_date: date | None = None
    new_shares: int | None = None
    old_shares: int | None = None
    cash_per_share: Decimal | None = None
    withholding_rate: Decimal | None = None
    reinvest_price: Decimal | None = None
    new_symbol: str | None = None
    effective_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """An announced action. `state`: announced, entitled (a dividend), applied, or blocked."""

    action_id: UUID
    provider: str
    provider_action_id: str
    kind: str
    security_id: UUID
    symbol: str
    currency: str
    ex_date: date
    record_date: date | None
    pay_date: date | None
    new_shares: int | None
    old_shares: int | None
    cash_per_share: Decimal | None
    withholding_rate: Decimal
    reinvest_price: Decimal | None
    new_symbol: str | None
    old_symbol: str | None
    state: str
    effective_at: datetime
    announced_at: datetime
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What an action did, or will do (`state` pending), to one account."""

    action_id: UUID
    account_id: UUID
    state: str
    quantity_before: Decimal
    quantity_after: Decimal
    gross: Decimal
    withheld: Decimal
    cash: Decimal
    reinvested_quantity: Decimal
    reinvested_amount: Decimal
    transaction_id: UUID | None
    recorded_at: datetime
    paid_at: datetime | None


async def announce(
    platform: Platform,
    caller: Caller,
    new: NewAction,
    *,
    provider: str = OWN_PROVIDER,
    provider_action_id: str | None = None,
) -> Action:
    """Record an action of a security; needs the scope `operations`. The worker applies it.

    `provider_action_id` is the provider's own name of it: one id is one action, for ever.

    Raises:
        SecurityNotFoundError: no such security.
        RefusedError: terms that its kind needs are missing, or make no sense.
        IdempotencyConflictError: the provider has announced this id with other terms.
    """
    caller.require("operations")
    security = await platform.securities.find(new.symbol)
    accepted = await fact(
        platform,
        caller,
        "corporate_action",
        provider=provider,
        provider_action_id=provider_action_id or str(uuid4()),
        kind=new.kind,
        security_id=security.security_id,
        ex_date=new.ex_date,
        record_date=new.record_date,
        pay_date=new.pay_date,
        new_shares=new.new_shares,
        old_shares=new.old_shares,
        cash_per_share=new.cash_per_share,
        withholding_rate=new.withholding_rate,
        reinvest_price=new.reinvest_price,
        new_symbol=new.new_symbol,
        effective_at=new.effective_at,
    )
    return await get(platform, caller, UUID(accepted.result["action_id"]))


async def list_actions(
    platform: Platform,
    caller: Caller,
    *,
    symbol: str | None = None,
    state: str | None = None,
    limit: int = 50,
    before: UUID | None = None,
) -> list[Action]:
    """Return actions, latest ex-date first; `before` is the last one seen.

    Raises:
        SecurityNotFoundError: no such security.
    """
    security = None if symbol is None else await platform.securities.find(symbol)
    return await _read(
        platform,
        caller,
        security_id=None if security is None else security.security_id,
        state=state,
        limit=limit,
        before=before,
    )


async def get(platform: Platform, caller: Caller, action_id: UUID) -> Action:
    """Return one action.

    Raises:
        NotFoundError: there is none.
    """
    found = await _read(platform, caller, action_id=action_id)
    if not found:
        raise NotFoundError("there is no such corporate action", field="action_id")
    return found[0]


async def entitlements(
    platform: Platform, caller: Caller, action_id: UUID, *, limit: int = 500
) -> list[Entitlement]:
    """Return what an action did to the accounts that the caller may see.

    Raises:
        NotFoundError: there is no such action.
    """
    await get(platform, caller, action_id)
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Entitlement,
            load("corporate_actions").entitlements,
            {"action_id": action_id, "limit": limit},
        )


async def _read(
    platform: Platform,
    caller: Caller,
    *,
    action_id: UUID | None = None,
    security_id: UUID | None = None,
    state: str | None = None,
    limit: int = 1,
    before: UUID | None = None,
) -> list[Action]:
    async with reading(platform, caller) as connection:
        return await fetch_all(
            connection,
            Action,
            load("corporate_actions").actions,
            {
                "action_id": action_id,
                "security_id": security_id,
                "state": state,
                "limit": limit,
                "before": before,
            },
        )
