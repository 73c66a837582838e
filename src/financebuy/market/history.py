"""Real days from the price history, as sessions to replay."""

from datetime import date, timedelta

from psycopg.rows import DictRow

from financebuy.database.pools import Connection
from financebuy.domain.market import TICK_INTERVAL, Bar
from financebuy.market.sessions import DayOfSecurity, Session, plan_session
from financebuy.sql import load

SQL = load("market")
EXCHANGE = "XNYS"


class PriceHistory:
    """Sessions whose daily bars are in `price_bars`, quotes drawn from `seed`, `interval` apart.

    Both decide the prices within a day: another interval is another day.
    """

    def __init__(
        self, connection: Connection, seed: int, interval: timedelta = TICK_INTERVAL
    ) -> None:
        self._connection = connection
        self._seed = seed
        self._interval = interval

    async def next_session_date(self, after: date) -> date | None:
        """The next session that has bars."""
        return await self._date(SQL.next_session_with_bars, after)

    async def session_before(self, day: date) -> date | None:
        """The last session before a day; None while there is no calendar."""
        return await self._date(SQL.session_before, day)

    async def session(self, session_date: date) -> Session:
        """A session with its quotes; without securities when it has no bars."""
        hours = (await self._rows(SQL.session_hours, session_date))[0]
        rows = await self._rows(SQL.session_bars, session_date)
        return plan_session(
            self._seed,
            session_date,
            await self._date(SQL.session_after, session_date),
            (hours["opens_at"], hours["closes_at"]),
            [_day_of_security(row) for row in rows],
            self._interval,
        )

    async def _date(self, query: str, day: date) -> date | None:
        rows = await self._rows(query, day)
        return rows[0]["session_date"] if rows else None

    async def _rows(self, query: str, day: date) -> list[DictRow]:
        parameters = {"exchange": EXCHANGE, "date": day}
        return await (await self._connection.execute(query, parameters)).fetchall()


def _day_of_security(row: DictRow) -> DayOfSecurity:
    bar = Bar(row["open"], row["high"], row["low"], row["close"], row["volume"])
    return DayOfSecurity(row["security_id"], row["symbol"], bar, row["previous_close"])
