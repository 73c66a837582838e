"""`/fb/v1/accounts/{account_id}/owners`: who an account belongs to."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Broker, Reader, The
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.times import Instant
from financebuy.services import owners

router = APIRouter(prefix="/fb/v1/accounts", tags=["native: accounts"], route_class=Route)


class OwnerIn(BaseModel):
    """A user to let in. `owner` and `joint` trade and withdraw, a `viewer` reads."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID
    role: Literal["owner", "joint", "viewer"]


class OwnerView(BaseModel):
    """A user of an account."""

    model_config = ConfigDict(from_attributes=True)

    account_id: UUID
    user_id: UUID
    role: str
    created_at: Instant


@router.get("/{account_id}/owners", response_model=list[OwnerView])
async def list_owners(account_id: UUID, platform: The, caller: Reader) -> Any:
    """List the users of an account."""
    found = await owners.owners(platform, caller, account_id)
    return [OwnerView.model_validate(each) for each in found]


@router.post("/{account_id}/owners", status_code=204)
async def add_owner(
    account_id: UUID,
    body: OwnerIn,
    platform: The,
    caller: Broker,
    response: Response,
    key: OptionalKey = None,
) -> None:
    """Let a user into an account."""
    replayed = await owners.add_owner(platform, caller, account_id, body.user_id, body.role, key)
    say_replayed(response, replayed=replayed)


@router.delete("/{account_id}/owners/{user_id}", status_code=204)
async def remove_owner(
    account_id: UUID,
    user_id: UUID,
    platform: The,
    caller: Broker,
    response: Response,
    key: OptionalKey = None,
) -> None:
    """Take a user out of an account; the last owner stays."""
    replayed = await owners.remove_owner(platform, caller, account_id, user_id, key)
    say_replayed(response, replayed=replayed)
