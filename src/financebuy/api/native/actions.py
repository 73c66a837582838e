"""`/fb/v1/actions`: corporate actions, and what they did to one's accounts."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from financebuy.api.auth import Operator, Reader, The
from financebuy.api.bodies import Route
from financebuy.api.fields import Symbol
from financebuy.api.idempotency import RequiredKey
from financebuy.api.money import Amount, Money, Quantity
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, next_cursor, unseal_id
from financebuy.api.times import Instant
from financebuy.services import actions
from financebuy.services.actions import NewAction

router = APIRouter(prefix="/fb/v1/actions", tags=["native: corporate actions"], route_class=Route)
Kind = Literal["split", "reverse_split", "cash_dividend", "symbol_change", "cash_merger"]
State = Literal["announced", "entitled", "applied", "blocked"]


class ActionIn(BaseModel):
    """An action to announce; its kind decides which terms it needs."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    symbol: Symbol
    ex_date: date
    record_date: date | None = None
    pay_date: date | None = None
    new_shares: int | None = Field(default=None, gt=0, lt=2**31)
    old_shares: int | None = Field(default=None, gt=0, lt=2**31)
    cash_per_share: Amount | None = None
    withholding_rate: Amount | None = None
    reinvest_price: Amount | None = None
    new_symbol: Symbol | None = None
    effective_at: AwareDatetime | None = None


class ActionView(BaseModel):
    """An announced action; `state` says how far it has come."""

    model_config = ConfigDict(from_attributes=True)

    action_id: UUID
    provider: str
    provider_action_id: str
    kind: Kind
    security_id: UUID
    symbol: str
    currency: str
    ex_date: date
    record_date: date | None
    pay_date: date | None
    new_shares: int | None
    old_shares: int | None
    cash_per_share: Quantity | None
    withholding_rate: Quantity
    reinvest_price: Quantity | None
    new_symbol: str | None
    old_symbol: str | None
    state: State
    effective_at: Instant
    announced_at: Instant
    applied_at: Instant | None


class EntitlementView(BaseModel):
    """What an action did, or will do, to one account."""

    model_config = ConfigDict(from_attributes=True)

    action_id: UUID
    account_id: UUID
    state: Literal["pending", "applied"]
    quantity_before: Quantity
    quantity_after: Quantity
    gross: Money
    withheld: Money
    cash: Money
    reinvested_quantity: Quantity
    reinvested_amount: Money
    transaction_id: UUID | None
    recorded_at: Instant
    paid_at: Instant | None


@router.post("", status_code=201, response_model=ActionView)
async def announce_action(body: ActionIn, platform: The, caller: Operator, key: RequiredKey) -> Any:
    """Announce an action. The key is its provider's id: a repeat is the same action."""
    new = NewAction(**body.model_dump())
    return ActionView.model_validate(
        await actions.announce(platform, caller, new, provider_action_id=key)
    )


@router.get("", response_model=Page[ActionView])
async def list_actions(
    platform: The,
    caller: Reader,
    symbol: Symbol | None = None,
    state: State | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List actions, latest ex-date first."""
    found = await actions.list_actions(
        platform, caller, symbol=symbol, state=state, limit=limit, before=unseal_id(cursor)
    )
    return Page(
        items=[ActionView.model_validate(each) for each in found],
        next_cursor=next_cursor(found, limit, lambda last: str(last.action_id)),
    )


@router.get("/{action_id}", response_model=ActionView)
async def get_action(action_id: UUID, platform: The, caller: Reader) -> Any:
    """Return one action."""
    return ActionView.model_validate(await actions.get(platform, caller, action_id))


@router.get("/{action_id}/entitlements", response_model=list[EntitlementView])
async def list_entitlements(action_id: UUID, platform: The, caller: Reader) -> Any:
    """List what an action did to the accounts that the caller may see."""
    found = await actions.entitlements(platform, caller, action_id)
    return [EntitlementView.model_validate(each) for each in found]
