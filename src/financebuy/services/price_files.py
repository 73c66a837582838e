"""A file of daily bars, CSV or Parquet, as blocks of lines, without judging what they say."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from financebuy.errors import InvalidValueError
from financebuy.services.price_blocks import COLUMNS, DamagedError, as_copied
from financebuy.services.price_csv import csv_blocks
from financebuy.services.price_parquet import parquet_blocks

__all__ = ["COLUMNS", "PriceFile"]

_MAGIC = b"PAR1"


class PriceFile:
    """A file of bars. While `blocks` is read, `done` goes from 0 to `total`."""

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

    def blocks(self) -> Iterator[bytes]:
        """Every line, as `price_import.copy_lines` takes them, some thousands at a time.

        They are numbered as in the file: 1 is a CSV's header, or a Parquet's first row.

        Raises:
            InvalidValueError: a column is missing, or the file is damaged.
        """
        try:
            for block in self._parquet_blocks() if self._parquet else self._csv_blocks():
                yield as_copied(block)
        except (csv.Error, UnicodeDecodeError, pa.ArrowException, OSError, DamagedError) as error:
            raise self._bad(str(error)) from None
        self.done = self.total

    def _csv_blocks(self) -> Iterator[pa.RecordBatch]:
        with self.path.open("rb") as file:
            for block in csv_blocks(file, self._places):
                self.done = file.tell()
                yield block

    def _parquet_blocks(self) -> Iterator[pa.RecordBatch]:
        def tell(share: float) -> None:
            self.done = int(self.total * share)

        return parquet_blocks(self.path, self._places, tell)

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
