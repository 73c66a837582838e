"""`financebuy market`: what an operator tells the market, and that it listens."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.replay import Replay


def financebuy(directory: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "financebuy", "market", *arguments, "--data", str(directory)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def told(directory: Path, *arguments: str) -> dict[str, Any]:
    answer = financebuy(directory, *arguments, "-o", "json")
    assert answer.returncode == 0, answer.stderr
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def test_steps_speed_and_pauses(replay: Replay) -> None:
    directory = replay.directory
    still = told(directory, "status")
    assert (still["phase"], still["paused"], still["quote_seq"]) == ("closed", True, 0)
    stepped = told(directory, "step", "3")
    assert (stepped["phase"], stepped["quote_seq"], stepped["steps_waiting"]) == ("open", 3, 0)
    assert told(directory, "speed", "600")["days_per_minute"] == "600"
    assert told(directory, "resume")["paused"] is False
    replay.until(lambda: replay.clock()["quote_seq"] > 3, "time running by itself")
    paused = told(directory, "pause")
    assert paused["paused"] is True
    assert told(directory, "speed", "real")["days_per_minute"] == "real"


def test_nonsense_is_refused(replay: Replay) -> None:
    for arguments in (("speed", "0"), ("speed", "1001"), ("speed", "fast"), ("step", "0")):
        answer = financebuy(replay.directory, *arguments)
        assert answer.returncode == 64, arguments
        assert answer.stderr.startswith("financebuy: ")
        assert answer.stdout == ""


def test_a_market_that_does_not_run_takes_no_step(replay: Replay) -> None:
    replay.stop("market")
    replay.world.admin.execute("update market_clock set phase = 'finished'")
    answer = financebuy(replay.directory, "step")
    assert answer.returncode == 1
    assert "has not taken: 1." in answer.stderr
    assert "import newer daily" in " ".join(answer.stderr.split())
