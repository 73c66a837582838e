"""What a closed session leaves to do before the next one may open.

The market waits for it, so a replay gives the same result however fast the worker is. Every step
may be repeated: a worker that is killed leaves a day that the next one finishes.
"""

import logging
from datetime import date
from typing import Any

from psycopg.rows import DictRow

from financebuy.database.pools import Connection
from financebuy.sql import load
from financebuy.worker import reference

SQL = load("jobs")
EXCHANGE = "XNYS"
# Accounts or orders a transaction: few enough to hold their locks for milliseconds.
BATCH = 500
log = logging.getLogger(__name__)


class EndOfDay:
    """Settles, expires, splits, in this order; then says that the day is settled."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._splits = reference.splits()

    async def run(self) -> None:
        """Finish the closed session, if there is one."""
        day = await self._row(SQL.session_to_settle)
        if day is None:
            return
        session, upcoming = day["session_date"], day["next_session_date"]
        settled = await self._until_done(SQL.settle, session_date=session)
        expired = await self._until_done(SQL.expire_orders, session_date=session)
        if upcoming is not None:
            await self._split(session, upcoming)
        await self._connection.execute(SQL.mark_settled, {"session_date": session})
        log.info("session %s: %d settlements, %d orders expired", session, settled, expired)

    async def _split(self, session: date, upcoming: date) -> None:
        for split in self._splits:
            if session < split.ex_date <= upcoming:
                await self._row(
                    SQL.announce_split,
                    provider=reference.SPLITS_PROVIDER,
                    exchange=EXCHANGE,
                    **split._asdict(),
                )
        due = await self._connection.execute(SQL.splits_to_apply, {"next_session_date": upcoming})
        for action in await due.fetchall():
            accounts = await self._until_done(SQL.apply_split, action_id=action["action_id"])
            log.info("split %s applied to %d accounts", action["action_id"], accounts)

    async def _until_done(self, query: str, **parameters: object) -> int:
        """Repeat a batch until it finds nothing more; returns the sum of what it did."""
        total = 0
        while done := await self._count(query, parameters | {"limit": BATCH}):
            total += done
        return total

    async def _count(self, query: str, parameters: dict[str, object]) -> int:
        row = await self._row(query, **parameters)
        return 0 if row is None else int(next(iter(row.values())))

    async def _row(self, query: str, **parameters: Any) -> DictRow | None:
        return await (await self._connection.execute(query, parameters)).fetchone()
