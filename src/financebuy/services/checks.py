"""The invariants of the books and of access, each a statement that must return no rows."""

from dataclasses import dataclass
from typing import Any

from psycopg import IsolationLevel

from financebuy.services.platform import Platform
from financebuy.sql import names, text
from financebuy.sql.headers import header

ROWS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One invariant's findings: `total` rows break it, of which `rows` are the first.

    `name` is its file in `sql/checks/` or `sql/access/`, `title` says what holds.
    """

    name: str
    title: str
    rows: list[dict[str, Any]]
    total: int


async def check_books(platform: Platform) -> list[CheckResult]:
    """Check every invariant in one snapshot of the books, as the role `auditor`.

    The platform must have been opened with that role. Nothing is locked and nothing is written.
    """
    return await _run(platform, "checks")


async def check_access(platform: Platform) -> list[CheckResult]:
    """Check who may do what, by the catalogue alone, as the role `auditor`."""
    return await _run(platform, "access")


async def _run(platform: Platform, folder: str) -> list[CheckResult]:
    results = []
    async with platform.pools.long("auditor") as connection:
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(True)
        try:
            async with connection.transaction():
                for file in names(folder):
                    query = text(f"{folder}/{file}")
                    cursor = await connection.execute(query.encode())
                    rows = await cursor.fetchmany(ROWS_SHOWN)
                    name, title = file.removesuffix(".sql"), header(query).title
                    results.append(CheckResult(name, title, rows, cursor.rowcount))
        finally:
            await connection.set_isolation_level(None)
            await connection.set_read_only(None)
    return results
