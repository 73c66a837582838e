"""Parquet as blocks of lines: each value as its exact digits, whatever type the file has."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.parquet import ParquetFile

from financebuy.services.price_blocks import line_numbers, read_block

_ROWS_A_BLOCK = 10_000


def parquet_blocks(
    path: Path, places_of: Callable[[Sequence[str]], list[int]], tell: Callable[[float], None]
) -> Iterator[pa.RecordBatch]:
    """Rows are numbered from 1; `tell` hears what share of them was read.

    Raises:
        pa.ArrowException: the file is damaged.
        DamagedError: a row has a NUL character.
    """
    with ParquetFile(path) as file:
        names = file.schema_arrow.names
        wanted = [names[place] for place in places_of(names)]
        done = 0
        for batch in file.iter_batches(batch_size=_ROWS_A_BLOCK, columns=wanted):
            numbers = line_numbers(done + 1, batch.num_rows)
            done += batch.num_rows
            tell(done / file.metadata.num_rows)
            yield read_block(numbers, [_texts(batch.column(name)) for name in wanted])


def _texts(column: pa.Array) -> pa.Array:
    """The values as text; a time is the day it falls on, where it is."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = (pc.local_timestamp(column) if kind.tz else column).cast(pa.date32(), safe=False)
    elif pa.types.is_floating(kind):
        # What a narrow one holds, not the shortest digits that would make it again.
        column = column.cast(pa.float64())
    elif not (_is_text(kind) or pa.types.is_integer(kind) or pa.types.is_date(kind)):
        return pa.array([_text(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
