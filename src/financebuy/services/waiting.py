"""From when on money may leave, where a bank account or a second factor is too new."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from financebuy.errors import WaitsError
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class _From:
    at: datetime | None


@asynccontextmanager
async def telling_when(
    platform: Platform, caller: Caller, payment_method_id: UUID | None = None
) -> AsyncIterator[None]:
    """Have a refusal of something too new say from when on money may leave, in UTC.

    Raises:
        WaitsError: as it came, with the time in its message and its `detail`.
    """
    try:
        yield
    except WaitsError as error:
        async with platform.pools.connection("app_user") as connection:
            found = await fetch_one(
                connection,
                _From,
                load("identity").money_leaves_from,
                {
                    "identity": caller.token(platform),
                    "payment_method_id": payment_method_id,
                },
            )
        if found is None or found.at is None:
            raise
        at = found.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        raise type(error)(
            f"{error.message}; it may from {at}", field=error.field, detail={"may_leave_from": at}
        ) from None
