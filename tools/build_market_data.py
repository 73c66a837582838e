"""Build the market data that FinanceBuy ships from the two packages it comes from.

    python tools/build_market_data.py            writes src/financebuy/market/data
    python tools/build_market_data.py --check    exit 2 when the shipped files differ

Needs the development dependencies. The same packages always give the same content.
"""

import argparse
import csv
import gzip
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from pytickersymbols import PyTickerSymbols  # type: ignore[import-untyped]

from financebuy.domain.dividends import detect_dividends
from financebuy.domain.splits import AdjustedClose, detect_splits

TARGET = Path(__file__).parent.parent / "src" / "financebuy" / "market" / "data"
CORRECTIONS = Path(__file__).with_name("market_corrections.toml")

SECTORS = frozenset(
    {
        "Communication Services",
        "Consumer Discretionary",
        "Consumer Staples",
        "Energy",
        "Financials",
        "Health Care",
        "Industrials",
        "Information Technology",
        "Materials",
        "Real Estate",
        "Utilities",
    }
)
EXCHANGES = {"NYSE": "XNYS", "NASDAQ": "XNAS"}
# The source's place is "city, state" at home and "city, country" abroad.
FOREIGN = {
    "Bermuda": "BM",
    "Canada": "CA",
    "Ireland": "IE",
    "Netherlands": "NL",
    "Switzerland": "CH",
    "United Kingdom": "GB",
}
# FB is the symbol that Meta had then; the GOOG series is the history of today's class A share.
SYMBOL_TODAY = {"FB": "META", "GOOG": "GOOGL"}
BAR_COLUMNS = ("symbol", "date", "open", "high", "low", "close", "volume", "adj_close")
INSTRUMENT_COLUMNS = ("symbol", "name", "exchange", "sector", "country", "isin")

Stock = Mapping[str, Any]


class Corrections:
    """The hand-made values, each of which must replace something that is not already so."""

    def __init__(self, path: Path = CORRECTIONS) -> None:
        self._values: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))

    def apply(self, field: str, symbol: str, found: str) -> str:
        """The value that ships: the hand-made one where there is one."""
        corrected = self._values[field].pop(symbol, None)
        if corrected == found:
            raise SystemExit(f"the source now has {field} of {symbol}: remove the correction")
        return found if corrected is None else corrected

    def assert_all_used(self) -> None:
        """Every correction must have met its symbol."""
        left = {field: values for field, values in self._values.items() if values}
        if left:
            raise SystemExit(f"corrections of symbols that the source does not have: {left}")


def exchange_of(stock: Stock) -> str:
    """Where the symbol is listed, as a market identifier code; empty when the source is silent.

    "traded as" is newer than the quote symbols: companies that moved are right there only.
    """
    symbol = re.escape(stock["symbol"])
    traded_as = stock.get("metadata", {}).get("traded_as", "")
    named = re.search(rf"\b(NYSE|Nasdaq)\s*:\s*{symbol}\b", traded_as, re.IGNORECASE)
    quotes = " ".join(symbol["google"] for symbol in stock["symbols"])
    named = named or re.search(rf"\b(NYSE|NASDAQ):{symbol}\b", quotes)
    return EXCHANGES[named[1].upper()] if named else ""


def country_of(stock: Stock) -> str:
    """ISO 3166 code of the headquarters' country."""
    place = stock["country"].rpartition(",")[2].strip()
    return "" if place == "none" else FOREIGN.get(place, "US")


def only(values: Iterable[str]) -> str:
    """The one value there is; empty when there are none or several."""
    found = sorted(set(values))
    return found[0] if len(found) == 1 else ""


def isin_is_valid(isin: str) -> bool:
    """Whether the check digit fits (the Luhn sum over the digits that its letters stand for)."""
    digits = "".join(str(int(character, 36)) for character in isin)
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def instruments(corrections: Corrections) -> Iterator[tuple[str, ...]]:
    """The index's members by symbol."""
    for stock in sorted(
        PyTickerSymbols().get_stocks_by_index("S&P 500"), key=lambda stock: stock["symbol"]
    ):
        symbol = stock["symbol"]
        found = {
            "name": stock["name"],
            "exchange": exchange_of(stock),
            "sector": only(SECTORS.intersection(stock["industries"])),
            "country": country_of(stock),
            "isin": only(stock.get("isins", [])),
        }
        row = {field: corrections.apply(field, symbol, value) for field, value in found.items()}
        missing = [field for field, value in row.items() if not value and field != "isin"]
        if missing or (row["isin"] and not isin_is_valid(row["isin"])):
            raise SystemExit(f"{symbol} needs a correction: {missing or row['isin']}")
        yield (symbol, *(row[field] for field in INSTRUMENT_COLUMNS[1:]))


def daily_bars() -> list[tuple[str, ...]]:
    """The source's numbers, digit for digit, under today's symbols."""
    source = resources.files("bokeh_sampledata") / "_data" / "stocks.csv.gz"
    text = gzip.decompress(source.read_bytes()).decode("utf-8")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return sorted((SYMBOL_TODAY.get(row[0], row[0]), *row[1:]) for row in rows)


def series(bars: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, list[AdjustedClose]]]:
    """Each symbol's closes, as traded and as adjusted."""
    for symbol in sorted({bar[0] for bar in bars}):
        yield (
            symbol,
            [
                AdjustedClose(date, Decimal(close), Decimal(adjusted))
                for owner, date, _, _, _, close, _, adjusted in bars
                if owner == symbol
            ],
        )


def splits(bars: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Symbol, ex-date and ratio of the splits that the closes imply."""
    for symbol, closes in series(bars):
        for split in detect_splits(closes):
            yield symbol, split.ex_date, str(split.new_shares), str(split.old_shares)


def dividends(bars: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Symbol, ex-date, amount a share and reinvestment price that the closes imply."""
    for symbol, closes in series(bars):
        for paid in detect_dividends(closes):
            yield symbol, paid.ex_date, f"{paid.cash_per_share:f}", f"{paid.reinvest_price:f}"


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One header line, then the rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def build() -> dict[str, bytes]:
    """File name → uncompressed content."""
    corrections = Corrections()
    bars = daily_bars()
    files = {
        "instruments.csv": as_csv(INSTRUMENT_COLUMNS, instruments(corrections)),
        "daily_bars.csv.gz": as_csv(BAR_COLUMNS, bars),
        "dividends.csv": as_csv(
            ("symbol", "ex_date", "cash_per_share", "reinvest_price"), dividends(bars)
        ),
        "splits.csv": as_csv(("symbol", "ex_date", "new_shares", "old_shares"), splits(bars)),
    }
    corrections.assert_all_used()
    return files


def shipped(path: Path) -> bytes:
    """Uncompressed: two zlib versions may compress the same content differently."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def main(arguments: Sequence[str]) -> int:
    """Write or compare; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args(arguments).check
    differing = []
    for name, content in build().items():
        path = TARGET / name
        if path.exists() and shipped(path) == content:
            continue
        differing.append(name)
        if not check:
            path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    print("\n".join(differing) or "nothing differs", file=sys.stderr)
    return 2 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
