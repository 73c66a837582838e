"""`/fb/v1/transfers` and `/fb/v1/conversions`: money between accounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from financebuy.api.auth import Reader, The, needs
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.money import Amount, Quantity
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, next_cursor, unseal_id
from financebuy.api.times import Instant
from financebuy.services import accounts, movements
from financebuy.services.caller import Caller

router = APIRouter(prefix="/fb/v1", tags=["native: transfers"], route_class=Route)

Mover = Annotated[Caller, needs("funding")]
Target = Annotated[str, Field(min_length=1, max_length=64, description="A number or an id.")]


class TransferBetweenIn(BaseModel):
    """Money for another account of the same currency."""

    model_config = ConfigDict(extra="forbid")

    account_id: UUID | None = None
    target: Target
    amount: Amount


class ConversionIn(TransferBetweenIn):
    """Money for one's own account in another currency, by a rate."""

    rate_id: UUID


class MovementView(BaseModel):
    """Money that left an account for another; `rate_id` names the rate of a conversion."""

    model_config = ConfigDict(from_attributes=True)

    transfer_id: UUID
    account_id: UUID
    target_account_id: UUID
    amount: Quantity
    currency: str
    target_amount: Quantity
    target_currency: str
    rate_id: UUID | None
    requested_at: Instant
    effective_at: Instant


@router.post("/transfers", status_code=201, response_model=MovementView)
async def create_transfer(
    body: TransferBetweenIn,
    platform: The,
    caller: Mover,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Move money to another account, at once and for good."""
    chosen = await accounts.resolve(platform, caller, body.account_id)
    made = await movements.transfer(platform, caller, chosen, body.target, body.amount, key)
    say_replayed(response, replayed=made.replayed)
    return MovementView.model_validate(made)


@router.post("/conversions", status_code=201, response_model=MovementView)
async def create_conversion(
    body: ConversionIn, platform: The, caller: Mover, response: Response, key: OptionalKey = None
) -> Any:
    """Sell money by a rate; what it buys comes to one's own account in the other currency."""
    chosen = await accounts.resolve(platform, caller, body.account_id)
    made = await movements.convert(
        platform, caller, chosen, body.target, body.amount, body.rate_id, key
    )
    say_replayed(response, replayed=made.replayed)
    return MovementView.model_validate(made)


@router.get("/transfers", response_model=Page[MovementView])
async def list_transfers(
    platform: The,
    caller: Reader,
    account_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List what left an account for others, newest first."""
    chosen = await accounts.resolve(platform, caller, account_id)
    found = await movements.movements(platform, caller, chosen, limit, unseal_id(cursor))
    return Page(
        items=[MovementView.model_validate(each) for each in found],
        next_cursor=next_cursor(found, limit, lambda last: str(last.transfer_id)),
    )
