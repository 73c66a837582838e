"""Every check passes on an installation as it should be, and fails alone on its own fixture."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from financebuy.doctor.checks import Check, Result, Verdict
from financebuy.doctor.examination import all_checks, examine
from financebuy.doctor.subject import Subject
from tests.doctor.installation import Fixture, Installation, Statement

# One installation for all of it: on one worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("doctor")

# With a connection to the administrator and all files at hand, nothing is left out.
NOT_EVALUATED: set[str] = set()
# But for what the fault of another check takes away.
MISSING_THEN = {"transport.tls_is_on": {"transport.servers_show_their_certificate"}}

# What looks at the server and its files; the other areas look into the database.
OUTSIDE = {"files", "logging", "server", "service", "settings", "transport"}


def _fixtures() -> dict[str, Fixture]:
    """The fixtures of every module `fixtures_*` here."""
    found: dict[str, Fixture] = {}
    for file in sorted(Path(__file__).parent.glob("fixtures_*.py")):
        more: dict[str, Fixture] = import_module(f"tests.doctor.{file.stem}").FIXTURES
        assert not found.keys() & more.keys()
        found |= more
    return found


FIXTURES = _fixtures()
IDS = [check.id for check in all_checks()]


def test_each_check_has_a_fixture(tell: Callable[[str], None]) -> None:
    assert set(IDS) == set(FIXTURES)
    assert len(IDS) == len(set(IDS))
    tell(f"{len(FIXTURES)} fixtures for {len(IDS)} checks")


def test_every_check_passes_where_nothing_is_wrong(installation: Installation) -> None:
    results = examine(installation.subject(), all_checks())
    assert {r.check.id: r.evidence for r in results if r.verdict is Verdict.FAIL} == {}
    missing = {r.check.id: r.reason for r in results if r.verdict is Verdict.NOT_EVALUATED}
    assert missing.keys() == NOT_EVALUATED, missing


def alike(name: str) -> list[Check]:
    """The checks that might see the same fault, from the outside or in the database."""
    outside = name.partition(".")[0] in OUTSIDE
    if outside and isinstance(FIXTURES[name], Statement):
        return list(all_checks())
    return [each for each in all_checks() if (each.area in OUTSIDE) is outside]


@pytest.mark.parametrize("name", IDS)
def test_a_check_fails_alone(name: str, installation: Installation) -> None:
    """It alone of those that look at the same things: each costs time."""
    with FIXTURES[name](installation) as subject:
        results = examine(subject, alike(name))
        failed = {r.check.id: r for r in results if r.verdict is Verdict.FAIL}
        assert list(failed) == [name], {each: r.evidence for each, r in failed.items()}
        missing = {r.check.id: r.reason for r in results if r.verdict is Verdict.NOT_EVALUATED}
        assert missing.keys() == MISSING_THEN.get(name, NOT_EVALUATED), missing
        assert failed[name].evidence
        for fix in failed[name].fixes:
            assert fix, "what was seen"
            assert "{" not in fix, "a name that the evidence does not have"
        if isinstance(FIXTURES[name], Statement) and is_sql(failed[name]):
            assert mended(subject, failed[name]), failed[name].fixes


def is_sql(result: Result) -> bool:
    """Whether its fixes are whole statements, but for what only a person can know."""
    return all(fix.endswith(";") and "…" not in fix for fix in result.fixes)


def mended(subject: Subject, result: Result) -> bool:
    """Whether the check passes once what it says has been run."""
    assert subject.connection is not None
    for fix in result.fixes:
        # Not possible inside of a transaction, where the fixture is.
        subject.connection.execute(fix.replace(" concurrently", "").encode())
    return examine(subject, [result.check])[0].verdict is Verdict.PASS
