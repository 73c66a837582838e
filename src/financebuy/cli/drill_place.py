"""Where a drill works, and how it ends: what the drills' commands share."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from financebuy.cli.exit_codes import FINDINGS, GOOD, NOT_EVALUATED
from financebuy.cli.output import say
from financebuy.drills.report import Verdict
from financebuy.errors import FinanceBuyError

ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE", help="Write the whole report as JSON.", dir_okay=False
    ),
]

EXIT_CODES = {
    Verdict.PASSED: GOOD,
    Verdict.FINDINGS: FINDINGS,
    Verdict.NOT_EVALUATED: NOT_EVALUATED,
}


def as_json(report: Any) -> bytes:
    """A drill's report as a file has it."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


class NotEmptyError(FinanceBuyError):
    """A drill never touches what it did not make."""

    exit_code = 64


class Place:
    """A drill's directory; what is in it stays for a look unless the drill `passed`."""

    def __init__(self, path: Path) -> None:
        """It exists already."""
        self.path = path
        self.passed = False


@contextmanager
def drill_place(wanted: Path | None) -> Iterator[Place]:
    """The drill's directory, which the servers' account can reach too."""
    if wanted is None:
        place = Place(Path(tempfile.mkdtemp(prefix="financebuy-drill-")))
    else:
        place = Place(wanted.expanduser().absolute())
        place.path.mkdir(parents=True, exist_ok=True)
        if any(place.path.iterdir()):
            raise NotEmptyError(f"{place.path} is not empty: a drill needs a directory of its own")
    place.path.chmod(0o755)
    try:
        yield place
    finally:
        if wanted is None and place.passed:
            shutil.rmtree(place.path)
        elif not place.passed:
            say(f"kept for a look: {place.path}")
