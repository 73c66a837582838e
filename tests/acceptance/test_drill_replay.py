"""A few weeks of the replay drill, as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.embedded
FEBRUARY_2005 = ("--from", "2005-02-14", "--to", "2005-03-04")


def drill(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "financebuy", "drill", "replay", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_runs_with_one_and_with_three_workers_end_alike(tmp_path: Path) -> None:
    """Three weeks with a split of a stock that the investors hold; one has nobody to pay to."""
    file = tmp_path / "replay.json"
    done = drill(
        *FEBRUARY_2005, "--accounts", "3", "--workers", "1,3", "--quote-minutes", "65",
        "--report", str(file),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(file.read_text())
    assert (result["verdict"], result["differences"], result["books"]) == ("passed", [], [])
    one, three = result["runs"]
    assert (one["workers"], three["workers"]) == (1, 3)
    assert (one["first"], one["last"]) == ("2005-02-14", "2005-03-04")
    assert one["sessions"] == 14
    assert one["splits"] == 1
    assert one["digests"] == three["digests"]
    assert one["answers"]["place_order accepted"] > 3 * 3
    assert min(one["fills"], one["filled_in_parts"], one["lots"]) > 0
    assert "passed, after" in done.stderr
    assert done.stdout.splitlines()[0].split()[:2] == ["run", "workers"]


def test_workers_that_are_no_numbers_are_refused() -> None:
    done = drill("--workers", "1,two")
    assert done.returncode == 64
    assert "--workers: whole numbers from 1 to 32" in done.stderr
