"""A file of bars as blocks of lines: the quick way to read it and the careful one say the same."""

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from financebuy.errors import InvalidValueError
from financebuy.services.price_files import COLUMNS, PriceFile

HEADER = ",".join(COLUMNS)
GOOD = "AAPL,2012-06-04,100.00,102,99.25,101.5,1000"
READ = ["AAPL", "2012-06-04", "100.00", "102", "99.25", "101.5", "1000", "", ""]
ARABIC_TEN = "\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT ZERO}"
Line = list[str]
Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str | bytes) -> Path:
        path = tmp_path / "bars.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def lines(path: Path) -> dict[int, Line]:
    """What goes to the database: number → symbol, date, figures, problem, text as given."""
    read = b"".join(PriceFile(path).blocks()).decode()
    return {int(number): rest for number, *rest in csv.reader(StringIO(read, newline=""))}


def unread(problem: str, given: str, day: str = "2012-06-04") -> Line:
    return ["", day, "", "", "", "", "", problem, given]


CELLS = st.one_of(
    st.sampled_from(
        [
            "", " ", "AAPL", " aapl ", "2012-06-04", "2012-06-31", "20120604", "100", "100.00",
            "1e2", "-0.0", "-5", ".5", "5.", "+7", "007", " 8 ", "NaN", "9" * 19, "Ünïcödé", "\\.",
            ARABIC_TEN, "\v1",
        ]
    ),
    st.text(st.characters(exclude_characters='\0\r\n",', exclude_categories=["Cs"]), max_size=9),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=9).filter(any), min_size=1, max_size=12))
def test_plain_text_and_quoted_text_are_read_alike(
    tmp_path: Path, rows: Sequence[Sequence[str]]
) -> None:
    plain, quoted = tmp_path / "plain.csv", tmp_path / "quoted.csv"
    plain.write_text(f"{HEADER}\n" + "".join(",".join(row) + "\n" for row in rows))
    with quoted.open("w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
    assert lines(plain) == lines(quoted)


def test_what_a_line_says(write: Write) -> None:
    path = write(
        "\n".join(
            [
                HEADER, GOOD, " aapl ,20120604,1e2,+102,99.25,101.5,1000", "," + GOOD[5:],
                GOOD.replace("04", "31"), GOOD.replace("102", "a lot"), "AAPL,2012-06-04,100",
                GOOD + ",more,than,needed", GOOD.replace("1000", ARABIC_TEN),
                GOOD.replace("102", "007"),
                GOOD.replace("AAPL", "  "), GOOD.replace("1000", "1" * 19),
            ]
        )
    )  # fmt: skip
    assert lines(path) == {
        2: READ,
        3: [
            "AAPL", "2012-06-04", "1e2", "+102", "99.25", "101.5", "1000", "",
            " aapl ,20120604,1e2,+102,99.25,101.5,1000",
        ],
        4: unread("missing_symbol", "," + GOOD[5:]),
        5: unread("invalid_date", GOOD.replace("04", "31"), ""),
        6: unread("invalid_number", GOOD.replace("102", "a lot")),
        7: unread("invalid_number", "AAPL,2012-06-04,100"),
        8: READ,
        9: unread("invalid_number", GOOD.replace("1000", ARABIC_TEN)),
        10: [*READ[:3], "007", *READ[4:8], GOOD.replace("102", "007")],
        11: unread("missing_symbol", GOOD.replace("AAPL", "  ")),
        12: unread("invalid_number", GOOD.replace("1000", "1" * 19)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (f"{HEADER}\n{GOOD}\n{GOOD}", [2, 3]),
        (f"{HEADER}\r\n{GOOD}\r\n{GOOD}\r\n", [2, 3]),
        (f"{HEADER}\r{GOOD}\r{GOOD}\r", [2, 3]),
        (f"{HEADER}\n\n{GOOD}\n\n\n{GOOD}\n\n", [3, 6]),
        (f"{HEADER}\r\n\r\n{GOOD}\r\n", [3]),
        (f"{HEADER}\n{GOOD}\r\r\n{GOOD}\n", [2, 4]),
        (f'"{HEADER.replace(",", chr(34) + "," + chr(34))}"\n{GOOD}\n', [2]),
        (f"\ufeff{HEADER}\n{GOOD}\n", [2]),
        (f"\ufeff{HEADER}\n\n{GOOD}\n", [3]),
        (f'{HEADER},note\n{GOOD},"two\nlines, and a ""quote"""\n{GOOD},\n', [3, 4]),
        (f"{HEADER},note\n{GOOD},ok\n{GOOD},Ünïcödé\n", [2, 3]),
    ],
)
def test_lines_have_the_numbers_that_an_editor_gives_them(
    write: Write, content: str, numbers: list[int]
) -> None:
    assert lines(write(content)) == dict.fromkeys(numbers, READ)


@pytest.mark.parametrize("odd", [f'"AAPL"{GOOD[4:]}', "", f"{GOOD}\r", "AAPL,2012-06-04"])
@pytest.mark.parametrize("before", [0, 9_000, 30_000])
def test_a_line_of_another_kind_anywhere_in_a_long_file(
    write: Write, odd: str, before: int
) -> None:
    """It is longer than what is read at a time; the lines after it are read, and read right."""
    after = 20_000
    content = [HEADER, *[GOOD] * before, odd, *[GOOD] * after]
    found = lines(write("\n".join(content) + "\n"))
    other = before + 2
    expected = dict.fromkeys([*range(2, other), *range(other + 1, other + after + 1)], READ)
    if odd and "," in odd and len(odd) < len(GOOD):
        expected[other] = unread("invalid_number", odd)
    elif odd:
        expected[other] = READ
    assert found == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"{HEADER}\n{GOOD}\nAA\0L{GOOD[4:]}\n".encode(), "line 3 has a NUL character"),
        (f"{HEADER},note\n{GOOD},".encode() + b"\xff\n", "can't decode"),
        (HEADER.encode() + b"\nAAPL\xff" + GOOD[4:].encode(), "can't decode"),
        (f'{HEADER}\n{GOOD}\n"AAPL{GOOD[4:]}\n'.encode(), "unexpected end of data"),
        (f'{HEADER}\n"AA"PL{GOOD[4:]}\n'.encode(), "expected after"),
        (b"x" * 1_000_000, "field larger than field limit"),
        (HEADER.encode() + b"\n" + b"x" * 1_000_000, "field larger than field limit"),
        (f"\n{HEADER}\n{GOOD}\n".encode(), "it has no column symbol"),
    ],
)
def test_a_file_that_is_damaged_says_where(write: Write, content: bytes, message: str) -> None:
    path = write(content)
    with pytest.raises(InvalidValueError, match=message) as told:
        lines(path)
    assert str(path) in str(told.value)


def test_columns_may_have_any_place_and_case(write: Write) -> None:
    path = write(
        "Note, VOLUME ,Close,Low,High,Open,Date,Symbol\n"
        "x,1000,101.5,99.25,102,100.00,2012-06-04,AAPL\n"
    )
    assert lines(path) == {2: READ}


def test_it_tells_how_far_it_is(write: Write) -> None:
    file = PriceFile(write("\n".join([HEADER, *[GOOD] * 30_000])))
    told = [file.done for _ in file.blocks()]
    assert len(told) > 3
    assert told == sorted(told)
    assert told[0] < file.total == file.done


def test_parquet_has_exact_digits_whatever_its_types(tmp_path: Path) -> None:
    path = tmp_path / "bars.parquet"
    late = datetime(2012, 6, 5, 2, tzinfo=UTC)
    columns = {
        "symbol": pa.array(["AAPL", "MSFT", None]).dictionary_encode(),
        # The evening of the day before in New York.
        "date": pa.array([late] * 3, pa.timestamp("us", tz="America/New_York")),
        "open": pa.array([100.0, 1e15, float("nan")]),
        "high": pa.array([0.1, 102.5, 1], pa.float32()),
        "low": pa.array([Decimal("99.250"), Decimal("0.001"), None]),
        "close": pa.array([101, 102, 103], pa.int32()),
        "volume": pa.array(["1000", " 7 ", "x"], pa.large_string()),
    }
    parquet.write_table(pa.table(columns), path)
    found = lines(path)
    assert found[1] == [
        "AAPL", "2012-06-04", "100", "0.10000000149011612", "99.250", "101", "1000", "", "",
    ]  # fmt: skip
    assert found[2][:8] == ["MSFT", "2012-06-04", "1e+15", "102.5", "0.001", "102", " 7 ", ""]
    assert found[3] == unread("missing_symbol", "2012-06-04,nan,1,103,x")


def test_days_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "bars.parquet"
    day = date(2012, 6, 4)
    for days in (pa.array([day]), pa.array([day], pa.date64()), pa.array(["2012-06-04"])):
        figures = {name: ["1"] for name in COLUMNS[2:]}
        parquet.write_table(pa.table({"symbol": ["AAPL"], "date": days, **figures}), path)
        assert lines(path)[1][:2] == ["AAPL", "2012-06-04"], days.type
