"""JSON, CSV, the table and the picture of one report."""

import csv
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from financebuy.bench.drawing import MET_COLOUR, MISSED_COLOUR, THEIR_COLOUR
from financebuy.bench.entrants import OURS, PGBENCH_BY_HAND
from financebuy.bench.formats import (
    COLUMNS,
    GOAL_COLUMNS,
    as_csv,
    as_json,
    from_json,
    goals_table,
    table,
)
from financebuy.bench.markdown import (
    BEGIN,
    END,
    NoMarksError,
    as_markdown,
    between_the_marks,
    write_markdown,
)
from financebuy.bench.picture import as_svg
from financebuy.bench.runs import Runs
from tests.bench.reports import line, report

ONE = report(
    line("deposit", OURS, 64, 4000.0, 6000.0, p99=5.0),
    line("deposit", PGBENCH_BY_HAND, 64, 1000.0, 1000.0, p99=40.0),
    line("hot-account", OURS, 16, 900.0, 900.0),
)
REPORT = Runs.of([ONE])
SVG = "{http://www.w3.org/2000/svg}"


def test_json_comes_back_whole() -> None:
    assert from_json(as_json(ONE)) == ONE


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
    assert rows[1]["verdict"] == "not measured: without financebuy at 256"


def test_the_picture_is_svg_with_a_bar_a_line() -> None:
    root = ET.fromstring(as_svg(REPORT))  # noqa: S314 (it is ours)
    bars = [each for each in root.iter(f"{SVG}rect") if each.get("y")]
    measured = [each for each in REPORT.goals if each.measured is not None]
    assert len(bars) == 3 + len(measured)
    words = "".join(root.itertext())
    assert "hot-account" in words
    assert "financebuy, 64 in flight" in words
    edge = float(root.get("width") or 0)
    assert all(float(e.get("x") or 0) + float(e.get("width") or 0) < edge for e in bars)
    # What is drawn lies in the picture, and nothing below what it says is its height.
    bottom = float(root.get("height") or 0)
    places = [float(each.get("y") or 0) for each in root.iter(f"{SVG}text")]
    assert max(places) < bottom


def test_the_picture_has_equal_steps_for_equal_ratios() -> None:
    rates = (20.0, 200.0, 2e3)
    root = ET.fromstring(  # noqa: S314 (it is ours)
        as_svg(Runs.of([report(*(line("x", f"r{n}", 1, rate) for n, rate in enumerate(rates)))]))
    )
    widths = [float(e.get("width") or 0) for e in root.iter(f"{SVG}rect") if e.get("y")]
    assert widths[1] - widths[0] == pytest.approx(widths[2] - widths[1], abs=0.2)
    colours = {e.get("fill") for e in root.iter(f"{SVG}rect") if e.get("y")}
    assert colours == {THEIR_COLOUR}


def test_a_goal_s_bar_reaches_the_line_when_it_is_met() -> None:
    # At 64 five times the rival, of which three are asked; p99 an eighth of its, a quarter is.
    root = ET.fromstring(as_svg(REPORT))  # noqa: S314 (it is ours)
    colours = [e.get("fill") for e in root.iter(f"{SVG}rect") if e.get("y")][3:]
    assert colours == [MET_COLOUR, MET_COLOUR]
    slow = report(line("deposit", OURS, 64, 400.0), line("deposit", PGBENCH_BY_HAND, 64, 1000.0))
    root = ET.fromstring(as_svg(Runs.of([slow])))  # noqa: S314 (it is ours)
    fills = [e.get("fill") for e in root.iter(f"{SVG}rect") if e.get("y")][2:]
    assert fills == [MISSED_COLOUR, MISSED_COLOUR]


def test_markdown_has_the_columns_of_the_command_line() -> None:
    lines = as_markdown(REPORT).splitlines()
    assert "financebuy bench run" in lines[:3]
    assert f"| {' | '.join(COLUMNS)} |" in lines
    row = next(each for each in lines if each.startswith("| deposit | financebuy"))
    assert [cell.strip() for cell in row.strip("|").split("|")][2:5] == ["64", "5000", "4500-5500"]
    assert f"| {' | '.join(GOAL_COLUMNS)} |" in lines
    assert any("not measured: without financebuy at 256" in each for each in lines)


def test_markdown_goes_between_the_marks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    prose = f"# Before\n\nBetween `{BEGIN}` and\n`{END}` they stand.\n\n"
    page.write_text(f"{prose}{BEGIN}\nold figures\n{END}\n\nafter\n")
    write_markdown(REPORT, page)
    once = page.read_text()
    assert once.startswith(prose)
    assert once.endswith(f"{END}\n\nafter\n")
    assert "old figures" not in once
    assert as_markdown(REPORT) in once
    write_markdown(REPORT, page)
    assert page.read_text() == once


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("somebody's\n")
    with pytest.raises(NoMarksError, match=r"page\.md: this page has nowhere"):
        write_markdown(REPORT, page)
    assert page.read_text() == "somebody's\n"
    new = tmp_path / "new.md"
    write_markdown(REPORT, new)
    write_markdown(REPORT, new)
    assert new.read_text().count(BEGIN) == 1


def test_the_page_of_the_documentation_has_a_place_for_them() -> None:
    page = Path(__file__).parents[2] / "docs" / "operating" / "performance.md"
    written = between_the_marks(page.read_text(), as_markdown(REPORT))
    assert written is not None
    figures = written.partition("### The figures")[2].partition("### The rivals")[0]
    assert as_markdown(REPORT) in figures
    assert written.count(as_markdown(REPORT)) == 1
