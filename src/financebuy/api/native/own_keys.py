"""`/fb/v1/me`: one's own API keys and KYC."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from financebuy.api.auth import Oneself, Reader, The
from financebuy.api.bodies import Route
from financebuy.api.native.users import ApiKeyView
from financebuy.api.times import Instant
from financebuy.services import api_keys, staff
from financebuy.services.api_keys import KeyRequest

router = APIRouter(prefix="/fb/v1/me", tags=["native: signing in"], route_class=Route)

Addresses = Annotated[
    list[Annotated[str, Field(max_length=64)]],
    Field(min_length=1, max_length=32, examples=[["203.0.113.0/24"]]),
]


class OwnKeyIn(BaseModel):
    """A key to make for oneself; `allowed_addresses` are addresses and networks."""

    model_config = ConfigDict(extra="forbid")

    scopes: list[
        Literal["read", "trade", "funding", "inspect", "broker", "operations", "admin"]
    ] = Field(min_length=1, max_length=8)
    name: str | None = Field(default=None, min_length=1, max_length=64)
    account_id: UUID | None = None
    expires_at: AwareDatetime | None = None
    allowed_addresses: Addresses | None = None


class KeyInfo(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    key_id: str
    name: str | None
    account_id: UUID | None
    scopes: list[str]
    allowed_addresses: list[str] | None
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None


class KycStepView(BaseModel):
    """A step of one's KYC."""

    model_config = ConfigDict(from_attributes=True)

    from_status: str
    to_status: str
    recorded_at: Instant


@router.get("/api-keys", response_model=list[KeyInfo])
async def list_own_keys(platform: The, caller: Reader) -> Any:
    """List one's own API keys, newest first."""
    found = await api_keys.api_keys(platform, caller, caller.user_id)
    return [KeyInfo.model_validate(each) for each in found]


@router.post("/api-keys", status_code=201, response_model=ApiKeyView)
async def create_own_key(body: OwnKeyIn, platform: The, caller: Oneself) -> Any:
    """Make an API key for oneself. Its secret is shown once."""
    wanted = KeyRequest(
        body.scopes, body.account_id, body.expires_at, body.name, body.allowed_addresses
    )
    made = await api_keys.create_own_api_key(platform, caller, wanted)
    return ApiKeyView(key_id=made.key_id, secret=made.secret)


@router.delete("/api-keys/{key_id}", status_code=204)
async def revoke_own_key(key_id: str, platform: The, caller: Reader) -> None:
    """End one's own API key, everywhere within a second."""
    await api_keys.revoke_own_api_key(platform, caller, key_id)


@router.get("/kyc", response_model=list[KycStepView])
async def kyc_steps(platform: The, caller: Reader) -> Any:
    """List the steps of one's KYC, oldest first."""
    found = await staff.kyc_steps(platform, caller, caller.user_id)
    return [KycStepView.model_validate(each) for each in found]


@router.post("/kyc/submit", status_code=204)
async def submit_kyc(platform: The, caller: Oneself) -> None:
    """Say that what one handed in about oneself is complete."""
    await staff.submit_kyc(platform, caller)
