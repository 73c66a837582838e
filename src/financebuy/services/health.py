"""Whether this process can serve: the database answers, and its schema is this program's."""

from dataclasses import dataclass

from psycopg import OperationalError, ProgrammingError

from financebuy.database.revisions import HEAD
from financebuy.errors import TryAgainError
from financebuy.services.platform import Platform
from financebuy.services.rows import fetch_one
from financebuy.sql import load


@dataclass(frozen=True, slots=True)
class Health:
    """`revision` is the database's; None where it has no schema or does not answer."""

    database: bool
    revision: str | None
    head: str

    @property
    def schema_at_head(self) -> bool:
        """Whether the schema is the one that this program was written for."""
        return self.revision == self.head

    @property
    def ready(self) -> bool:
        """Whether requests can be served."""
        return self.database and self.schema_at_head


async def check(platform: Platform) -> Health:
    """Ask the database. Never raises because it is away."""
    try:
        async with platform.pools.connection("app_user") as connection:
            row = await fetch_one(connection, _Revision, load("platform").schema_revision, {})
    except (OperationalError, TryAgainError):
        return Health(database=False, revision=None, head=HEAD)
    except ProgrammingError:
        # A database from before the first migration cannot even be asked.
        return Health(database=True, revision=None, head=HEAD)
    return Health(database=True, revision=row.revision if row else None, head=HEAD)


@dataclass(frozen=True, slots=True)
class _Revision:
    revision: str | None
