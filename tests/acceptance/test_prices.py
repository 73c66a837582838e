"""`financebuy prices import` and `market search`, on a real database."""

import contextlib
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from pyarrow import parquet

from financebuy.cli import run
from financebuy.sql import load
from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.world import MONDAY, World, sessions

HANG_SECONDS = 100.0
HEADER = "symbol,date,open,high,low,close,volume"
DAYS = sessions(MONDAY, 5)


@dataclass(frozen=True)
class Terminal:
    """`financebuy` on a database with a calendar, AAPL (tradable) and NEWCO (not)."""

    root: Path
    world: World
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        noun, verb, *rest = arguments
        code = run([noun, verb, "--data", str(self.root), *rest])
        return (code, *self.capture.readouterr())

    def load(self, file: Path, *options: str) -> tuple[int, Any]:
        code, out, err = self("prices", "import", str(file), "-o", "json", *options)
        assert out, err
        return code, json.loads(out)


@pytest.fixture
def terminal(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Terminal]:
    root = tmp_path / "data"
    with World(database) as world:
        write_data_directory(root, database)
        world.open_market()
        world.security("AAPL", 100, name="Apple Inc.", isin="US0378331005")
        world.security("NEWCO", 5, name="New Company", tradable=False)
        yield Terminal(root, world, capsys)


def bar(symbol: str, day: date | str, close: str = "101.5", **changes: str) -> str:
    values = {"open": "100", "high": "102", "low": "99.25", "close": close, "volume": "1000"}
    return ",".join([symbol, str(day), *(values | changes).values()])


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Sequence[str]], Path]:
    def write(lines: Sequence[str]) -> Path:
        path = tmp_path / "bars.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def bars(world: World) -> list[dict[str, Any]]:
    return world.rows(
        "select s.symbol, b.session_date, b.close, b.source from price_bars as b"
        " join securities as s using (security_id) order by 1, 2"
    )


Write = Callable[[Sequence[str]], Path]


def test_a_file_of_good_bars(terminal: Terminal, write: Write) -> None:
    file = write([HEADER, *(bar("AAPL", day) for day in DAYS), bar("newco", DAYS[0])])
    code, told = terminal.load(file)
    assert code == 0
    assert (told["lines"], told["saved"], told["refused"], told["gaps"]) == (6, 6, [], [])
    # The first prices of a security make it tradable.
    assert told["now_tradable"] == ["NEWCO"]
    assert terminal.world.value("select tradable from securities where symbol = 'NEWCO'") is True
    assert [row["session_date"] for row in bars(terminal.world)] == [*DAYS, DAYS[0]]
    assert {(row["close"], row["source"]) for row in bars(terminal.world)} == {
        (Decimal("101.5"), "bars.csv")
    }
    # None lands in the DEFAULT partition, and the second time nothing is new.
    assert terminal.world.value("select count(*) from only price_bars_default") == 0
    code, again = terminal.load(file)
    assert (code, again["saved"], again["unchanged"]) == (0, 0, 6)


def test_what_an_operator_closed_stays_closed(terminal: Terminal, write: Write) -> None:
    terminal.load(write([HEADER, bar("AAPL", DAYS[0])]))
    terminal.world.admin.execute("update securities set tradable = false where symbol = 'AAPL'")
    code, told = terminal.load(write([HEADER, bar("AAPL", DAYS[1])]))
    assert (code, told["saved"], told["now_tradable"]) == (0, 1, [])


def test_every_refused_line_is_listed_with_its_reason(terminal: Terminal, write: Write) -> None:
    file = write(
        [
            HEADER,
            bar("AAPL", DAYS[0]),
            bar("NOPE", DAYS[0]),
            bar("AAPL", "2012-02-31"),
            bar("AAPL", DAYS[1], "a lot"),
            bar("AAPL", DAYS[1], low="-1"),
            bar("AAPL", DAYS[1], high="100.5"),
            bar("AAPL", DAYS[1], "101.1234567891"),
            bar("AAPL", DAYS[1], volume="1.5"),
            bar("AAPL", DAYS[1], volume="-5"),
            bar("AAPL", DAYS[0] + timedelta(days=5)),
            bar("AAPL", "1999-06-04"),
            bar("AAPL", DAYS[0], "100"),
            bar("", DAYS[0]),
            bar("AAPL", DAYS[1], volume="NaN"),
            f"AAPL,{DAYS[1]},100",
            bar("AAPL", DAYS[1], open="9e20", high="9e20"),
            bar("AAPL", DAYS[2]),
        ]
    )
    code, told = terminal.load(file)
    assert code == 2
    assert [(each["line"], each["problem"]) for each in told["refused"]] == [
        (3, "unknown_symbol"),
        (4, "invalid_date"),
        (5, "invalid_number"),
        (6, "negative"),
        (7, "inconsistent"),
        (8, "excess_scale"),
        (9, "excess_scale"),
        (10, "negative"),
        (11, "not_a_trading_day"),
        (12, "outside_calendar"),
        (13, "duplicate"),
        (14, "missing_symbol"),
        (15, "invalid_number"),
        (16, "invalid_number"),
        (17, "out_of_range"),
    ]
    assert told["refused"][0]["given"] == f"NOPE,{DAYS[0]},100,102,99.25,101.5,1000"
    # The others were taken, and the day between them is missing.
    assert told["saved"] == 2
    assert told["gaps"] == [
        {"symbol": "AAPL", "first_day": str(DAYS[1]), "last_day": str(DAYS[1]), "sessions": 1}
    ]


def test_a_bar_that_differs_needs_a_word(terminal: Terminal, write: Write) -> None:
    terminal.load(write([HEADER, bar("AAPL", DAYS[0])]))
    file = write([HEADER, bar("AAPL", DAYS[0], "100.75")])
    code, told = terminal.load(file)
    assert (code, told["saved"], told["refused"][0]["problem"]) == (2, 0, "differs")
    code, told = terminal.load(file, "--replace", "--source", "corrected")
    assert (code, told["saved"]) == (0, 1)
    (row,) = bars(terminal.world)
    assert (row["close"], row["source"]) == (Decimal("100.75"), "corrected")


def test_figures_and_symbols_may_be_written_in_several_ways(
    terminal: Terminal, write: Write
) -> None:
    """What is refused is shown as it stands in the file, whatever was made of it."""
    lines = [
        bar(" aapl ", DAYS[0], "1.015e2", open="+100.", high=" 102", low="099.25", volume="1E3"),
        bar("AAPL", DAYS[0], "99.500"),
        bar(" aapl", DAYS[0], "+99.5"),
        f'"AAPL","{DAYS[1]}","100","102",".5","1,000","1"',
        f'"AA""PL\n\\.\n",{DAYS[1]},100,102,99.25,101.5,1000',
    ]
    code, told = terminal.load(write([HEADER, *lines]))
    assert (code, told["lines"], told["saved"]) == (2, 5, 1)
    assert [(each["line"], each["problem"], each["given"]) for each in told["refused"]] == [
        (3, "duplicate", lines[1]),
        (4, "duplicate", lines[2]),
        (5, "invalid_number", f"AAPL,{DAYS[1]},100,102,.5,1,000,1"),
        (8, "unknown_symbol", f'AA"PL\n\\.\n,{DAYS[1]},100,102,99.25,101.5,1000'),
    ]
    (row,) = bars(terminal.world)
    assert (row["session_date"], row["close"]) == (DAYS[0], Decimal("101.5"))


def test_a_line_that_cannot_be_read_is_no_earlier_line(terminal: Terminal, write: Write) -> None:
    file = write([HEADER, bar("AAPL", DAYS[0], "?"), bar("AAPL", DAYS[0]), bar("AAPL", DAYS[0])])
    code, told = terminal.load(file)
    assert (code, told["saved"]) == (2, 1)
    assert [(each["line"], each["problem"]) for each in told["refused"]] == [
        (2, "invalid_number"),
        (4, "duplicate"),
    ]


def test_a_gap_is_what_no_file_has(terminal: Terminal, write: Write) -> None:
    """Days that stand already are none; runs are told apart; a file without holes has none."""
    assert terminal.load(write([HEADER, bar("AAPL", DAYS[1]), bar("NEWCO", DAYS[1])]))[0] == 0
    days = sessions(MONDAY, 10)
    some = [bar("AAPL", days[n]) for n in (0, 2, 5, 9)] + [bar("NEWCO", day) for day in days]
    code, told = terminal.load(write([HEADER, *some]))
    assert (code, told["saved"], told["unchanged"]) == (0, 13, 1)
    assert told["gaps"] == [
        {"symbol": "AAPL", "first_day": str(first), "last_day": str(last), "sessions": count}
        for first, last, count in ((days[3], days[4], 2), (days[6], days[8], 3))
    ]


def test_bars_that_are_saved_meanwhile_are_not_written_over(
    terminal: Terminal, write: Write
) -> None:
    """The import meets a bar that nobody could see when it judged: it waits, and judges again."""
    world = terminal.world
    arguments = ["prices", "import", str(write([HEADER, *(bar("AAPL", day) for day in DAYS)]))]
    with psycopg.connect(world.database.admin_url) as other:
        other.execute(
            "insert into price_bars select security_id, '1Day',"
            " %(day)s::date::timestamp at time zone 'America/New_York', %(day)s, 1, 2, 1, 2, 3, 'x'"
            " from securities where symbol = 'AAPL'",
            {"day": DAYS[3]},
        )
        importing = subprocess.Popen(
            [sys.executable, "-m", "financebuy", *arguments, "--data", terminal.root, "-o", "json"],
            stdout=subprocess.PIPE,
        )
        deadline = time.monotonic() + HANG_SECONDS
        while not world.value(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            " and datname = current_database() and query like '%%insert into public.price_bars%%'"
        ):
            assert time.monotonic() < deadline, "it never came to wait"
            time.sleep(0.05)
        other.commit()
        out, _ = importing.communicate(timeout=HANG_SECONDS)
    told = json.loads(out)
    assert (importing.returncode, told["saved"]) == (2, 4)
    assert [(each["line"], each["problem"]) for each in told["refused"]] == [(5, "differs")]
    assert [row["source"] for row in bars(world)] == [*["bars.csv"] * 3, "x", "bars.csv"]


def test_judging_asks_nothing_once_a_line(terminal: Terminal) -> None:
    """No subquery that runs for each line, and one look into the bars for each security."""
    queries = load("price_import")
    worker = terminal.world.as_role("fb_worker")
    with worker.transaction(force_rollback=True):
        worker.execute(queries.create_lines.encode())
        worker.execute(
            "insert into price_lines (line, symbol, session_date, open, high, low, close, volume)"
            " select n, 'AAPL', %s::date + n, 1, 1, 1, 1, 1 from generate_series(1, 5000) as n",
            [MONDAY],
        )
        asked = {"exchange": "XNYS", "replace": False}
        told = worker.execute(b"explain (analyze) " + queries.judge_lines.encode(), asked)
        plan = [row["QUERY PLAN"] for row in told]
    assert not [step for step in plan if "SubPlan" in step]
    looks = [step for step in plan if " on price_bars_2012 " in step]
    assert looks
    assert all("loops=1)" in step for step in looks), looks


def test_a_dry_run_saves_nothing(terminal: Terminal, write: Write) -> None:
    code, told = terminal.load(write([HEADER, bar("NEWCO", DAYS[0])]), "--dry-run")
    assert (code, told["saved"], told["dry_run"]) == (0, 0, True)
    assert bars(terminal.world) == []
    assert not terminal.world.value("select tradable from securities where symbol = 'NEWCO'")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"symbol,date,open\nAAPL,2012-06-04,1\n", "it has no column high, low, close, volume"),
        (HEADER.encode() + b"\n", "it has no lines besides the first"),
        (HEADER.encode() + b"\nAAPL,\xff\xfe,1,1,1,1,1\n", "can't decode"),
        (HEADER.encode() + b'\nAAPL,"2012-06-04,1,1,1,1,1\n', "unexpected end of data"),
        (HEADER.encode() + b"\nAA\0L,2012-06-04,1,1,1,1,1\n", "NUL"),
        (b"PAR1 but nothing else", "Parquet"),
    ],
)
def test_a_bad_file_changes_nothing(
    terminal: Terminal, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "bad.csv"
    good = (f"\n{bar('AAPL', DAYS[0])}\n").encode()
    file.write_bytes(content.replace(b"\nAA", good + b"AA", 1) if b"\nAA" in content else content)
    code, out, err = terminal("prices", "import", str(file))
    assert (code, out) == (64, "")
    assert str(file) in err
    assert message in err
    assert bars(terminal.world) == []


def test_a_missing_file_is_named(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal("prices", "import", str(tmp_path / "none.csv"))
    assert code == 64
    assert "No such file" in err


def test_parquet(terminal: Terminal, tmp_path: Path) -> None:
    """As pandas writes it: floats, timestamps, columns in another order."""
    file = tmp_path / "bars.parquet"
    days = pa.array(DAYS[:2], pa.date32()).cast(pa.timestamp("ns"))
    columns = {
        "Volume": pa.array([1e8, 2e8]), "Date": days, "Symbol": ["AAPL", "AAPL"],
        "Close": [101.1, 101.2], "Open": [100.0, 100.0], "High": [102.0, 102.0],
        "Low": pa.array([Decimal("99.10"), Decimal("-1.00")]), "Note": ["x", None],
    }  # fmt: skip
    parquet.write_table(pa.table(columns), file)
    code, told = terminal.load(file)
    assert code == 2
    assert [(each["line"], each["problem"]) for each in told["refused"]] == [(2, "negative")]
    assert [(row["session_date"], row["close"]) for row in bars(terminal.world)] == [
        (DAYS[0], Decimal("101.1"))
    ]


def test_the_report_for_people(terminal: Terminal, write: Write) -> None:
    file = write([HEADER, bar("AAPL", DAYS[0]), bar("AAPL", DAYS[2]), bar("NOPE", DAYS[0])])
    code, out, err = terminal("prices", "import", str(file))
    assert code == 2
    assert out.splitlines()[1].split("\t")[:2] == ["4", "unknown_symbol"]
    assert f"gap: AAPL {DAYS[1]} to {DAYS[1]}, 1 trading days" in err
    assert "3 lines: 2 saved, 0 unchanged, 1 refused" in err


def read_all(terminal: int) -> str:
    """What is shown until nobody writes any more, which Linux tells by an error."""
    parts = []
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 4096):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


def test_a_terminal_sees_how_far_it_is(terminal: Terminal, write: Write) -> None:
    """A bar, which is taken away at the end; into a file or a pipe goes none."""
    file = write([HEADER, *(bar("AAPL", day) for day in DAYS)])
    ours, theirs = pty.openpty()
    importing = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "financebuy",
            "prices",
            "import",
            str(file),
            "--data",
            terminal.root,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(theirs)
    shown = read_all(ours)
    assert importing.wait(HANG_SECONDS) == 0, shown
    assert "reading" in shown
    assert "100%" in shown
    assert "%" not in terminal("prices", "import", str(file))[2]


def test_search_finds_by_the_beginnings_of_words(terminal: Terminal) -> None:
    wanted = {
        "apple": ["AAPL"],
        "APP inc": ["AAPL"],
        "us0378": ["AAPL"],
        "company new": ["NEWCO"],
        "pple": [],
        "'; drop table securities; --": [],
        "&|!:*()": [],
    }
    found = {}
    for text in wanted:
        code, out, err = terminal("market", "search", "-o", "json", "--", text)
        assert code == 0, err
        found[text] = [each["symbol"] for each in json.loads(out)]
    assert found == wanted


def test_the_symbol_itself_comes_first(terminal: Terminal) -> None:
    terminal.world.security("NEW", 7, name="Something", tradable=False)
    _, out, _ = terminal("market", "search", "new", "-o", "json")
    assert [each["symbol"] for each in json.loads(out)] == ["NEW", "NEWCO"]
