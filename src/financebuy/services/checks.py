"""The invariants of the books, each a statement that must return no rows."""

from dataclasses import dataclass
from typing import Any

from psycopg import IsolationLevel

from financebuy.services.platform import Platform
from financebuy.sql import names, text

ROWS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One invariant's findings: `total` rows break it, of which `rows` are the first.

    `name` is its file in `sql/checks/`, `title` says what holds.
    """

    name: str
    title: str
    rows: list[dict[str, Any]]
    total: int


async def check_books(platform: Platform) -> list[CheckResult]:
    """Check every invariant in one snapshot of the books, as the role `auditor`.

    The platform must have been opened with that role. Nothing is locked and nothing is written.
    """
    results = []
    async with platform.pools.connection("auditor") as connection:
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(True)
        try:
            async with connection.transaction():
                for file in names("checks"):
                    query = text(f"checks/{file}")
                    cursor = await connection.execute(query.encode())
                    rows = await cursor.fetchmany(ROWS_SHOWN)
                    results.append(
                        CheckResult(file.removesuffix(".sql"), _title(query), rows, cursor.rowcount)
                    )
        finally:
            await connection.set_isolation_level(None)
            await connection.set_read_only(None)
    return results


def _title(query: str) -> str:
    return query.partition("\n")[0].removeprefix("--").strip()
