"""Reports of several runs, shown as one."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
from typer.testing import CliRunner, Result

from financebuy.bench.entrants import ONE_CALL, OURS, PGBENCH_BY_HAND
from financebuy.bench.formats import COLUMNS, as_csv, as_json, runs_table, table
from financebuy.bench.goals import MET, MISSED, Bar, Goal
from financebuy.bench.markdown import BEGIN, as_markdown
from financebuy.bench.picture import as_svg
from financebuy.bench.report import Line, Report
from financebuy.bench.runs import Runs, judge_runs
from financebuy.cli.bench import app
from tests.bench.reports import HERE, line, report

RUNNER = CliRunner()
GOAL = Goal("G", "", (Bar("deposit", 64, ONE_CALL, 64, at_least=3),))


def _run(day: int, load: float, command: str, *lines: Line) -> Report:
    here = msgspec.structs.replace(HERE, measured_at=datetime(2020, 1, day, tzinfo=UTC), load=load)
    kept = report(*lines)
    return msgspec.structs.replace(kept, circumstances=here, command=command)


FIRST = _run(
    3, 0.5, "financebuy bench run --scenario deposit",
    line("deposit", OURS, 64, 4000.0), line("deposit", PGBENCH_BY_HAND, 64, 1000.0),
)  # fmt: skip
SECOND = _run(
    4, 7.25, "financebuy bench run --scenario http-order --scenario deposit",
    line("http-order", OURS, 64, 900.0, p99=30.0),
    line("deposit", OURS, 64, 500.0), line("deposit", PGBENCH_BY_HAND, 64, 1000.0),
)  # fmt: skip
BOTH = Runs.of([FIRST, SECOND])


def test_a_scenario_of_both_stands_together_and_each_row_has_its_run() -> None:
    rows = table(BOTH)
    assert tuple(rows[0]) == (*COLUMNS, "run")
    assert [(row["scenario"], row["per_s"], row["run"]) for row in rows] == [
        ("deposit", "4000", 1), ("deposit", "1000", 1), ("deposit", "500", 2),
        ("deposit", "1000", 2), ("http-order", "900", 2),
    ]  # fmt: skip


def test_the_runs_are_told_by_command_load_and_date() -> None:
    first, second = runs_table(BOTH)
    assert (first["run"], first["date"], first["load"]) == (1, "2020-01-03", "0.5")
    assert (second["run"], second["date"], second["load"]) == (2, "2020-01-04", "7.25")
    assert second["command"] == SECOND.command


def test_goals_are_judged_over_all_of_them() -> None:
    found = {(each.goal, each.run, each.verdict) for each in BOTH.goals if each.measured}
    assert ("G1", 1, MET) in found
    assert ("G1", 2, MISSED) in found, "what one run missed is not hidden by another that met it"
    assert ("G9", 2, MISSED) in found


def test_figures_of_two_runs_are_never_compared() -> None:
    ours, theirs = line("deposit", OURS, 64, 9000.0), line("deposit", ONE_CALL[0], 64, 1.0)
    (verdict,) = judge_runs([[ours], [theirs]], [GOAL])
    assert (verdict.measured, verdict.run) == (None, None)
    (verdict,) = judge_runs([[], [ours, theirs]], [GOAL])
    assert (verdict.verdict, verdict.run) == (MET, 2)


def test_of_what_nobody_measured_the_nearest_reason_is_told() -> None:
    ours = line("deposit", OURS, 64, 9000.0)
    for runs in ([[], [ours]], [[ours], []]):
        (verdict,) = judge_runs(runs, [GOAL])
        assert verdict.why is not None
        assert verdict.why.startswith("without pgbench"), runs
    (verdict,) = judge_runs([[], []], [GOAL])
    assert verdict.why == "deposit was not run"


def test_csv_has_the_run_of_each_turn() -> None:
    rows = list(csv.DictReader(StringIO(as_csv(BOTH))))
    assert [row["run"] for row in rows] == ["1", "1", "2", "2", "2"]


def test_markdown_lists_the_runs_and_names_them_in_both_tables() -> None:
    lines = as_markdown(BOTH).splitlines()
    (first,) = (each for each in lines if each.startswith("1. "))
    assert f"`{FIRST.command}`" in first
    assert "load 0.5 before" in first
    assert "2020-01-03" in first
    assert [each.rpartition("| ")[2] for each in lines if each.startswith("| deposit")] == [
        "1 |", "1 |", "2 |", "2 |",
    ]  # fmt: skip
    (missed,) = (each for each in lines if each.startswith("| G9") and "missed" in each)
    assert missed.endswith("| missed | 2 |")


def test_the_picture_has_a_group_a_scenario_of_a_run_and_a_footer_a_run() -> None:
    root = ET.fromstring(as_svg(BOTH))  # noqa: S314 (it is ours)
    words = [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]
    for heading in ("deposit (run 1)", "deposit (run 2)", "http-order (run 2)"):
        assert heading in words
    assert [each[:6] for each in words if "rounds of" in each] == ["run 1:", "run 2:"]
    assert "0.5: missed (run 2)" in words
    bottom = float(root.get("height") or 0)
    places = [float(each.get("y") or 0) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert max(places) < bottom


def test_show_takes_several_reports(tmp_path: Path) -> None:
    done = _show(tmp_path, "--output=text", f"--markdown={tmp_path / 'page.md'}")
    assert done.exit_code == 2, "a goal was missed"
    assert f"2\t2020-01-04\t7.25\t2 x 3 s\t{SECOND.command}" in done.stdout
    assert "note: run 2: the machine was busy" in done.stderr
    assert "run 1:" not in done.stderr
    page = (tmp_path / "page.md").read_text()
    assert page.startswith(BEGIN)
    assert as_markdown(BOTH) in page


def test_show_has_them_as_one_json(tmp_path: Path) -> None:
    told = json.loads(_show(tmp_path, "--output=json").stdout)
    assert [each["command"] for each in told["runs"]] == [FIRST.command, SECOND.command]
    assert {each["run"] for each in told["goals"]} == {1, 2, None}


def test_a_report_that_is_named_twice_is_one(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(as_json(FIRST))
    once, twice = (RUNNER.invoke(app, ["show", *[str(file)] * n]) for n in (1, 2))
    assert once.stdout == twice.stdout


def _show(folder: Path, *options: str) -> Result:
    files = [folder / "first.json", folder / "second.json"]
    for file, kept in zip(files, (FIRST, SECOND), strict=True):
        file.write_bytes(as_json(kept))
    return RUNNER.invoke(app, ["show", *map(str, files), *options])
