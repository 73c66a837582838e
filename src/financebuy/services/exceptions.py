"""What facts left for a person: facts are never refused, so some of them match nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from financebuy.errors import ExceptionNotFoundError
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.services.submitting import command
from financebuy.sql import load

STATES = ("unresolved", "open", "assigned", "resolved")
"""What a list can be narrowed to; `unresolved` is open or assigned."""


@dataclass(frozen=True, slots=True)
class ExceptionCase:
    """Something that a fact left: of which `kind`, about whom, and how it stands."""

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
    created_at: datetime
    updated_at: datetime


async def list_exceptions(
    platform: Platform,
    caller: Caller,
    *,
    state: str | None = "unresolved",
    kind: str | None = None,
    account_id: UUID | None = None,
    limit: int = 50,
    before: UUID | None = None,
) -> list[ExceptionCase]:
    """Return exceptions, newest first; needs the scope `operations`.

    `before` is the last one seen.
    """
    caller.require("operations", "inspect")
    narrowed = {"state": state, "kind": kind, "account_id": account_id, "exception_id": None}
    async with platform.pools.connection("fb_broker") as connection:
        return await fetch_all(
            connection,
            ExceptionCase,
            load("facts").exceptions,
            narrowed | {"limit": limit, "before": before},
        )


async def get(platform: Platform, caller: Caller, exception_id: UUID) -> ExceptionCase:
    """Return one exception; needs the scope `operations`.

    Raises:
        ExceptionNotFoundError: there is none.
    """
    caller.require("operations", "inspect")
    async with platform.pools.connection("fb_broker") as connection:
        found = await fetch_one(
            connection,
            ExceptionCase,
            load("facts").exceptions,
            {"exception_id": exception_id, "state": None, "kind": None, "account_id": None,
             "limit": 1, "before": None},
        )  # fmt: skip
    if found is None:
        raise ExceptionNotFoundError(field="exception_id")
    return found


async def assign(
    platform: Platform,
    caller: Caller,
    exception_id: UUID,
    user_id: UUID | None = None,
    key: str | None = None,
) -> ExceptionCase:
    """Hand an exception to an operator, by default to the caller.

    Raises:
        ExceptionNotFoundError: there is none.
        ExceptionResolvedError: it has ended.
        UserNotFoundError: no operator has this id.
    """
    await command(
        platform, caller, "assign_exception", key, exception_id=exception_id,
        user_id=user_id or caller.user_id,
    )  # fmt: skip
    return await get(platform, caller, exception_id)


async def resolve(
    platform: Platform, caller: Caller, exception_id: UUID, resolution: str, key: str | None = None
) -> ExceptionCase:
    """End an exception with words on how it was dealt with.

    Raises:
        ExceptionNotFoundError: there is none.
        ExceptionResolvedError: it has ended before.
        RequiredError: there are no words.
    """
    await command(
        platform, caller, "resolve_exception", key, exception_id=exception_id, resolution=resolution
    )
    return await get(platform, caller, exception_id)
