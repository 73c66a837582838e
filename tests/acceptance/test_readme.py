"""The examples of the README and the guides print what the pages say, on a real platform."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.platforms import CommandLine
from tools import examples

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
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


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("README.md", "example"),
        ("docs/guides/money.md", "money"),
        ("docs/guides/cli.md", "cli"),
        ("docs/guides/cli.md", "refused"),
        ("docs/guides/in-process.md", "in-process"),
    ],
)
def test_an_example_prints_what_its_page_says(platform: CommandLine, path: str, name: str) -> None:
    environment = os.environ | {
        "FINANCEBUY_DATA": str(platform.data),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    page = (ROOT / path).read_text(encoding="utf-8")
    wrong = examples.differences(
        page.replace("http://localhost:8080", platform.api), name, ROOT, environment
    )
    assert not wrong


def test_the_guide_shows_the_example_that_is_run() -> None:
    program = (ROOT / "examples" / "buy.py").read_text(encoding="utf-8")
    _, _, code = program.partition('"""\n\n')
    assert f"```python\n{code}```\n" in (ROOT / "docs/guides/in-process.md").read_text("utf-8")
