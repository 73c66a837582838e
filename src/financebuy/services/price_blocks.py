"""Blocks of lines as columns: what can be read without knowing any security, many lines at once."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.csv import WriteOptions, write_csv

COLUMNS = ("symbol", "date", "open", "high", "low", "close", "volume")
"""What a file must have, in any order and case; other columns are not looked at."""

# PostgreSQL writes a number of this form out again as it was given, and takes those of the other.
_AS_WRITTEN = r"\A(?:-?[1-9]\d{0,17}|0)(?:\.\d{1,18})?\z"
_SPACE = r"[ \t\n\v\f\r]*"
_NUMBER = (
    rf"\A{_SPACE}[+-]?(?:\d{{1,18}}(?:\.\d{{0,18}})?|\.\d{{1,18}})(?:[eE][+-]?\d{{1,2}})?{_SPACE}\z"
)
_FOR_COPY = WriteOptions(include_header=False, quoting_style="needed")


class DamagedError(Exception):
    """Not a line but the file is bad."""


def read_block(numbers: pa.Array, texts: Sequence[pa.Array]) -> pa.RecordBatch:
    """Make lines of the columns' texts, in the order of `COLUMNS`; None is a cell that is missing.

    Raises:
        DamagedError: a line has a NUL character, which no text in PostgreSQL can hold.
    """
    _refuse_nul(numbers, texts)
    symbol_text, day_text, *figures = texts
    symbol = pc.ascii_upper(pc.utf8_trim(symbol_text, " "))
    days = _days(day_text)
    exact = [pc.match_substring_regex(each, _AS_WRITTEN) for each in figures]
    same = _all([pc.equal(symbol, symbol_text), pc.equal(days.cast(pa.string()), day_text), *exact])
    if pc.all(same).as_py() and pc.all(pc.not_equal(symbol, "")).as_py():
        return _batch(numbers, [symbol, days, *figures, _nulls(numbers), _nulls(numbers)])
    problem = _problems(symbol, days, figures)
    given = pc.binary_join_element_wise(*texts, ",", null_handling="skip")
    read = pc.is_null(problem)
    return _batch(
        numbers,
        [
            _only(read, symbol),
            days,
            *(_only(read, each) for each in figures),
            problem,
            _only(pc.invert(pc.and_(same, read)), given),
        ],
    )


def line_numbers(first: int, count: int) -> pa.Array:
    """So many lines from `first` on."""
    return pa.array(range(first, first + count), pa.int64())


def as_copied(block: pa.RecordBatch) -> bytes:
    """A block as `COPY … (format csv)` takes it: a null is nothing, an empty text has quotes."""
    out = pa.BufferOutputStream()
    write_csv(block, out, _FOR_COPY)
    return bytes(out.getvalue())


def _refuse_nul(numbers: pa.Array, texts: Sequence[pa.Array]) -> None:
    for column in texts:
        found = pc.match_substring(column, "\0")
        if pc.any(found).as_py():
            raise DamagedError(f"line {numbers[found.index(True).as_py()]} has a NUL character")


def _days(texts: pa.Array) -> pa.Array:
    """The dates, null where a text is none."""
    try:
        return texts.cast(pa.date32())
    except pa.ArrowInvalid:
        # Few days stand in a block's many lines, so each is read once.
        words = pc.dictionary_encode(texts)
        days = [_day(text) for text in words.dictionary.to_pylist()]
        return pa.DictionaryArray.from_arrays(
            words.indices, pa.array(days, pa.date32())
        ).dictionary_decode()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _problems(symbol: pa.Array, days: pa.Array, figures: Sequence[pa.Array]) -> pa.Array:
    """Why a line cannot be read, null where it can."""
    numbers = _all([pc.match_substring_regex(each, _NUMBER) for each in figures])
    return pc.case_when(
        pc.make_struct(
            pc.fill_null(pc.equal(symbol, ""), fill_value=True),
            pc.is_null(days),
            pc.invert(numbers),
        ),
        *(pa.scalar(each) for each in ("missing_symbol", "invalid_date", "invalid_number")),
    )


def _all(conditions: Sequence[pa.Array]) -> pa.Array:
    """Where every one holds; what is not known does not."""
    held = conditions[0]
    for each in conditions[1:]:
        held = pc.and_(held, each)
    return pc.fill_null(held, fill_value=False)


def _only(where: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(where, values, pa.scalar(None, pa.string()))


def _nulls(numbers: pa.Array) -> pa.Array:
    return pa.nulls(len(numbers), pa.string())


def _batch(numbers: pa.Array, columns: Sequence[pa.Array]) -> pa.RecordBatch:
    names = [str(place) for place in range(len(columns) + 1)]
    return pa.RecordBatch.from_arrays([numbers, *columns], names=names)
