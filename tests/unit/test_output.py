"""What the command line prints: exact money, whole values, no colour where nobody looks."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from financebuy.cli.output import Format, print_record, print_rows

ROWS = [
    {"symbol": "AAPL", "quantity": Decimal("1E+3"), "open": True, "note": None},
    {"symbol": "a,b\tc", "quantity": Decimal("0.100"), "open": False, "note": "x"},
]
COLUMNS = ("symbol", "quantity", "open", "note")


def test_a_pipe_gets_tab_separated_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, COLUMNS, None)
    assert capsys.readouterr().out.splitlines() == [
        "symbol\tquantity\topen\tnote",
        "AAPL\t1000\tyes\t",
        "a,b c\t0.100\tno\tx",
    ]


def test_json_keeps_decimals_as_exact_strings(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, ("symbol", "quantity"), Format.JSON)
    assert json.loads(capsys.readouterr().out) == [
        {"symbol": "AAPL", "quantity": "1E+3"},
        {"symbol": "a,b\tc", "quantity": "0.100"},
    ]


def test_csv_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, COLUMNS, Format.CSV)
    assert capsys.readouterr().out.splitlines()[1:] == ["AAPL,1000,yes,", '"a,b\tc",0.100,no,x']


def test_a_table_shows_every_cell(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, COLUMNS, Format.TABLE)
    out = capsys.readouterr().out
    assert "1000" in out
    assert "0.100" in out
    assert "\x1b" not in out


def test_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    record = {"balance": Decimal("12.30"), "at": datetime(2012, 6, 1, tzinfo=UTC), "no": None}
    print_record(record, Format.JSON)
    assert json.loads(capsys.readouterr().out) == {
        "balance": "12.30",
        "at": "2012-06-01T00:00:00Z",
        "no": None,
    }
    print_record(record, None)
    assert capsys.readouterr().out.startswith("balance\t12.30\n")


def test_a_narrow_terminal_cuts_nothing_and_brackets_are_no_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    row = {"id": "0" * 36, "amount": Decimal("123456789012.34"), "reason": "[/red] [bold]"}
    print_rows([row], tuple(row), Format.TABLE)
    _, line = capsys.readouterr().out.splitlines()
    assert line.split(maxsplit=2) == ["0" * 36, "123456789012.34", "[/red] [bold]"]
