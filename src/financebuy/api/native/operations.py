"""`/fb/v1/ops`: what operators work on: exceptions, and requests for a second operator."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from financebuy.api.auth import Inspector, Operator, The
from financebuy.api.bodies import Route
from financebuy.api.idempotency import OptionalKey, say_replayed
from financebuy.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, next_cursor, unseal_id
from financebuy.api.times import Instant
from financebuy.services import approvals, exceptions

router = APIRouter(prefix="/fb/v1/ops", tags=["native: operations"], route_class=Route)

ExceptionState = Literal["unresolved", "open", "assigned", "resolved"]
ApprovalState = Literal["requested", "confirmed", "declined", "expired"]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class ExceptionView(BaseModel):
    """Something that a fact left for a person; `detail` is what the fact said."""

    model_config = ConfigDict(from_attributes=True)

    exception_id: UUID
    kind: str
    state: str
    account_id: UUID | None
    order_id: UUID | None
    command_id: UUID
    detail: dict[str, Any]
    assigned_to: UUID | None
    resolution: str | None
    resolved_by: UUID | None
    created_at: Instant
    updated_at: Instant


class AssignIn(BaseModel):
    """To whom; without a `user_id` to oneself."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID | None = None


class ResolveIn(BaseModel):
    """How it was dealt with."""

    model_config = ConfigDict(extra="forbid")

    resolution: str = Field(min_length=1, max_length=2000)


class ApprovalView(BaseModel):
    """What one operator asked for; `effect_id` is the command that carried it out."""

    model_config = ConfigDict(from_attributes=True)

    approval_id: UUID
    action: str
    payload: dict[str, Any]
    reason: str
    state: str
    requested_by: UUID
    requested_at: Instant
    expires_at: Instant
    decided_by: UUID | None
    decided_at: Instant | None
    note: str | None
    effect_id: UUID | None


class ApprovalIn(BaseModel):
    """What takes a second person; every value of `payload` is a text.

    `action` is `reverse`, a fact's name, or of the staff `reset_access` and `staff_role`.
    """

    model_config = ConfigDict(extra="forbid")

    action: str = Field(max_length=64)
    payload: dict[str, Annotated[str, Field(max_length=200)]]
    reason: Text


class DecisionIn(BaseModel):
    """Words for the record."""

    model_config = ConfigDict(extra="forbid")

    note: Text | None = None


@router.get("/exceptions", response_model=Page[ExceptionView])
async def list_exceptions(
    platform: The,
    caller: Inspector,
    state: ExceptionState | None = None,
    kind: str | None = None,
    account_id: UUID | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List exceptions, newest first."""
    found = await exceptions.list_exceptions(
        platform,
        caller,
        state=state,
        kind=kind,
        account_id=account_id,
        limit=limit,
        before=unseal_id(cursor),
    )
    return Page(
        items=[ExceptionView.model_validate(each) for each in found],
        next_cursor=next_cursor(found, limit, lambda last: str(last.exception_id)),
    )


@router.get("/exceptions/{exception_id}", response_model=ExceptionView)
async def get_exception(exception_id: UUID, platform: The, caller: Inspector) -> Any:
    """Return one exception."""
    return ExceptionView.model_validate(await exceptions.get(platform, caller, exception_id))


@router.post("/exceptions/{exception_id}/assign", response_model=ExceptionView)
async def assign_exception(
    exception_id: UUID, body: AssignIn, platform: The, caller: Operator, key: OptionalKey = None
) -> Any:
    """Hand an exception to an operator."""
    return ExceptionView.model_validate(
        await exceptions.assign(platform, caller, exception_id, body.user_id, key)
    )


@router.post("/exceptions/{exception_id}/resolve", response_model=ExceptionView)
async def resolve_exception(
    exception_id: UUID, body: ResolveIn, platform: The, caller: Operator, key: OptionalKey = None
) -> Any:
    """End an exception."""
    return ExceptionView.model_validate(
        await exceptions.resolve(platform, caller, exception_id, body.resolution, key)
    )


@router.get("/approvals", response_model=Page[ApprovalView])
async def list_approvals(
    platform: The,
    caller: Inspector,
    state: ApprovalState | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """List requests, newest first."""
    found = await approvals.list_approvals(
        platform, caller, state=state, limit=limit, before=unseal_id(cursor)
    )
    return Page(
        items=[ApprovalView.model_validate(each) for each in found],
        next_cursor=next_cursor(found, limit, lambda last: str(last.approval_id)),
    )


@router.post("/approvals", status_code=201, response_model=ApprovalView)
async def request_approval(
    body: ApprovalIn, platform: The, caller: Operator, response: Response, key: OptionalKey = None
) -> Any:
    """Ask for a reversal, a fact by hand, a colleague's role or their new beginning."""
    made = await approvals.request(platform, caller, body.action, body.payload, body.reason, key)
    say_replayed(response, replayed=made.replayed)
    return ApprovalView.model_validate(made)


@router.get("/approvals/{approval_id}", response_model=ApprovalView)
async def get_approval(approval_id: UUID, platform: The, caller: Inspector) -> Any:
    """Return one request."""
    return ApprovalView.model_validate(await approvals.get(platform, caller, approval_id))


@router.post("/approvals/{approval_id}/confirm", response_model=ApprovalView)
async def confirm_approval(
    approval_id: UUID,
    body: DecisionIn,
    platform: The,
    caller: Operator,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Let another operator's request happen; what is about the staff takes an administrator."""
    decided = await approvals.confirm(platform, caller, approval_id, body.note, key)
    say_replayed(response, replayed=decided.replayed)
    return ApprovalView.model_validate(decided)


@router.post("/approvals/{approval_id}/decline", response_model=ApprovalView)
async def decline_approval(
    approval_id: UUID,
    body: DecisionIn,
    platform: The,
    caller: Operator,
    response: Response,
    key: OptionalKey = None,
) -> Any:
    """Decline another operator's request."""
    decided = await approvals.decline(platform, caller, approval_id, body.note, key)
    say_replayed(response, replayed=decided.replayed)
    return ApprovalView.model_validate(decided)
