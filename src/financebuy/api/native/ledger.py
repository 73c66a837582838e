"""`/fb/v1/ledger`: an account's cash, and every entry that made it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.api.fields import Moment
from financebuy.api.money import Money, Quantity
from financebuy.api.native.statements import AssetBalanceView
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page
from financebuy.api.times import Instant
from financebuy.errors import RequiredError
from financebuy.services import accounts, ledger, statements
from financebuy.services.statements import Time

router = APIRouter(prefix="/fb/v1/ledger", tags=["native: ledger"], route_class=Route)


class BalancesView(BaseModel):
    """Cash: `buying_power` = `balance` - `held`; `withdrawable` is what is settled and free."""

    model_config = ConfigDict(from_attributes=True)

    account_id: UUID
    currency: str
    balance: Money
    held: Money
    unsettled: Money
    buying_power: Money
    withdrawable: Money


class BalancesAtView(BaseModel):
    """What an account had as of a moment, in the `time` that was asked for."""

    account_id: UUID
    as_of: Instant
    time: Time
    balances: list[AssetBalanceView]


class EntryView(BaseModel):
    """One leg of a transaction; `amount` counts `asset`, and `version` has no gap per asset."""

    model_config = ConfigDict(from_attributes=True)

    transaction_id: UUID
    leg: int
    transaction_type: str
    account_id: UUID
    asset_id: UUID
    asset: str
    amount: Quantity
    version: int
    reference: str | None
    order_id: UUID | None
    execution_id: UUID | None
    transfer_id: UUID | None
    effective_at: Instant
    recorded_at: Instant


@router.get("/balances", response_model=BalancesView | BalancesAtView)
async def get_balances(
    platform: The,
    caller: Reader,
    account_id: UUID | None = None,
    as_of: Moment | None = None,
    time: Time | None = None,
) -> Any:
    """Return an account's cash now; with `as_of` and `time`, its cash and shares as of then."""
    chosen = await accounts.resolve(platform, caller, account_id)
    if as_of is not None or time is not None:
        if as_of is None or time is None:
            raise RequiredError(field="time" if time is None else "as_of")
        found = await statements.balances_at(platform, caller, chosen, as_of, time)
        views = [AssetBalanceView.model_validate(each) for each in found]
        return BalancesAtView(account_id=chosen, as_of=as_of, time=time, balances=views)
    return BalancesView.model_validate(await ledger.balances(platform, caller, chosen))


@router.get("/entries", response_model=Page[EntryView])
async def list_entries(
    platform: The,
    caller: Reader,
    account_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List an account's entries, newest first."""
    chosen = await accounts.resolve(platform, caller, account_id)
    page = await ledger.entries(platform, caller, chosen, limit, cursor)
    return Page(
        items=[EntryView.model_validate(each) for each in page.items],
        next_cursor=page.next_cursor,
    )
