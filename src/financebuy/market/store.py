"""The market's rows: the clock, its controls and the latest prices."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from financebuy.database.pools import Connection
from financebuy.market.clock import ClockState, Control
from financebuy.market.sessions import Session, Step
from financebuy.services.rows import fetch_one
from financebuy.sql import load

SQL = load("market")


class MarketStore:
    """Named queries as typed calls, over the autocommit connection that holds the market's lock."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def try_lock(self) -> bool:
        """Whether this connection now is the one market."""
        row = await (await self._connection.execute(SQL.try_market_lock)).fetchone()
        return row is not None and bool(row["held"])

    async def clock(self) -> ClockState | None:
        """Where the market is; None before its first start."""
        return await fetch_one(self._connection, ClockState, SQL.clock, {})

    async def control(self) -> Control | None:
        """What the operator asked."""
        return await fetch_one(self._connection, Control, SQL.control, {})

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Around calls that happen together or not at all."""
        return self._connection.transaction()

    async def take_step(self) -> None:
        """Count one asked step as taken."""
        await self._connection.execute(SQL.take_step)

    async def begin(self, mode: str, evening: Session) -> None:
        """Set a new clock to the close of a session, with that session's closing prices."""
        prices = _closing_prices(evening)
        async with self._connection.transaction():
            await self._connection.execute(
                SQL.begin_clock,
                prices | {"mode": mode, "next_session_date": evening.next_session_date},
            )
            await self._connection.execute(
                SQL.begin_prices,
                prices | {"previous_closes": [each.previous_close for each in evening.listings]},
            )

    async def open_session(self, step: Step, quote_seq: int, sizes: Sequence[int]) -> None:
        """Open a session with its first quotes."""
        session = step.session
        await self._connection.execute(
            SQL.open_session,
            _quotes(step, quote_seq, sizes)
            | {
                "next_session_date": session.next_session_date,
                "previous_closes": [each.previous_close for each in session.listings],
            },
        )

    async def publish_tick(
        self, step: Step, quote_seq: int, sizes: Sequence[int], *, durable: bool
    ) -> None:
        """Show a tick's quotes, all securities in one statement.

        They must be `durable` when an order may fill at them.
        """
        quotes = _quotes(step, quote_seq, sizes)
        await self._connection.execute(SQL.publish_tick, quotes | {"durable": durable})

    async def close_session(self, step: Step, quote_seq: int) -> None:
        """Close a session at its real closing prices."""
        await self._connection.execute(
            SQL.close_session, _closing_prices(step.session) | {"quote_seq": quote_seq}
        )

    async def finish(self) -> None:
        """Say that history has ended."""
        await self._connection.execute(SQL.finish)


def _quotes(step: Step, quote_seq: int, sizes: Sequence[int]) -> dict[str, Any]:
    quotes = step.quotes()
    return {
        "session_date": step.session.session_date,
        "market_time": step.at,
        "quote_seq": quote_seq,
        "security_ids": list(quotes),
        "lasts": [quote.last for quote in quotes.values()],
        "bids": [quote.bid for quote in quotes.values()],
        "asks": [quote.ask for quote in quotes.values()],
        "volumes": [quote.session_volume for quote in quotes.values()],
        "sizes": sizes,
    }


def _closing_prices(session: Session) -> dict[str, Any]:
    return {
        "session_date": session.session_date,
        "market_time": session.closes_at,
        "security_ids": [each.security_id for each in session.listings],
        "lasts": [each.bar.close for each in session.listings],
        "volumes": [each.bar.volume for each in session.listings],
    }
