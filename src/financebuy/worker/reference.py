"""The market data that ships with FinanceBuy, as rows for the database.

The files lie beside the market that replays them and are read as data, so that worker and market
need not know each other.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID, uuid5

# Instruments have the same id in every installation: two replays are alike down to the ids.
INSTRUMENTS = UUID("6f6e2c0a-5d0b-5b51-9a43-0f0c0a1f7f10")
BARS_SOURCE = "quandl-wiki"
SPLITS_PROVIDER = "bundled"


class KnownSplit(NamedTuple):
    """A split in the shipped history."""

    symbol: str
    ex_date: date
    new_shares: int
    old_shares: int


def instruments() -> dict[str, list[Any]]:
    """The instrument master by column. What has bars is tradable."""
    rows = list(_read("instruments.csv"))
    priced = {bar["symbol"] for bar in _read("daily_bars.csv.gz")}
    return {
        "security_ids": [uuid5(INSTRUMENTS, f"{row['exchange']}:{row['symbol']}") for row in rows],
        "exchanges": [row["exchange"] for row in rows],
        "symbols": [row["symbol"] for row in rows],
        "names": [row["name"] for row in rows],
        "sectors": [row["sector"] for row in rows],
        "countries": [row["country"] for row in rows],
        "isins": [row["isin"] or None for row in rows],
        "tradables": [row["symbol"] in priced for row in rows],
    }


def daily_bars() -> dict[str, list[str]]:
    """All bars by column, as the file's digits: PostgreSQL reads them without a detour."""
    rows = list(_read("daily_bars.csv.gz"))
    columns = {
        "symbols": "symbol",
        "session_dates": "date",
        "opens": "open",
        "highs": "high",
        "lows": "low",
        "closes": "close",
        "volumes": "volume",
    }
    return {name: [row[column] for row in rows] for name, column in columns.items()}


def splits() -> list[KnownSplit]:
    """The splits within the shipped bars."""
    return [
        KnownSplit(
            row["symbol"],
            date.fromisoformat(row["ex_date"]),
            int(row["new_shares"]),
            int(row["old_shares"]),
        )
        for row in _read("splits.csv")
    ]


def _read(name: str) -> Iterator[dict[str, str]]:
    content = (files("financebuy") / "market" / "data" / name).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return csv.DictReader(text.decode("utf-8").splitlines())
