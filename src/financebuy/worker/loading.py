"""Loads reference data into a database that lacks it: instruments, calendar, bars."""

import asyncio
import csv
import logging
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from psycopg.rows import DictRow

from financebuy.database.pools import Connection
from financebuy.sql import load
from financebuy.worker import reference
from financebuy.worker.end_of_day import EXCHANGE
from financebuy.worker.jobs import MONTHS_AHEAD

SQL = load("jobs")
log = logging.getLogger(__name__)


async def prepare_database(connection: Connection, days_per_minute: Decimal | None) -> None:
    """Make the partitions, then load what is missing.

    All of it appears at once, so nobody sees half a market. `days_per_minute` is the replay's
    speed until an operator changes it.
    """
    # History goes into its own partitions, so these come first.
    await connection.execute(SQL.make_partitions, {"months_ahead": MONTHS_AHEAD})
    async with connection.transaction():
        await connection.execute(SQL.lock_reference_data)
        state = await _row(connection, SQL.reference_state, exchange=EXCHANGE)
        await _save(connection, "instruments", SQL.save_instruments, reference.instruments())
        if state["calendar_until"] is None:
            sessions = await _calendar()
            await _save(
                connection, "sessions", SQL.save_sessions, sessions | {"exchange": EXCHANGE}
            )
        if not state["has_bars"]:
            bars = reference.daily_bars()
            await _save(
                connection, "daily bars", SQL.save_bars, bars | {"source": reference.BARS_SOURCE}
            )
        await connection.execute(SQL.begin_control, {"days_per_minute": days_per_minute})


async def _save(
    connection: Connection, what: str, query: str, columns: Mapping[str, object]
) -> None:
    saved = await connection.execute(query, columns)
    if saved.rowcount:
        log.info("%s new or changed: %d", what, saved.rowcount)


async def _row(connection: Connection, query: str, **parameters: object) -> DictRow:
    row = await (await connection.execute(query, parameters)).fetchone()
    if row is None:
        raise LookupError("a query of one row returned none")
    return row


async def _calendar() -> dict[str, Any]:
    log.info("computing the exchange calendar")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "financebuy.worker.calendar", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"the calendar program ended with {process.returncode}")
    rows = list(csv.DictReader(output.decode("utf-8").splitlines()))
    return {
        "session_dates": [row["session_date"] for row in rows],
        "opens_at": [row["opens_at"] for row in rows],
        "closes_at": [row["closes_at"] for row in rows],
        "half_days": [row["half_day"] == "true" for row in rows],
        "settles_on": [row["settles_on"] for row in rows],
    }
