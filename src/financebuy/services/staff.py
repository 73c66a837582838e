"""Staff, apart from customers: their roles; and what they do for a person who is locked out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from financebuy.errors import InvalidValueError
from financebuy.services.asking import ask_door
from financebuy.services.caller import Caller, reading
from financebuy.services.door import Problem
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.sql import load

ROLES = ("read", "operate", "admin")
"""`read` sees everything, `operate` also acts for customers, `admin` also makes staff."""


@dataclass(frozen=True, slots=True)
class KycStep:
    """A step of a person's KYC; `actor` is who made it."""

    from_status: str
    to_status: str
    actor: str
    recorded_at: datetime


async def set_role(platform: Platform, caller: Caller, user_id: UUID, role: str | None) -> None:
    """Give an operator a role, or none; needs the scope `admin`. Their keys follow at once.

    Raises:
        NotStaffError: the user is a customer.
        ApprovalRequiredError: where there is another administrator, a role that confirms what
            others ask for, and the end of an administrator's, take two: `approvals.staff_role`.
        SecondOperatorRequiredError: one's own role is another administrator's to change.
        UserNotFoundError, InvalidValueError: what was wrong.
    """
    caller.require("admin")
    if role is not None and role not in ROLES:
        raise InvalidValueError(field="role")
    found = await ask_door(
        platform,
        Problem,
        load("people").set_staff_role,
        caller.signed(platform) | {"user_id": user_id, "role": role},
        "fb_broker",
    )
    found.check()


async def set_active(platform: Platform, caller: Caller, user_id: UUID, *, is_active: bool) -> None:
    """Let a person in, or out with all their sessions and keys.

    Customers by the scope `broker`, staff by `admin`.

    Raises:
        UserNotFoundError, NotPermittedError, SecondOperatorRequiredError: what was wrong.
    """
    caller.require("broker", "admin")
    found = await ask_door(
        platform,
        Problem,
        load("people").set_user_active,
        caller.signed(platform) | {"user_id": user_id, "is_active": is_active},
        "fb_broker",
    )
    found.check()


async def remove_second_factors(platform: Platform, caller: Caller, user_id: UUID) -> None:
    """Take away every second factor of a customer who has lost them; needs the scope `admin`.

    Raises:
        UserNotFoundError: there is no such user.
        ApprovalRequiredError: a colleague's take a second administrator: `approvals.reset_access`.
        SecondOperatorRequiredError: one's own are not removed like this, but signed in.
    """
    caller.require("admin")
    found = await ask_door(
        platform,
        Problem,
        load("people").remove_second_factors,
        caller.signed(platform) | {"user_id": user_id},
    )
    found.check()


async def submit_kyc(platform: Platform, caller: Caller) -> None:
    """Say that what one handed in about oneself is complete; needs a fresh proof.

    Raises:
        KycTransitionError: there is nothing to submit in the present status.
    """
    caller.require_self()
    found = await ask_door(platform, Problem, load("people").submit_kyc, caller.signed(platform))
    found.check()


async def kyc_steps(platform: Platform, caller: Caller, user_id: UUID) -> list[KycStep]:
    """Return the steps of a person's KYC, oldest first: one's own, or anybody's for staff."""
    async with reading(platform, caller) as connection:
        return await fetch_all(connection, KycStep, load("people").kyc_events, {"user_id": user_id})
