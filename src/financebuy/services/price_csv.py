"""CSV as blocks of lines: plain text by Arrow's reader, whatever is not by Python's own."""

import csv
from collections.abc import Callable, Iterator, Sequence
from io import SEEK_CUR, TextIOWrapper
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import ConvertOptions, InvalidRow, ParseOptions, ReadOptions, read_csv

from financebuy.services.price_blocks import line_numbers, read_block

_BYTES_A_BLOCK = 1 << 18
_ROWS_A_BLOCK = 10_000

Row = tuple[int, Sequence[str]]
"""A line's number and its cells."""


def csv_blocks(
    file: BinaryIO, places_of: Callable[[Sequence[str]], list[int]]
) -> Iterator[pa.RecordBatch]:
    """Lines are numbered as an editor does, so that the header is 1; blank ones are left out.

    `places_of` says where the columns are, by the cells of the header.

    Raises:
        csv.Error: a quote has no end, or stands where none can.
        UnicodeDecodeError: it is not UTF-8.
        DamagedError: a line has a NUL character.
    """
    header = file.readline(_BYTES_A_BLOCK)
    if not (_ends(header) and _plain(header)):
        file.seek(0)
        rows = _rows(file, 0)
        _, names = next(rows, (1, []))
        yield from _blocks(rows, places_of(names))
        return
    names = header.decode("utf-8-sig").rstrip("\r\n").split(",")
    places = places_of(names)
    before = 1
    while text := file.read(_BYTES_A_BLOCK):
        rest = file.readline(_BYTES_A_BLOCK)
        text += rest
        if not (_ends(rest) and _plain(text)):
            file.seek(-len(text), SEEK_CUR)
            yield from _blocks(_rows(file, before), places)
            return
        yield from _plain_blocks(text, before, len(names), places)
        before += text.count(b"\n")


def _ends(line: bytes) -> bool:
    return len(line) < _BYTES_A_BLOCK or line.endswith(b"\n")


def _plain(text: bytes) -> bool:
    """Whether each line is its cells and the commas between them, and no line is blank."""
    if b'"' in text or b"\n\n" in text or text.startswith((b"\n", b"\r")):
        return False
    if b"\r" in text and (text.count(b"\r") != text.count(b"\r\n") or b"\n\r" in text):
        return False
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _plain_blocks(
    text: bytes, before: int, width: int, places: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    other: list[tuple[int, str]] = []

    def keep(row: InvalidRow) -> str:
        other.append((row.number, row.text))
        return "skip"

    wanted = {str(place): pa.string() for place in places}
    table = read_csv(
        pa.BufferReader(text),
        # One thread, in one go: otherwise a line that is too short has no number.
        ReadOptions(
            use_threads=False,
            block_size=len(text) + 1,
            column_names=[str(place) for place in range(width)],
        ),
        ParseOptions(quote_char=False, double_quote=False, invalid_row_handler=keep),
        ConvertOptions(
            column_types=wanted,
            include_columns=list(wanted),
            null_values=[],
            strings_can_be_null=False,
        ),
    ).combine_chunks()
    if table.num_rows:
        numbers = line_numbers(before + 1, table.num_rows + len(other))
        if other:
            left_out = pa.array([before + number for number, _ in other], numbers.type)
            numbers = numbers.filter(pc.invert(pc.is_in(numbers, left_out)))
        yield read_block(numbers, [table.column(name).chunk(0) for name in wanted])
    if other:
        rows = [(before + number, line.rstrip("\r\n").split(",")) for number, line in other]
        yield _block(rows, places)


def _rows(file: BinaryIO, before: int) -> Iterator[Row]:
    """Every line from where the file stands; `before` are behind it."""
    text = TextIOWrapper(file, encoding="utf-8" if before else "utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        for row in reader:
            yield before + reader.line_num, row
    finally:
        # Else it would close the file when it goes, though others still ask where that stands.
        if not file.closed:
            text.detach()


def _blocks(rows: Iterator[Row], places: Sequence[int]) -> Iterator[pa.RecordBatch]:
    filled = (row for row in rows if row[1])
    while some := list(islice(filled, _ROWS_A_BLOCK)):
        yield _block(some, places)


def _block(rows: Sequence[Row], places: Sequence[int]) -> pa.RecordBatch:
    return read_block(
        pa.array([number for number, _ in rows], pa.int64()),
        [pa.array([_cell(row, place) for _, row in rows], pa.string()) for place in places],
    )


def _cell(row: Sequence[str], place: int) -> str | None:
    return row[place] if place < len(row) else None
