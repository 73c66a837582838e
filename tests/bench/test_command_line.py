"""`financebuy bench run`: what it names, what it refuses, how it says that it can be repeated."""

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import ABOUT, OURS, PGBENCH_BY_HAND, Entrant, Place
from financebuy.bench.formats import as_csv, as_json
from financebuy.bench.markdown import NoMarksError, as_markdown
from financebuy.bench.picture import as_svg
from financebuy.bench.running import Plan, UnknownScenarioError, widest
from financebuy.bench.runs import Runs
from financebuy.bench.samples import Begin, Sample
from financebuy.bench.scenarios import SCENARIOS
from financebuy.cli.bench import app
from financebuy.cli.bench_run import NoReportError, UnknownRivalError, repeated
from tests.bench.reports import line, report

RUNNER = CliRunner()


def test_the_list_names_each_scenario_and_rival() -> None:
    done = RUNNER.invoke(app, ["run", "--list", "--output", "json"])
    assert done.exit_code == 0
    assert [row["name"] for row in json.loads(done.stdout)] == [*SCENARIOS, *ABOUT]
    assert all(row["about"] for row in json.loads(done.stdout))


@pytest.mark.parametrize("command", ["run", "show", "commands", "startup", "audit"])
def test_help_has_an_example(command: str) -> None:
    done = RUNNER.invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    assert f"financebuy bench {command}" in done.stdout


def test_no_such_rival() -> None:
    done = RUNNER.invoke(app, ["run", "--rival", "tigers"])
    assert isinstance(done.exception, UnknownRivalError)
    assert "tigers: there is no such rival" in str(done.exception)


def test_no_such_scenario() -> None:
    with pytest.raises(UnknownScenarioError, match="nonsense: there is no such scenario"):
        assert Plan(("deposit", "nonsense"), Choice()).accounts


@pytest.mark.parametrize(
    ("scenarios", "most", "accounts"),
    [(("hot-account", "ten-accounts"), None, 10), (("deposit", "prices"), None, 1_000),
     (("many-accounts",), 500, 500), (("hot-account",), 500, 1)],
)  # fmt: skip
def test_accounts_are_as_many_as_are_wanted(
    scenarios: tuple[str, ...], most: int | None, accounts: int
) -> None:
    assert Plan(scenarios, Choice(), most_accounts=most).accounts == accounts


def test_a_report_says_how_to_repeat_it_but_not_where_its_files_are() -> None:
    given = [
        "bench",
        "run",
        "--json",
        "/home/me/a.json",
        "--seed",
        "3",
        "--csv=/b",
        "--rounds",
        "5",
    ]
    assert repeated(given) == "financebuy bench run --seed 3 --rounds 5"


def test_files_that_are_read_are_named_but_not_their_places() -> None:
    given = ["bench", "run", "--pgledger", "/home/me/ulid.sql", "--pgledger=/home/me/l.sql"]
    given += ["--markdown", "/home/me/page.md", "--quick"]
    expected = "financebuy bench run --pgledger ulid.sql --pgledger=l.sql --quick"
    assert repeated(given) == expected


def test_a_report_is_shown_again_and_judged_as_goals_are_now(tmp_path: Path) -> None:
    kept = report(line("deposit", OURS, 64, 400.0), line("deposit", PGBENCH_BY_HAND, 64, 1000.0))
    (tmp_path / "kept.json").write_bytes(as_json(msgspec.structs.replace(kept, goals=[])))
    files = [f"--{kind}={tmp_path / kind}" for kind in ("csv", "picture", "markdown")]
    done = RUNNER.invoke(app, ["show", str(tmp_path / "kept.json"), *files])
    assert done.exit_code == 2, "a goal was missed"
    assert "0.4" in done.stdout
    assert (tmp_path / "csv").read_text() == as_csv(Runs.of([kept]))
    assert (tmp_path / "picture").read_text() == as_svg(Runs.of([kept]))
    assert as_markdown(Runs.of([kept])) in (tmp_path / "markdown").read_text()


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    done = RUNNER.invoke(app, ["show", str(tmp_path / "other.json")])
    assert isinstance(done.exception, NoReportError)
    assert "other.json: this is no report" in str(done.exception)


def test_a_page_without_marks_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("somebody's")
    done = RUNNER.invoke(app, ["run", "--markdown", str(page)])
    assert isinstance(done.exception, NoMarksError)


def test_each_contender_warms_up_once_with_the_most_in_flight() -> None:
    async def turn(seconds: float, begin: Begin) -> Sample:
        return Sample(seconds, [])

    places = [Place("a", "x", 1), Place("a", "x", 64), Place("a", "x", 8), Place("b", "x", 2)]
    assert [each.place for each in widest([Entrant(place, turn) for place in places])] == [
        Place("a", "x", 64), Place("b", "x", 2),
    ]  # fmt: skip
