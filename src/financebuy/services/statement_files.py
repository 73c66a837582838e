"""Statement files of the bank and the venue: CSV with one line a transfer, trade or balance."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from io import StringIO
from pathlib import Path

from financebuy.domain.money import exact
from financebuy.errors import FinanceBuyError, InvalidValueError


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line. `quantity` is money (transfer, balance) or shares (trade, position).

    A transfer has a reference and the side incoming or outgoing; a trade has a reference, the side
    buy or sell and a price; a balance and a position have neither.
    """

    kind: str
    reference: str | None
    asset: str
    side: str | None
    quantity: Decimal
    price: Decimal | None


COLUMNS = tuple(field.name for field in fields(StatementLine))
KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "bank": {"transfer": ("incoming", "outgoing"), "balance": ()},
    "venue": {"trade": ("buy", "sell"), "position": ()},
}
"""The kinds of lines of each source, and the sides that they may have."""


def read_statement(path: Path, source: str) -> list[StatementLine]:
    """Read a statement of `source`, whole.

    Raises:
        InvalidValueError: it cannot be read, or a line of it is wrong; the message says which.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(StringIO(text, newline=""), strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InvalidValueError(f"{path}: it has no column {', '.join(missing)}", field="file")
        return [_line(row, source, path, reader.line_num) for row in reader]
    except OSError as error:
        raise InvalidValueError(f"{path}: {error.strerror}", field="file") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidValueError(f"{path}: {error}", field="file") from None


def statement_text(lines: Iterable[StatementLine]) -> str:
    """Write a statement as CSV."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        price = "" if line.price is None else f"{line.price:f}"
        writer.writerow(
            [line.kind, line.reference, line.asset, line.side, f"{line.quantity:f}", price]
        )
    return out.getvalue()


def _line(row: Mapping[str, str | None], source: str, path: Path, number: int) -> StatementLine:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    try:
        return _judged(values, KINDS[source])
    except FinanceBuyError as error:
        raise InvalidValueError(f"{path}: line {number}: {error}", field="file") from None


def _judged(values: Mapping[str, str], kinds: Mapping[str, Sequence[str]]) -> StatementLine:
    kind, side = values["kind"], values["side"]
    if kind not in kinds:
        raise InvalidValueError(f"kind: one of {', '.join(kinds)}, not {kind!r}")
    if not values["asset"] or "\0" in values["asset"] + values["reference"]:
        raise InvalidValueError("asset: a currency or a symbol")
    moves = bool(kinds[kind])
    if moves and (side not in kinds[kind] or not values["reference"]):
        raise InvalidValueError(
            f"a {kind} has a reference, and the side {' or '.join(kinds[kind])}"
        )
    return StatementLine(
        kind,
        values["reference"] if moves else None,
        values["asset"],
        side if moves else None,
        exact(values["quantity"], "quantity"),
        exact(values["price"], "price") if kind == "trade" else None,
    )
