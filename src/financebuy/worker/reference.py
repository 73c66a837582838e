"""The market data that ships with FinanceBuy, as rows for the database.

The files lie beside the market that replays them and are read as data, so that worker and market
need not know each other.
"""

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID, uuid5

# Instruments have the same id in every installation: two replays are alike down to the ids.
INSTRUMENTS = UUID("6f6e2c0a-5d0b-5b51-9a43-0f0c0a1f7f10")
BARS_SOURCE = "quandl-wiki"
ACTIONS_PROVIDER = "bundled"


class KnownAction(NamedTuple):
    """A split or a dividend in the shipped history; what the kind does not have is None.

    A dividend is paid and reinvested at the close of its ex-date: the history says nothing else.
    """

    symbol: str
    kind: str
    ex_date: date
    pay_date: date | None = None
    new_shares: int | None = None
    old_shares: int | None = None
    cash_per_share: Decimal | None = None
    reinvest_price: Decimal | None = None

    @property
    def action_id(self) -> str:
        """What the provider calls it: unique among its actions."""
        return f"{self.symbol} {self.kind} {self.ex_date}"


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


def actions() -> list[KnownAction]:
    """The splits and dividends within the shipped bars, by date."""
    splits = [
        KnownAction(
            row["symbol"],
            "split" if int(row["new_shares"]) > int(row["old_shares"]) else "reverse_split",
            date.fromisoformat(row["ex_date"]),
            new_shares=int(row["new_shares"]),
            old_shares=int(row["old_shares"]),
        )
        for row in _read("splits.csv")
    ]
    dividends = [
        KnownAction(
            row["symbol"],
            "cash_dividend",
            date.fromisoformat(row["ex_date"]),
            pay_date=date.fromisoformat(row["ex_date"]),
            cash_per_share=Decimal(row["cash_per_share"]),
            reinvest_price=Decimal(row["reinvest_price"]),
        )
        for row in _read("dividends.csv")
    ]
    return sorted(splits + dividends, key=lambda action: (action.ex_date, action.symbol))


def _read(name: str) -> Iterator[dict[str, str]]:
    content = (files("financebuy") / "market" / "data" / name).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return csv.DictReader(text.decode("utf-8").splitlines())
