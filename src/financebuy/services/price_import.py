"""Bringing one's own price history in: each line judged, all saved in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from psycopg.errors import UniqueViolation

from financebuy.database.pools import Connection
from financebuy.errors import InvalidValueError, TryAgainError
from financebuy.services.acting import name
from financebuy.services.caller import Caller
from financebuy.services.platform import Platform
from financebuy.services.price_files import PriceFile
from financebuy.services.pricing import EXCHANGE
from financebuy.services.rows import fetch_all, fetch_one
from financebuy.sql import load

ROLE = "fb_worker"
MOST_SOURCE = 64
_TRIES = 5


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken: `problem` is one of `PROBLEMS`, `given` is what it said."""

    line: int
    problem: str
    given: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Trading days without a bar, from `first_day` to `last_day`."""

    symbol: str
    first_day: date
    last_day: date
    sessions: int


@dataclass(frozen=True, slots=True)
class Import:
    """What became of a file. `unchanged` bars stood already, just so."""

    lines: int
    saved: int
    unchanged: int
    refused: list[RefusedLine]
    gaps: list[Gap]
    now_tradable: list[str]


@dataclass(frozen=True, slots=True)
class _Counts:
    lines: int
    refused: int
    added: int
    replaced: int
    unchanged: int
    holes: bool

    @property
    def saved(self) -> int:
        return self.added + self.replaced


PROBLEMS = {
    "missing_symbol": "there is no symbol",
    "invalid_date": "the date is not of the form 2012-06-04",
    "invalid_number": "a price or the volume is not a number",
    "unknown_symbol": "no such security",
    "negative": "a price is not above 0, or the volume is below 0",
    "out_of_range": "a figure is too large",
    "excess_scale": "a price has more than 9 decimals, or the volume has any",
    "inconsistent": "low and high do not enclose open and close",
    "outside_calendar": "the exchange's calendar does not reach that day",
    "not_a_trading_day": "the exchange was closed that day",
    "duplicate": "an earlier line has the same security and day",
    "differs": "another bar stands for that day; --replace puts this one in its place",
}
"""Why a line is refused, in the order in which the reasons are looked for."""


async def import_prices(
    platform: Platform,
    caller: Caller,
    file: PriceFile,
    source: str,
    *,
    replace: bool = False,
    dry_run: bool = False,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Import:
    """Save the bars of `file` that can be taken, or with `dry_run` only say which those are.

    All of it happens at once or, when anything fails, not at all. `source` is kept with each bar;
    `replace` lets a bar change one that stands; `tell` hears how much of the file was read.
    Needs the scope `operations`, and a platform that was opened with the role `fb_worker`.

    Raises:
        InvalidValueError: the file cannot be read, has not the right columns, or has no lines.
        TryAgainError: others saved bars of the same days all the while.
    """
    if not 0 < len(source) <= MOST_SOURCE:
        raise InvalidValueError(f"source: from 1 to {MOST_SOURCE} characters", field="source")
    caller.require("operations")
    async with (
        platform.pools.long(ROLE) as connection,
        connection.transaction(force_rollback=dry_run),
    ):
        await name(connection, platform, caller)
        await _copy(connection, file, tell)
        return await _save(connection, file, source, replace=replace)


async def _copy(connection: Connection, file: PriceFile, tell: Callable[[int, int], None]) -> None:
    queries = load("price_import")
    await connection.execute(queries.create_lines)
    async with connection.cursor() as cursor, cursor.copy(queries.copy_lines.encode()) as copy:
        for block in file.blocks():
            await copy.write(block)
            tell(file.done, file.total)
    tell(file.total, file.total)


async def _save(connection: Connection, file: PriceFile, source: str, *, replace: bool) -> Import:
    """Judge the lines and save the good ones; judge them again if others saved one meanwhile."""
    for _ in range(_TRIES):
        try:
            async with connection.transaction():
                return await _judge_and_save(connection, file, source, replace=replace)
        except UniqueViolation:
            continue
    raise TryAgainError("others save the same bars again and again; nothing was saved, try again")


async def _judge_and_save(
    connection: Connection, file: PriceFile, source: str, *, replace: bool
) -> Import:
    queries = load("price_import")
    await connection.execute(queries.judge_lines, {"exchange": EXCHANGE, "replace": replace})
    counts = await fetch_one(connection, _Counts, queries.counts, {})
    if counts is None or counts.lines == 0:
        raise InvalidValueError(f"{file.path}: it has no lines besides the first", field="file")
    opened = await (await connection.execute(queries.open_trading)).fetchall()
    if counts.added:
        await connection.execute(queries.insert_bars, {"source": source})
    if counts.replaced:
        await connection.execute(queries.replace_bars, {"source": source})
    refused, gaps = [], []
    if counts.refused:
        refused = await fetch_all(connection, RefusedLine, queries.refused_lines, {})
    if counts.holes:
        gaps = await fetch_all(connection, Gap, queries.gaps, {"exchange": EXCHANGE})
    told = {"lines": counts.lines, "saved": counts.saved, "refused": counts.refused}
    await connection.execute(queries.note_import, told | {"source": source, "replaced": replace})
    return Import(
        counts.lines,
        counts.saved,
        counts.unchanged,
        refused,
        gaps,
        sorted(row["symbol"] for row in opened),
    )
