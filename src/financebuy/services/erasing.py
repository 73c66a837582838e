"""Erasing a person so that they stay erased: the list is kept outside, and replayed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from financebuy.services import personal_data
from financebuy.services.audit.erasures import Kept, copy_erasures, kept_outside
from financebuy.services.audit.errors import NoAuditKeyError, OutsideError
from financebuy.services.audit.outside import Store
from financebuy.services.caller import PLATFORM, Caller
from financebuy.services.platform import Platform

_SEALER = "fb_sealer"


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of it: whether there was a data key, and whether every place outside knows."""

    shredded: bool
    kept_outside: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """Who was erased once more, and whose note outside no key that counts has signed."""

    again: list[UUID]
    unsigned: list[UUID]


async def erase(
    platform: Platform, caller: Caller, user_id: UUID, stores: Sequence[Store]
) -> Erased:
    """Destroy a person's data key, and keep outside that it was.

    What cannot be copied now, the sealer copies later. The platform must have been opened with
    the role `fb_sealer`.

    Raises:
        NotPermittedError: without the scope `broker` or `admin`; a colleague takes `admin`, and
            nobody of the staff erases themselves.
    """
    shredded = await personal_data.shred(platform, caller, user_id)
    if platform.audit_signer is None:
        return Erased(shredded, kept_outside=False)
    try:
        async with platform.pools.long(_SEALER) as connection:
            await copy_erasures(connection, platform.audit_signer, stores)
    except OutsideError:
        return Erased(shredded, kept_outside=False)
    return Erased(shredded, kept_outside=True)


async def replay(platform: Platform, stores: Sequence[Store]) -> Replayed:
    """Erase again whoever was erased before, by what is kept outside.

    The platform must have been opened with the roles `fb_broker` and `fb_sealer`.

    Raises:
        NoAuditKeyError: this process cannot know which notes are real.
        OutsideError: a place cannot be read.
    """
    if platform.audit_signer is None:
        raise NoAuditKeyError
    async with platform.pools.long(_SEALER) as connection:
        kept: Kept = await kept_outside(connection, platform.audit_signer, stores)
    again = [
        user_id for user_id in kept.erased if await personal_data.shred(platform, PLATFORM, user_id)
    ]
    return Replayed(again, kept.unsigned)
