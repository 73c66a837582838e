"""The shipped market data is what its sources say, and is whole."""

import csv
import gzip
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from financebuy.domain.splits import AdjustedClose, Split, detect_splits

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "financebuy" / "market" / "data"


def rows(name: str) -> list[dict[str, str]]:
    content = (DATA / name).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    return list(csv.DictReader(text.decode("utf-8").splitlines()))


@pytest.fixture(scope="module")
def bars() -> dict[str, list[dict[str, str]]]:
    series = defaultdict(list)
    for row in rows("daily_bars.csv.gz"):
        series[row["symbol"]].append(row)
    return series


def closes(series: list[dict[str, str]]) -> list[AdjustedClose]:
    return [
        AdjustedClose(day["date"], Decimal(day["close"]), Decimal(day["adj_close"]))
        for day in series
    ]


def test_the_files_are_what_the_script_makes_of_their_sources() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "tools" / "build_market_data.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (check.returncode, check.stderr) == (0, "nothing differs\n")


def test_every_instrument_is_complete() -> None:
    instruments = rows("instruments.csv")
    symbols = [row["symbol"] for row in instruments]
    assert len(instruments) == 503
    assert symbols == sorted(set(symbols))
    assert {row["exchange"] for row in instruments} == {"XNYS", "XNAS", "BATS"}
    assert len({row["sector"] for row in instruments}) == 11
    isins = [row["isin"] for row in instruments if row["isin"]]
    assert len(isins) == len(set(isins)) >= 451


def test_the_bars_are_five_unbroken_series(bars: dict[str, list[dict[str, str]]]) -> None:
    assert {symbol: len(series) for symbol, series in bars.items()} == {
        "AAPL": 3270,
        "GOOGL": 2148,
        "IBM": 3270,
        "META": 196,
        "MSFT": 3270,
    }
    days = [day["date"] for day in bars["IBM"]]
    for series in bars.values():
        own = [day["date"] for day in series]
        assert own == days[len(days) - len(own) :]
        for day in series:
            low, high = Decimal(day["low"]), Decimal(day["high"])
            assert 0 < low <= Decimal(day["open"]) <= high
            assert low <= Decimal(day["close"]) <= high
            assert int(day["volume"]) > 0


def test_the_splits_are_what_the_closes_imply(bars: dict[str, list[dict[str, str]]]) -> None:
    shipped = [
        (row["symbol"], Split(row["ex_date"], int(row["new_shares"]), int(row["old_shares"])))
        for row in rows("splits.csv")
    ]
    implied = [
        (name, split) for name in sorted(bars) for split in detect_splits(closes(bars[name]))
    ]
    assert shipped == implied
    assert [(name, split.ex_date) for name, split in shipped] == [
        ("AAPL", "2000-06-21"),
        ("AAPL", "2005-02-28"),
        ("MSFT", "2003-02-18"),
    ]


@pytest.mark.parametrize(
    ("adjusted", "expected"),
    [
        (("10", "10"), []),
        (("5", "10"), [Split("b", 2, 1)]),
        (("20", "10"), [Split("b", 1, 2)]),
        (("4", "6"), [Split("b", 3, 2)]),
        (("8.9", "10"), []),
        (("5.0001", "10"), []),
    ],
)
def test_a_split_is_an_exact_ratio(adjusted: tuple[str, str], expected: list[Split]) -> None:
    series = [
        AdjustedClose(day, Decimal(10), Decimal(value))
        for day, value in zip("ab", adjusted, strict=True)
    ]
    assert list(detect_splits(series)) == expected
