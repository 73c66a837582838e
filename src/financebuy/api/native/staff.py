"""`/fb/v1/users`, `/fb/v1/ops/sign-ins`: staff roles, people locked out, attempts to sign in."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from financebuy.api.auth import Admin, Broker, Inspector, Supervisor, The
from financebuy.api.bodies import Route
from financebuy.api.fields import Moment
from financebuy.api.native.own_keys import KeyInfo, KycStepView
from financebuy.api.paging import DEFAULT_LIMIT, Limit
from financebuy.api.times import Instant
from financebuy.services import api_keys, attempts, staff

router = APIRouter(prefix="/fb/v1", tags=["native: users"], route_class=Route)


class RoleIn(BaseModel):
    """What an operator may do; null takes it all away."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["read", "operate", "admin"] | None


class ActiveIn(BaseModel):
    """Whether the person is let in."""

    model_config = ConfigDict(extra="forbid")

    is_active: bool


class SignInAttemptView(BaseModel):
    """An attempt to sign in, to the platform or to its database."""

    model_config = ConfigDict(from_attributes=True)

    attempted_at: Instant
    place: str
    outcome: str
    method: str
    user_id: UUID | None
    login: str | None
    network: str | None
    request_id: str | None


class KycHistoryView(KycStepView):
    """A step of a user's KYC, and who made it."""

    actor: str


@router.put("/users/{user_id}/role", status_code=204)
async def set_role(user_id: UUID, body: RoleIn, platform: The, caller: Admin) -> None:
    """Give an operator a role. Their sessions and keys follow within a second.

    Where there is another administrator, `operate` and `admin`, and the end of an administrator's,
    take two of them: ask for the approval `staff_role`.
    """
    await staff.set_role(platform, caller, user_id, body.role)


@router.put("/users/{user_id}/active", status_code=204)
async def set_active(user_id: UUID, body: ActiveIn, platform: The, caller: Broker) -> None:
    """Let a person in, or shut them out with all their sessions and keys."""
    await staff.set_active(platform, caller, user_id, is_active=body.is_active)


@router.delete("/users/{user_id}/second-factors", status_code=204)
async def remove_second_factors(user_id: UUID, platform: The, caller: Admin) -> None:
    """Take away the second factors of a customer who has lost them.

    A colleague's take two administrators: ask for the approval `reset_access`. One's own are
    removed signed in, after a fresh proof.
    """
    await staff.remove_second_factors(platform, caller, user_id)


@router.get("/users/{user_id}/api-keys", response_model=list[KeyInfo])
async def list_keys(user_id: UUID, platform: The, caller: Supervisor) -> Any:
    """List a user's API keys, newest first."""
    found = await api_keys.api_keys(platform, caller, user_id)
    return [KeyInfo.model_validate(each) for each in found]


@router.get("/users/{user_id}/kyc", response_model=list[KycHistoryView])
async def kyc_steps(user_id: UUID, platform: The, caller: Supervisor) -> Any:
    """List the steps of a user's KYC, oldest first."""
    found = await staff.kyc_steps(platform, caller, user_id)
    return [KycHistoryView.model_validate(each) for each in found]


@router.get("/ops/sign-ins", response_model=list[SignInAttemptView])
async def list_sign_ins(
    platform: The,
    caller: Inspector,
    failed: bool = True,
    user_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    before: Annotated[Moment | None, Query()] = None,
) -> Any:
    """List attempts to sign in, newest first: the failed ones, or all."""
    found = await attempts.sign_ins(
        platform, caller, failed=failed, user_id=user_id, limit=limit, before=before
    )
    return [SignInAttemptView.model_validate(each) for each in found]
