"""Printing: data on stdout as a table, tab-separated lines, JSON or CSV; the rest on stderr.

Without `-o`, a terminal gets a table and anything else gets tab-separated lines under a header:
whole values, nothing cut to a width, fit for `cut`, `awk` and `sort`.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

Row = Mapping[str, object]
_WIDEST = 10_000


class Format(StrEnum):
    """What `-o` takes."""

    TABLE = "table"
    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def say(text: str) -> None:
    """A message, not data: to stderr."""
    sys.stderr.write(text + "\n")


def print_rows(rows: Sequence[Row], columns: Sequence[str], wanted: Format | None) -> None:
    """Print rows, of which `columns` are shown in this order; JSON holds them alone as well."""
    match resolve(wanted):
        case Format.JSON:
            _write_json([{name: row.get(name) for name in columns} for row in rows])
        case Format.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_plain(row.get(name)) for name in columns] for row in rows)
        case Format.TEXT:
            lines = [columns, *([_line(row.get(name)) for name in columns] for row in rows)]
            sys.stdout.writelines("\t".join(line) + "\n" for line in lines)
        case Format.TABLE:
            _print_whole(_table(rows, columns))


def print_record(record: Row, wanted: Format | None) -> None:
    """Print one thing: a line a field on a terminal, an object as JSON."""
    match resolve(wanted):
        case Format.JSON:
            _write_json(dict(record))
        case Format.CSV:
            print_rows([record], list(record), Format.CSV)
        case Format.TEXT:
            sys.stdout.writelines(f"{name}\t{_line(value)}\n" for name, value in record.items())
        case Format.TABLE:
            width = max(map(len, record), default=0)
            sys.stdout.writelines(
                f"{name:<{width}}  {_plain(value)}\n" for name, value in record.items()
            )


def resolve(wanted: Format | None) -> Format:
    """The format that is meant where `-o` was not given."""
    if wanted is not None:
        return wanted
    return Format.TABLE if sys.stdout.isatty() else Format.TEXT


def _write_json(value: object) -> None:
    # Decimals become strings, exact; times ISO 8601.
    text = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2)
    sys.stdout.write(text.decode() + "\n")


def _print_whole(table: Table) -> None:
    """Print a table as wide as it is: an id or an amount that was cut could not be used."""
    console = Console()
    unbounded = console.options.update(max_width=_WIDEST)
    width = console.measure(table, options=unbounded).maximum
    Console(width=max(width, console.width)).print(table)


def _table(rows: Sequence[Row], columns: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        numeric = any(isinstance(row.get(name), int | Decimal) for row in rows)
        table.add_column(
            name.replace("_", " "), justify="right" if numeric else "left", no_wrap=True
        )
    for row in rows:
        # As text, or a cell with brackets would be taken for markup.
        table.add_row(*(Text(_plain(row.get(name))) for name in columns))
    return table


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    # Never 1E+3 for money.
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _line(value: object) -> str:
    return _plain(value).replace("\t", " ").replace("\n", " ")
