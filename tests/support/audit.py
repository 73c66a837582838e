"""Sealing and verifying a test's database, as the sealer and the auditor would."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg.rows import dict_row

from financebuy.crypto.notes import NoteSigner
from financebuy.database.pools import Connection
from financebuy.services.audit.findings import Report
from financebuy.services.audit.outside import Directory, Store
from financebuy.services.audit.sealer import Sealer
from financebuy.services.audit.verifying import Verification
from tests.support.databases import Database

Result = TypeVar("Result")


@dataclass
class Audited:
    """A database, the key of its sealer, and the directory in which its heads are kept."""

    database: Database
    outside: Store
    signer: NoteSigner = field(default_factory=lambda: NoteSigner("test", bytes(range(32))))
    others: tuple[Store, ...] = ()

    @property
    def stores(self) -> list[Store]:
        """Every place outside, in the order in which the sealer looks at them."""
        return [self.outside, *self.others]

    def run(self, role: str, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Run `work` over a connection of `role`."""

        async def connected() -> Result:
            url = self.database.url(role)
            async with await psycopg.AsyncConnection.connect(
                url, autocommit=True, row_factory=dict_row
            ) as connection:
                return await work(connection)

        return asyncio.run(connected())

    def seal(self) -> int:
        """One pass of a sealer that has just started; raises what stops it."""
        return self.run("fb_sealer", lambda c: Sealer(c, self.signer, self.stores).seal())

    def verify(self, trusted_key: str | None = None) -> Report:
        """Verify everything, as the auditor."""
        return self.run("auditor", lambda c: Verification(c, self.stores).run(trusted_key))


def audited(database: Database, path: Path) -> Audited:
    """The audit of `database`, with its heads in `path`."""
    return Audited(database, Directory(path / "heads"))
