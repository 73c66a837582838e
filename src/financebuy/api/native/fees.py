"""`/fb/v1/fees`: the schedules of trading fees, and charging an account."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from financebuy.api.auth import Broker, Reader, The
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.money import Amount, Quantity
from financebuy.api.times import Instant
from financebuy.services import fees
from financebuy.services.fees import Schedule

router = APIRouter(prefix="/fb/v1", tags=["native: fees"], route_class=Route)


class ScheduleIn(BaseModel):
    """What trades will pay from a time on, until a newer schedule begins."""

    model_config = ConfigDict(extra="forbid")

    side: Literal["buy", "sell"]
    effective_from: AwareDatetime
    flat: Amount = Field(default=0, validate_default=True)
    per_share: Amount = Field(default=0, validate_default=True)
    basis_points: Amount = Field(default=0, validate_default=True)
    minimum: Amount = Field(default=0, validate_default=True)
    maximum: Amount | None = None


class ScheduleView(BaseModel):
    """A schedule; `state` is past, current, or coming, which can still be set."""

    model_config = ConfigDict(from_attributes=True)

    side: str
    effective_from: Instant
    flat: Quantity
    per_share: Quantity
    basis_points: Quantity
    minimum: Quantity
    maximum: Quantity | None
    state: str


class FeeIn(BaseModel):
    """What to charge an account, and for what."""

    model_config = ConfigDict(extra="forbid")

    amount: Amount
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class FeeView(BaseModel):
    """What an account was charged, in its currency."""

    model_config = ConfigDict(from_attributes=True)

    fee_id: UUID
    account_id: UUID
    amount: Quantity
    reason: str


@router.get("/fees", response_model=list[ScheduleView])
async def list_schedules(platform: The, caller: Reader) -> Any:
    """List the schedules, by side and beginning."""
    found = await fees.schedules(platform, caller)
    return [ScheduleView.model_validate(each) for each in found]


@router.put("/fees", response_model=ScheduleView)
async def set_schedule(
    body: ScheduleIn, platform: The, caller: Broker, key: OptionalKey = None
) -> Any:
    """Set what trades will pay from a market time that has not come yet."""
    schedule = Schedule(**body.model_dump())
    return ScheduleView.model_validate(await fees.set_schedule(platform, caller, schedule, key))


@router.post("/accounts/{account_id}/fees", status_code=201, response_model=FeeView)
async def charge_fee(
    account_id: UUID,
    body: FeeIn,
    platform: The,
    caller: Broker,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Charge an account. It is never overdrawn by it."""
    charged = await fees.charge(platform, caller, account_id, body.amount, body.reason, key)
    say_replayed(response, replayed=charged.replayed)
    return FeeView.model_validate(charged)
