"""Attempts to sign in: counted before anything is compared, recorded whatever came of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from financebuy.domain import addresses
from financebuy.errors import LockedError, WrongCredentialsError
from financebuy.services.asking import ask_door
from financebuy.services.caller import Caller
from financebuy.services.door import SIGN_INS, Attempt, Recorded, Visit
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class SignIn:
    """An attempt as it can be shown.

    `place` is platform or database; `login` is the database's, or the id of an API key; of the
    address its network is kept.
    """

    attempted_at: datetime
    place: str
    outcome: str
    method: str
    user_id: UUID | None
    login: str | None
    network: str | None
    request_id: str | None


async def begin(platform: Platform, visit: Visit, subject: bytes, method: str) -> Attempt:
    """Count an attempt before anything is compared.

    Raises:
        LockedError, TooManyRequestsError, SignInUnavailableError: it ends here.
    """
    await platform.door.open_sessions.check()
    await platform.door.pass_limit(SIGN_INS, addresses.limited(visit.address))
    found = await ask_door(platform, Attempt, load("people").begin_sign_in, {"subject": subject})
    if found.retry_seconds is not None:
        await record(platform, visit, "locked", method, None)
        raise LockedError(detail={"retry_after": found.retry_seconds})
    return found


async def fail(
    platform: Platform, visit: Visit, outcome: str, method: str, user_id: UUID | None
) -> NoReturn:
    """Record what was wrong, and tell the caller less.

    Raises:
        WrongCredentialsError: always.
    """
    await record(platform, visit, outcome, method, user_id)
    raise WrongCredentialsError


async def record(
    platform: Platform,
    visit: Visit,
    outcome: str,
    method: str,
    user_id: UUID | None,
    *,
    subject: bytes | None = None,
    login: str | None = None,
) -> datetime:
    """Write an attempt down; with a `subject` a success clears its lock. Returns the time."""
    address = addresses.known(visit.address)
    index = (
        None if address is None else platform.vault.index.of("sign_in_attempts.address", address)
    )
    found = await ask_door(
        platform,
        Recorded,
        load("people").record_sign_in,
        {
            "place": "platform", "outcome": outcome, "method": method, "subject": subject,
            "user_id": user_id, "login": login, "network": addresses.network(address),
            "address_index": index, "request_id": visit.request_id,
        },
    )  # fmt: skip
    return found.recorded_at


async def sign_ins(
    platform: Platform,
    caller: Caller,
    *,
    failed: bool = True,
    user_id: UUID | None = None,
    limit: int = 50,
    before: datetime | None = None,
) -> list[SignIn]:
    """Return attempts, newest first: the failed ones, or all; needs `inspect` or `operations`."""
    caller.require("inspect", "operations")
    async with platform.pools.connection("fb_broker") as connection:
        return await fetch_all(
            connection,
            SignIn,
            load("people").sign_ins,
            {"failed": failed, "user_id": user_id, "limit": limit, "before": before},
        )
