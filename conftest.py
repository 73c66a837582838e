"""What holds for every test run: a skip fails it, and hypothesis' profiles.

The servers that tests use are started by `tests/conftest.py`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

# A run starts hundreds of Python processes: what one has compiled the next reads, also where the
# caller's environment says otherwise. The workers of pytest-xdist start after this.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Found examples print the blob that repeats them. Servers are slow and shared, so no deadlines.
settings.register_profile(
    "default",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, database=None)
settings.register_profile(
    "soak",
    settings.get_profile("default"),
    max_examples=20_000,
    stateful_step_count=200,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
)
settings.load_profile("ci" if os.environ.get("CI") else "default")

NOT_TRIED = Path(__file__).with_name("tools") / "not-tried"
SKIPPED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin the list of tests that did not run."""
    config.stash[SKIPPED] = []


class _Skips:
    """Collects what was skipped, in the process that reports (xdist's workers do not)."""

    def __init__(self, found: list[str]) -> None:
        self.found = found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.found.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.found.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Watch for skips."""
    session.config.pluginmanager.register(_Skips(session.config.stash[SKIPPED]))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that cannot run is a failure here, never a silent gap."""
    if session.config.stash[SKIPPED] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the tests that did not run, and what this machine lacks to try everything."""
    lacking = subprocess.run([NOT_TRIED], capture_output=True, text=True, check=True).stdout
    if lacking:
        terminalreporter.section("NOT TRIED on this machine", red=True, bold=True)
        terminalreporter.write(lacking)
    if config.stash[SKIPPED]:
        terminalreporter.section("skips are failures here", red=True)
        for nodeid in config.stash[SKIPPED]:
            terminalreporter.line(nodeid)
