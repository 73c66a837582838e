"""Importing daily bars, judged line by line, and a bare COPY of the rows into the same table."""

import asyncio
import csv
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import COPY, OURS, Entrant, Place
from financebuy.bench.samples import Begin, Sample
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import World
from financebuy.services.caller import Caller
from financebuy.services.price_files import COLUMNS, PriceFile
from financebuy.services.price_import import import_prices
from financebuy.sql import load

_FIRST, _LAST = date(2015, 1, 1), date(2019, 12, 31)
_FEW, _MANY = 10, 100
"""Securities, each with 1,304 days."""
_SOURCE = "bench"
_SATURDAY = 5

Load = Callable[[], Awaitable[int]]


async def _entrants(scenario: str, count: int, world: World, _: Choice) -> list[Entrant]:
    symbols = [f"{scenario.upper()}-{n}" for n in range(count)]
    place = Path(world.stack.enter_context(tempfile.TemporaryDirectory(prefix="financebuy-bars-")))
    file, copied = place / "bars.csv", place / "bars.copy"
    _list(world, symbols)
    _write(file, symbols)
    operator = Caller(
        world.owners[0], scopes=frozenset({"read", "operations"}), kind="operator", origin="bench"
    )

    async def ours() -> int:
        done = await import_prices(world.platform, operator, PriceFile(file), _SOURCE)
        assert not done.refused, done.refused[:3]  # noqa: S101 (a bench that goes wrong stops)
        return done.saved

    # Once and alone, so that COPY has the very rows.
    await asyncio.to_thread(_remove, world.url)
    await ours()
    rows = await asyncio.to_thread(_copy_out, world.url, copied)

    async def bare() -> int:
        await asyncio.to_thread(_copy_in, world.url, copied)
        return rows

    return [
        Entrant(Place(scenario, OURS, 1), _turn(world.url, ours)),
        Entrant(Place(scenario, COPY, 1), _turn(world.url, bare)),
    ]


def _turn(url: str, fill: Load) -> Callable[[float, Begin], Awaitable[Sample]]:
    """One file a turn, however long that takes; a command is a line of it."""

    async def turn(_: float, begin: Begin) -> Sample:
        await asyncio.to_thread(_remove, url)
        begin()
        began = time.perf_counter()
        rows = await fill()
        took = time.perf_counter() - began
        return Sample(rows / took, [took * 1_000 / rows] * rows)

    return turn


def _list(world: World, symbols: Sequence[str]) -> None:
    queries = load("bench")
    with psycopg.connect(world.url, autocommit=True) as connection:
        connection.execute(queries.past_sessions.encode())
        for symbol in symbols:
            row = {"security_id": uuid4(), "symbol": symbol}
            connection.execute(queries.list_security.encode(), row)


def _write(file: Path, symbols: Sequence[str]) -> None:
    with file.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for symbol in symbols:
            for number, day in enumerate(_weekdays()):
                close = f"{100 + number % 50}.25"
                writer.writerow((symbol, day, "100.00", "200.00", "50.00", close, 1_000 + number))


def _weekdays() -> Iterator[date]:
    day = _FIRST
    while day <= _LAST:
        if day.weekday() < _SATURDAY:
            yield day
        day += timedelta(days=1)


def _remove(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(load("bench").remove_bars.encode())


def _copy_out(url: str, to: Path) -> int:
    """Returns how many rows it wrote."""
    with (
        to.open("wb") as file,
        psycopg.connect(url, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        with cursor.copy(load("bench").bars_out.encode()) as copy:
            for block in copy:
                file.write(block)
        return cursor.rowcount


def _copy_in(url: str, source: Path) -> None:
    with (
        psycopg.connect(url, autocommit=True) as connection,
        connection.cursor() as cursor,
        cursor.copy(load("bench").bars_in.encode()) as copy,
    ):
        copy.write(source.read_bytes())


PRICES = Scenario(
    "prices", "an import of 13,000 daily bars; a command is a line", 1,
    partial(_entrants, "prices", _FEW),
)  # fmt: skip
MANY_PRICES = Scenario(
    "many-prices", "the same with 130,000", 1, partial(_entrants, "many-prices", _MANY), long=True
)
