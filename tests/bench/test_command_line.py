"""`financebuy bench run`: what it names, what it refuses, how it says that it can be repeated."""

import json

import pytest
from typer.testing import CliRunner

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import ABOUT
from financebuy.bench.running import Plan, UnknownScenarioError
from financebuy.bench.scenarios import SCENARIOS
from financebuy.cli.bench import app
from financebuy.cli.bench_run import UnknownRivalError, repeated

RUNNER = CliRunner()


def test_the_list_names_each_scenario_and_rival() -> None:
    done = RUNNER.invoke(app, ["run", "--list", "--output", "json"])
    assert done.exit_code == 0
    assert [row["name"] for row in json.loads(done.stdout)] == [*SCENARIOS, *ABOUT]
    assert all(row["about"] for row in json.loads(done.stdout))


@pytest.mark.parametrize("command", ["run", "commands", "startup", "audit"])
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
