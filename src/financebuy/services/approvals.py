"""Two pairs of eyes: what one operator asks for happens when another one confirms it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from financebuy.errors import ApprovalNotFoundError
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import command
from financebuy.sql import load

FACTS = (
    "deposit_received", "deposit_returned", "withdrawal_settled", "withdrawal_returned",
    "shares_received", "corporate_action", "exchange_rate", "order_canceled", "order_expired",
    "order_rejected", "execution", "execution_busted", "execution_corrected",
)  # fmt: skip
"""The facts that an operator can enter by hand."""
STATES = ("requested", "confirmed", "declined", "expired")


@dataclass(frozen=True, slots=True)
class Approval:
    """A request: what is to happen (`action`, with the values of `payload`), and who decided.

    `effect_id` is the command that carried it out; it stands on everything that came of it.
    """

    approval_id: UUID
    action: str
    payload: dict[str, Any]
    reason: str
    state: str
    requested_by: UUID
    requested_at: datetime
    expires_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    note: str | None
    effect_id: UUID | None
    replayed: bool = False


async def request(
    platform: Platform,
    caller: Caller,
    action: str,
    payload: Mapping[str, str],
    reason: str,
    key: str | None = None,
) -> Approval:
    """Ask for a reversal or enter a fact by hand; needs the scope `operations`.

    Nothing happens until another operator confirms it. Every value of `payload` is a text; a
    security may be named by `symbol` in place of its `security_id`.

    Raises:
        RequiredError: a value that the action needs is missing; `field` names it.
        SecurityNotFoundError: no such symbol.
        NotReversibleError: a trade or a corporate action is undone by a fact of its own.
        InsufficientBuyingPowerError: the reversal would overdraw the account.
    """
    accepted = await command(
        platform, caller, "request_approval", key, action=action,
        payload=await _by_id(platform, payload), reason=reason,
    )  # fmt: skip
    made = await get(platform, caller, UUID(accepted.result["approval_id"]))
    return replace(made, replayed=accepted.replayed)


async def reverse(
    platform: Platform, caller: Caller, transaction_id: UUID, reason: str, key: str | None = None
) -> Approval:
    """Ask for a transaction's contrary. See `request`."""
    payload = {"transaction_id": str(transaction_id)}
    return await request(platform, caller, "reverse", payload, reason, key)


async def reset_access(
    platform: Platform, caller: Caller, user_id: UUID, reason: str, key: str | None = None
) -> Approval:
    """Ask that a colleague begins anew: no password, second factor or key. Both are administrators.

    Raises:
        NotStaffError: a customer's factors are an administrator's alone to remove.
        SecondOperatorRequiredError: one's own access is another administrator's to reset.
        NotPermittedError, UserNotFoundError: what was wrong.
    """
    caller.require("admin")
    return await request(platform, caller, "reset_access", {"user_id": str(user_id)}, reason, key)


async def staff_role(
    platform: Platform,
    caller: Caller,
    user_id: UUID,
    role: str | None,
    reason: str,
    key: str | None = None,
) -> Approval:
    """Ask that a colleague has this role, or none. Who asks and who confirms are administrators.

    Raises:
        NotStaffError: a customer has no role.
        SecondOperatorRequiredError: one's own role is other administrators' to change.
        NotPermittedError, UserNotFoundError, InvalidValueError: what was wrong.
    """
    caller.require("admin")
    payload = {"user_id": str(user_id), "role": role or "none"}
    return await request(platform, caller, "staff_role", payload, reason, key)


async def confirm(
    platform: Platform,
    caller: Caller,
    approval_id: UUID,
    note: str | None = None,
    key: str | None = None,
) -> Approval:
    """Confirm another operator's request: it happens in the same transaction.

    Raises:
        ApprovalNotFoundError: there is none.
        SecondOperatorRequiredError: the caller asked for it.
        ApprovalDecidedError: it was confirmed or declined before.
        ApprovalExpiredError: it has waited too long.
        NotPermittedError: with the field `approval_id`, whoever asked may no more ask for it.
    """
    return await _decide(platform, caller, approval_id, "confirmed", note, key)


async def decline(
    platform: Platform,
    caller: Caller,
    approval_id: UUID,
    note: str | None = None,
    key: str | None = None,
) -> Approval:
    """Decline another operator's request; the errors are those of `confirm`."""
    return await _decide(platform, caller, approval_id, "declined", note, key)


async def list_approvals(
    platform: Platform,
    caller: Caller,
    *,
    state: str | None = "requested",
    limit: int = 50,
    before: UUID | None = None,
) -> list[Approval]:
    """Return requests, newest first; needs `operations`. `before` is the last one seen."""
    caller.require("operations", "inspect")
    async with platform.pools.connection("fb_broker") as connection:
        return await fetch_all(
            connection,
            Approval,
            load("facts").approvals,
            {"approval_id": None, "state": state, "limit": limit, "before": before},
        )


async def get(platform: Platform, caller: Caller, approval_id: UUID) -> Approval:
    """Return one request; needs the scope `operations`.

    Raises:
        ApprovalNotFoundError: there is none.
    """
    caller.require("operations", "inspect")
    async with platform.pools.connection("fb_broker") as connection:
        found = await fetch_one(
            connection,
            Approval,
            load("facts").approvals,
            {"approval_id": approval_id, "state": None, "limit": 1, "before": None},
        )
    if found is None:
        raise ApprovalNotFoundError(field="approval_id")
    return found


async def _by_id(platform: Platform, payload: Mapping[str, str]) -> dict[str, str]:
    given = dict(payload)
    symbol = given.pop("symbol", None)
    if isinstance(symbol, str) and "security_id" not in given:
        return given | {"security_id": str((await platform.securities.find(symbol)).security_id)}
    return dict(payload)


async def _decide(
    platform: Platform,
    caller: Caller,
    approval_id: UUID,
    decision: str,
    note: str | None,
    key: str | None,
) -> Approval:
    accepted = await command(
        platform, caller, "decide_approval", key, approval_id=approval_id, decision=decision,
        note=note,
    )  # fmt: skip
    return replace(await get(platform, caller, approval_id), replayed=accepted.replayed)
