"""What auditors and operators may ask of a running platform."""

import asyncio
import importlib
from collections.abc import Sequence
from datetime import datetime
from io import BufferedReader, FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import BinaryIO
from uuid import UUID

from financebuy.domain.audit import TABLES, RowKey
from financebuy.errors import InvalidValueError, TryAgainError
from financebuy.services.audit.findings import Report
from financebuy.services.audit.proofs import Proof, prove
from financebuy.services.audit.rows import snapshot
from financebuy.services.audit.searching import AuditStatus, Filter, Line, search, status
from financebuy.services.audit.stores import open_stores
from financebuy.services.audit.verifying import Verification
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform

ROLE = "auditor"
SCOPES = ("inspect", "operations")
_one_verification = asyncio.Lock()
_one_export = Lock()
"""Held until the file is closed, by whatever thread that is done."""


class _Exported(FileIO):
    """The one file that a process hands out at a time; closing it lets the next one be made."""

    def close(self) -> None:
        """Close the file; also done when nobody refers to it any more."""
        if not self.closed:
            super().close()
            _one_export.release()


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


async def export(
    platform: Platform, caller: Caller, tables: Sequence[str] | None = None,
    since: datetime | None = None, until: datetime | None = None,
) -> BinaryIO:  # fmt: skip
    """Return sealed history with its proofs, a Parquet file that is gone once it is closed.

    It stands in the system's temporary directory meanwhile, so that what is wrong is told before
    the first byte is sent. One at a time in a process, which ends when the file is closed: each
    takes disk, and a reader may be slow.

    Raises:
        TryAgainError: another export is under way.
        InvalidValueError: there is no such table.
        NotSealedError: a row is not what was sealed.
    """
    caller.require(*SCOPES)
    unknown = set(tables or ()) - set(TABLES.values())
    if unknown:
        known = ", ".join(TABLES.values())
        raise InvalidValueError(f"table: is not one of {known}", field="table")
    # pyarrow takes its time and its memory, which only those should pay for who export.
    exporting = importlib.import_module("financebuy.services.audit.exporting")
    selection = exporting.Selection(tables or None, since, until)
    if not _one_export.acquire(blocking=False):
        raise TryAgainError("another export is under way: repeat the request when it has ended")
    try:
        with TemporaryDirectory(prefix="financebuy-export-") as folder:
            file = Path(folder) / "export.parquet"
            async with platform.pools.long(ROLE) as connection, snapshot(connection):
                await exporting.Export(connection, file, selection).run()
            opened = _Exported(file)
    except BaseException:
        _one_export.release()
        raise
    return BufferedReader(opened)


async def verification(platform: Platform, caller: Caller) -> Report:
    """Verify everything; one at a time in a process, since it reads all history."""
    caller.require(*SCOPES)
    async with _one_verification, platform.pools.long(ROLE) as connection:
        return await Verification(connection, open_stores(platform.settings)).run()
