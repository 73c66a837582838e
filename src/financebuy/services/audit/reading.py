"""What auditors and operators may ask of a running platform."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from financebuy.domain.audit import RowKey
from financebuy.services.audit.findings import Report
from financebuy.services.audit.proofs import Proof, prove
from financebuy.services.audit.searching import AuditStatus, Filter, Line, search, status
from financebuy.services.audit.stores import open_stores
from financebuy.services.audit.verifying import Verification
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform

ROLE = "auditor"
SCOPES = ("inspect", "operations")
_one_at_a_time = asyncio.Lock()


async def search_lines(
    platform: Platform, caller: Caller, wanted: Filter, *, limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> Sequence[Line]:  # fmt: skip
    """Return who did what, newest first; needs `inspect` or `operations`, as all of these."""
    caller.require(*SCOPES)
    async with platform.pools.connection(ROLE) as connection:
        return await search(connection, wanted, limit=limit, before=before)


async def sealing_status(platform: Platform, caller: Caller) -> AuditStatus:
    """Return how far the sealer is."""
    caller.require(*SCOPES)
    async with platform.pools.connection(ROLE) as connection:
        return await status(connection)


async def proof_of(platform: Platform, caller: Caller, key: RowKey) -> Proof:
    """Return the proof of a row."""
    caller.require(*SCOPES)
    async with platform.pools.connection(ROLE) as connection:
        return await prove(connection, key)


async def verification(platform: Platform, caller: Caller) -> Report:
    """Verify everything; one at a time in a process, since it reads all history."""
    caller.require(*SCOPES)
    async with _one_at_a_time, platform.pools.connection(ROLE) as connection:
        return await Verification(connection, open_stores(platform.settings)).run()
