"""`/fb/v1/statements`: an account's entries with running balances, in either of two times."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Reader, The
from financebuy.api.bodies import Route
from financebuy.api.fields import Moment
from financebuy.api.money import Quantity
from financebuy.api.times import Instant
from financebuy.services import accounts, statements
from financebuy.services.statements import Time

router = APIRouter(prefix="/fb/v1", tags=["native: statements"], route_class=Route)


class AssetBalanceView(BaseModel):
    """How much of an asset an account has; `kind` is currency or security."""

    model_config = ConfigDict(from_attributes=True)

    asset_id: UUID
    kind: str
    asset: str
    balance: Quantity


class LineView(BaseModel):
    """One entry; `balance` is what the account had of the asset after it."""

    model_config = ConfigDict(from_attributes=True)

    asset_id: UUID
    asset: str
    transaction_id: UUID
    leg: int
    version: int
    transaction_type: str
    reference: str | None
    description: str | None
    amount: Quantity
    balance: Quantity
    effective_at: Instant
    recorded_at: Instant


class StatementView(BaseModel):
    """An account from `start` until before `end`, in the `time` that was asked for."""

    model_config = ConfigDict(from_attributes=True)

    account_id: UUID
    time: Time
    start: Instant
    end: Instant
    opening: list[AssetBalanceView]
    lines: list[LineView]
    closing: list[AssetBalanceView]


@router.get("/statements", response_model=StatementView)
async def get_statement(
    platform: The,
    caller: Reader,
    time: Time,
    start: Annotated[Moment, Query(alias="from")],
    end: Annotated[Moment, Query(alias="to", description="The statement ends before it.")],
    account_id: UUID | None = None,
) -> Any:
    """Return a statement. `time`: recorded (what was known then) or effective (what was so)."""
    chosen = await accounts.resolve(platform, caller, account_id)
    found = await statements.statement(platform, caller, chosen, start, end, time)
    return StatementView.model_validate(found)
