"""Attempts to sign in: counted before anything is compared, recorded whatever came of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from financebuy.domain import addresses
from financebuy.errors import LockedError, WrongCredentialsError
from financebuy.services.asking import ask_door
from financebuy.services.caller import Caller
from financebuy.services.door import (
    RECORDED_REFUSALS,
    SIGN_INS,
    Attempt,
    Recorded,
    Visit,
    refuse_for,
)
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_all
from financebuy.sql import load

LONGEST_LOGIN = 128


@dataclass(frozen=True, slots=True)
class SignIn:
    """An attempt as it can be shown.

    `place` is platform or database; `login` is the database's, or the id of an API key, or what
    stands for one that nobody has; of the address its network is kept.
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
    await pass_limit(platform, visit, method)
    found = await ask_door(platform, Attempt, load("people").begin_sign_in, {"subject": subject})
    if found.retry_seconds is not None:
        await record(platform, visit, "locked", method, None)
        raise LockedError(detail={"retry_after": found.retry_seconds})
    return found


async def pass_limit(platform: Platform, visit: Visit, method: str) -> None:
    """Count a visit against what its network may try.

    Raises:
        TooManyRequestsError: it has tried too often; that is recorded.
    """
    network = addresses.limited(visit.address)
    await refuse(platform, visit, method, await platform.door.limiter.take(SIGN_INS, network))


async def refuse(platform: Platform, visit: Visit, method: str, seconds: float) -> None:
    """Refuse whoever has to wait, and record it: but not so often that it fills the disk.

    Raises:
        TooManyRequestsError: there are seconds to wait.
    """
    if seconds > 0:
        network = addresses.limited(visit.address)
        if await platform.door.limiter.take(RECORDED_REFUSALS, network) == 0:
            await record(platform, visit, "limited", method, None)
        refuse_for(seconds)


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
            "user_id": user_id, "login": login and login[:LONGEST_LOGIN],
            "unknown_login": login and platform.vault.index.of_login(login),
            "network": addresses.network(address), "address_index": index,
            "request_id": visit.request_id,
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
