"""`/fb/v1/users`: what the broker says of a user, and the API keys that users ask with."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from financebuy.api.auth import Broker, Reader, Supervisor, The
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.times import Instant
from financebuy.services import identity

router = APIRouter(prefix="/fb/v1", tags=["native: users"], route_class=Route)
Scope = Literal["read", "trade", "funding", "inspect", "broker", "operations", "admin"]


class UserView(BaseModel):
    """A user, without personal data; `kyc_status` gates trading and withdrawals."""

    model_config = ConfigDict(from_attributes=True)

    user_id: UUID
    kind: str
    kyc_status: str
    is_active: bool
    created_at: Instant
    updated_at: Instant


class KycIn(BaseModel):
    """What the check of a person's identity found."""

    model_config = ConfigDict(extra="forbid")

    kyc_status: Literal[
        "pending", "submitted", "in_review", "action_required", "approved", "rejected", "expired"
    ]


class ApiKeyIn(BaseModel):
    """A key to make; with an `account_id` it is good for that account only."""

    model_config = ConfigDict(extra="forbid")

    scopes: list[Scope] = Field(min_length=1, max_length=8)
    account_id: UUID | None = None
    expires_at: AwareDatetime | None = None
    name: str | None = Field(default=None, min_length=1, max_length=64)
    allowed_addresses: list[Annotated[str, Field(max_length=64)]] | None = Field(
        default=None, min_length=1, max_length=32
    )


class ApiKeyView(BaseModel):
    """A key that was made. Its secret is shown once: a repeat of the request has none."""

    key_id: str
    secret: str | None


@router.get("/me", response_model=UserView)
async def get_me(platform: The, caller: Reader) -> Any:
    """Return the user whose key this is."""
    return UserView.model_validate(await identity.get_user(platform, caller, caller.user_id))


@router.get("/users/{user_id}", response_model=UserView)
async def get_user(user_id: UUID, platform: The, caller: Supervisor) -> Any:
    """Return a user."""
    return UserView.model_validate(await identity.get_user(platform, caller, user_id))


@router.put("/users/{user_id}/kyc", response_model=UserView)
async def set_kyc_status(
    user_id: UUID,
    body: KycIn,
    platform: The,
    caller: Broker,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Record whether a user's identity is verified."""
    user = await identity.set_kyc_status(platform, caller, user_id, body.kyc_status, key)
    say_replayed(response, replayed=user.replayed)
    return UserView.model_validate(user)


@router.post("/users/{user_id}/api-keys", status_code=201, response_model=ApiKeyView)
async def create_api_key(
    user_id: UUID,
    body: ApiKeyIn,
    platform: The,
    caller: Broker,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Make an API key for a user."""
    expires_at: datetime | None = body.expires_at
    made = await identity.create_api_key(
        platform, caller, user_id, body.scopes, body.account_id, expires_at, key,
        name=body.name, allowed_addresses=body.allowed_addresses,
    )  # fmt: skip
    say_replayed(response, replayed=made.secret is None)
    return ApiKeyView(key_id=made.key_id, secret=made.secret)


@router.delete("/api-keys/{key_id}", status_code=204)
async def revoke_api_key(
    key_id: str, platform: The, caller: Broker, response: Response, key: OptionalKey = None
) -> None:
    """End an API key. It may go on working for a second."""
    replayed = await identity.revoke_api_key(platform, caller, key_id, key)
    say_replayed(response, replayed=replayed)
