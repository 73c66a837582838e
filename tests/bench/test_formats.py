"""JSON, CSV, the table and the picture of one report."""

import csv
from io import StringIO
from xml.etree import ElementTree as ET

from financebuy.bench.entrants import OURS, PGBENCH_BY_HAND
from financebuy.bench.formats import COLUMNS, as_csv, as_json, from_json, goals_table, table
from financebuy.bench.picture import as_svg
from tests.bench.reports import line, report

REPORT = report(
    line("deposit", OURS, 64, 4000.0, 6000.0, p99=5.0),
    line("deposit", PGBENCH_BY_HAND, 64, 1000.0, 1000.0, p99=40.0),
    line("hot-account", OURS, 16, 900.0, 900.0),
)
SVG = "{http://www.w3.org/2000/svg}"


def test_json_comes_back_whole() -> None:
    assert from_json(as_json(REPORT)) == REPORT


def test_csv_has_a_line_a_turn() -> None:
    rows = list(csv.DictReader(StringIO(as_csv(REPORT))))
    assert [(r["contender"], r["round"], r["per_second"]) for r in rows[:3]] == [
        (OURS, "1", "4000.0"), (OURS, "2", "6000.0"), (PGBENCH_BY_HAND, "1", "1000.0"),
    ]  # fmt: skip
    assert len(rows) == 6
    assert rows[0]["p99"] == "5.0"


def test_the_table_shows_medians_and_quartiles() -> None:
    row = table(REPORT)[0]
    assert tuple(row) == COLUMNS
    assert (row["per_s"], row["spread"], row["p99_ms"]) == ("5000", "4500-5500", "5.00")


def test_the_goals_table_tells_what_was_measured() -> None:
    rows = goals_table(REPORT)
    first = rows[0]
    assert (first["goal"], first["measured"], first["verdict"]) == ("G1", "5", "met")
    assert first["against"] == "pgbench-by-hand, 64"
    assert rows[1]["verdict"] == "not measured"


def test_the_picture_is_svg_with_a_bar_a_line() -> None:
    root = ET.fromstring(as_svg(REPORT))  # noqa: S314 (it is ours)
    bars = [each for each in root.iter(f"{SVG}rect") if each.get("y")]
    widths = [float(each.get("width") or 0) for each in bars]
    assert len(bars) == 3
    # Rates of 5,000 and 1,000 on one scale.
    assert 4.99 < widths[0] / widths[1] < 5.01
    words = "".join(root.itertext())
    assert "hot-account" in words
    assert "financebuy, 64 in flight" in words
    edge = float(root.get("width") or 0)
    assert all(float(e.get("x") or 0) + float(e.get("width") or 0) < edge for e in bars)
