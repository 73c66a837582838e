"""The README's example does what the README says, on a platform of its own."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.platforms import CommandLine
from tools import examples

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


@pytest.fixture
def platform() -> Iterator[CommandLine]:
    parent = Path(tempfile.mkdtemp(prefix="financebuy-test-"))
    parent.chmod(0o755)
    command_line = CommandLine(parent / "data")
    try:
        command_line.up()
        yield command_line
    finally:
        command_line.run("down")
        shutil.rmtree(parent)


def test_the_example_prints_what_the_readme_says(platform: CommandLine) -> None:
    environment = os.environ | {
        "FINANCEBUY_DATA": str(platform.data),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    page = README.read_text(encoding="utf-8").replace("http://localhost:8080", platform.api)
    wrong = examples.differences(page, "example", ROOT, environment)
    assert not wrong
