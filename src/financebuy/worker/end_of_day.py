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
    """Settles, expires, applies actions, in this order; then says that the day is settled."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._actions = reference.actions()

    async def run(self) -> None:
        """Finish the closed session, if there is one."""
        day = await self._row(SQL.session_to_settle)
        if day is None:
            return
        session, upcoming = day["session_date"], day["next_session_date"]
        settled = await self._until_done(SQL.settle, session_date=session)
        expired = await self._until_done(SQL.expire_orders, session_date=session)
        await self._act(session, upcoming)
        await self._connection.execute(SQL.mark_settled, {"session_date": session})
        log.info("session %s: %d settlements, %d orders expired", session, settled, expired)

    async def _act(self, session: date, upcoming: date | None) -> None:
        """Announce what the history has for tomorrow; then apply all that is due, whoever told."""
        last = upcoming or session
        known = [each for each in self._actions if session < each.ex_date <= last]
        if known:
            await self._row(
                SQL.announce_actions,
                provider=reference.ACTIONS_PROVIDER,
                symbols=[each.symbol for each in known],
                action_ids=[each.action_id for each in known],
                kinds=[each.kind for each in known],
                ex_dates=[each.ex_date for each in known],
                pay_dates=[each.pay_date for each in known],
                new_shares=[each.new_shares for each in known],
                old_shares=[each.old_shares for each in known],
                cash_per_shares=[each.cash_per_share for each in known],
                reinvest_prices=[each.reinvest_price for each in known],
            )
        due = await self._connection.execute(
            SQL.actions_due, {"session_date": session, "next_session_date": last}
        )
        for action in await due.fetchall():
            accounts = await self._until_done(SQL.apply_action, action_id=action["action_id"])
            log.info("%s %s: %d accounts", action["kind"], action["action_id"], accounts)

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
