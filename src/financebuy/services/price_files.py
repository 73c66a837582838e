"""Reading a file of daily bars, CSV or Parquet, line by line and without judging it."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from pyarrow.parquet import ParquetFile

from financebuy.errors import InvalidValueError

COLUMNS = ("symbol", "date", "open", "high", "low", "close", "volume")
"""What a file must have, in any order and case; other columns are not looked at."""

_MAGIC = b"PAR1"
_ROWS_A_STEP = 10_000


class Line(NamedTuple):
    """A line as it stands in the file. `session_date` is None when `date_text` is no date."""

    line: int
    symbol: str | None
    session_date: date | None
    date_text: str | None
    open: str | None
    high: str | None
    low: str | None
    close: str | None
    volume: str | None


class PriceFile:
    """A file of bars. While `lines` is read, `done` goes from 0 to `total`."""

    def __init__(self, path: Path) -> None:
        """Look at the file's beginning.

        Raises:
            InvalidValueError: it cannot be read, or is empty.
        """
        self.path = path
        self.done = 0
        try:
            with path.open("rb") as file:
                self._parquet = file.read(len(_MAGIC)) == _MAGIC
            self.total = path.stat().st_size
        except OSError as error:
            raise InvalidValueError(f"{path}: {error.strerror}", field="file") from None
        if self.total == 0:
            raise self._bad("it is empty")

    def lines(self) -> Iterator[Line]:
        """Every line, numbered as in the file: 1 is a CSV's header, or a Parquet's first row.

        Raises:
            InvalidValueError: a column is missing, or the file is damaged.
        """
        try:
            yield from self._of_parquet() if self._parquet else self._of_csv()
        except (csv.Error, UnicodeDecodeError, pa.ArrowException, OSError) as error:
            raise self._bad(str(error)) from None
        self.done = self.total

    def _of_csv(self) -> Iterator[Line]:
        with (
            self.path.open("rb") as file,
            TextIOWrapper(file, encoding="utf-8-sig", newline="") as text,
        ):
            reader = csv.reader(text, strict=True)
            places = self._places(next(reader, []))
            for row in reader:
                if reader.line_num % _ROWS_A_STEP == 0:
                    self.done = file.tell()
                if row:
                    yield self._line(reader.line_num, [_cell(row, place) for place in places])

    def _of_parquet(self) -> Iterator[Line]:
        with ParquetFile(self.path) as file:
            names = file.schema_arrow.names
            wanted = [names[place] for place in self._places(names)]
            number = 0
            for batch in file.iter_batches(batch_size=_ROWS_A_STEP, columns=wanted):
                columns = [batch.column(name).to_pylist() for name in wanted]
                for values in zip(*columns, strict=True):
                    number += 1
                    yield self._line(number, [_text(value) for value in values])
                self.done = self.total * number // file.metadata.num_rows

    def _line(self, number: int, values: Sequence[str | None]) -> Line:
        if any(value is not None and "\0" in value for value in values):
            raise self._bad(f"line {number} has a NUL character")
        symbol, day, *figures = values
        return Line(number, symbol, _date(day), day, *figures)

    def _places(self, names: Sequence[str]) -> list[int]:
        found = [name.strip().lower() for name in names]
        missing = [name for name in COLUMNS if name not in found]
        if missing:
            raise self._bad(
                f"it has no column {', '.join(missing)}: the first line names the columns"
                f" {', '.join(COLUMNS)}"
            )
        return [found.index(name) for name in COLUMNS]

    def _bad(self, reason: str) -> InvalidValueError:
        return InvalidValueError(f"{self.path}: {reason}", field="file")


def _cell(row: Sequence[str], place: int) -> str | None:
    return row[place] if place < len(row) else None


def _text(value: object) -> str | None:
    """A Parquet value as its shortest exact digits; a time is the day it falls on."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text.strip())
    except ValueError:
        return None
