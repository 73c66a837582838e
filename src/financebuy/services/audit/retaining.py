"""After the retention: a month is exported, the file verified, and only then dropped.

Refused for whatever is not sealed, not detached or not old enough; the database checks that too.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from financebuy.database.pools import Connection
from financebuy.services.audit.errors import NotSealedError
from financebuy.services.audit.exporting import Export, Exported, Selection
from financebuy.services.audit.offline import verify_file
from financebuy.services.audit.rows import snapshot
from financebuy.services.audit.sources import Source, ranges_of
from financebuy.services.rows import fetch_all
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Due:
    """A month of one table whose retention is over. Entries come before their transactions."""

    table_name: str
    parent: str
    month: str


@dataclass(frozen=True, slots=True)
class Retired:
    """A month that was dropped, and the file that holds it."""

    table: str
    rows: int
    file: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class _Count:
    rows: int


async def months_due(connection: Connection) -> list[Due]:
    """Return what may be dropped by now, oldest first."""
    return await fetch_all(connection, Due, load("audit").months_due, {})


async def retire(
    connection: Connection, folder: Path, by: str, tell: Callable[[str], None]
) -> list[Retired]:
    """Export, verify and drop every month that is due, over a connection of `fb_sealer`.

    Raises:
        NotSealedError: something in it is not sealed, or the file does not verify.
    """
    done = []
    for due in await months_due(connection):
        tell(due.table_name)
        done.append(await _retire_one(connection, due, folder, by))
    return done


async def _retire_one(connection: Connection, due: Due, folder: Path, by: str) -> Retired:
    if due.parent == "audit_log":
        await connection.execute(load("audit").detach_audit_log, {"table": due.table_name})
    file = folder / f"{due.table_name}.parquet"
    exported = await export_month(connection, due, file)
    report = await asyncio.to_thread(verify_file, file)
    if not report.good or report.rows != exported.rows:
        raise NotSealedError(f"{file} does not verify: {due.table_name} stays")
    values = {
        "table": due.table_name,
        "row_count": exported.rows,
        "file_name": file.name,
        "file_hash": exported.sha256,
        "retired_by": by,
        "epochs": [epoch for epoch, _ in exported.leaves],
        "seal_seqs": [seal_seq for _, seal_seq in exported.leaves],
        "leaves": [_bytes(bits) for bits in exported.leaves.values()],
    }
    await connection.execute(load("audit").retire_month, values)
    return Retired(due.table_name, exported.rows, file, exported.sha256.hex())


async def export_month(connection: Connection, due: Due, file: Path) -> Exported:
    """Export one table of a month, whole.

    Raises:
        NotSealedError: a row is not sealed.
    """
    tables = {due.parent: sql.Identifier("public", due.table_name)}
    if due.parent == "entries":
        tables["transactions"] = sql.Identifier("public", f"transactions_{due.month}")
    async with snapshot(connection):
        source = Source(due.month, tables, await ranges_of(connection, tables))
        query = sql.SQL(load("audit").count_rows).format(table=tables[due.parent])
        (count,) = await fetch_all(connection, _Count, query.as_string(connection), {})
        done = await Export(connection, file, Selection((due.parent,), source=source)).run()
    if done.rows != count.rows:
        await asyncio.to_thread(file.unlink)
        raise NotSealedError(f"{count.rows - done.rows} rows of {due.table_name} are not sealed")
    return done


def _bytes(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8 or 1, "little")
