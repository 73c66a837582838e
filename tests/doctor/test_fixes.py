"""What the doctor says to run mends what it saw: each command is run, and the check passes again.

Fixes in SQL of what a statement spoils are run beside the fixture, in `test_checks`. Here are all
the others: settings, files, certificates, secrets, and what needs the servers to start again.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from financebuy.cluster import accounts, transport
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.secret_rotation import Rotator
from financebuy.doctor.checks import Check, Result, Verdict
from financebuy.doctor.examination import all_checks, examine
from financebuy.doctor.subject import open_subject
from financebuy.settings import Settings
from tests.doctor.installation import HANG_SECONDS, Installation, Statement, restarted
from tests.doctor.test_checks import FIXTURES

# Apart from the fixtures: two workers share them, each with an installation of its own.
pytestmark = pytest.mark.xdist_group("doctor-fixes")

DOWN, UP = "financebuy down", "financebuy up --detach"

SHOWS_WHY = "shows why; what mends it depends on that"
IN_A_TRANSACTION = "the fault is in a transaction that no other program sees"
BY_HAND = {
    "files.every_key_is_in_the_key_file": "the key is in a backup, if anywhere",
    "server.version_has_no_known_faults": "installs another server",
    "server.version_is_supported": "installs another server",
    "service.every_process_runs": SHOWS_WHY,
    "service.heads_are_where_they_were_put": SHOWS_WHY,
    "service.other_machines_speak_tls": "the API is not part of this installation",
    "service.play_money_is_not_public": "the API is not part of this installation",
    "service.processes_stay_up": SHOWS_WHY,
}
"""Not run, and why not."""

CHECKS = {each.id: each for each in all_checks()}
ELSEWHERE = {name for name, fixture in FIXTURES.items() if isinstance(fixture, Statement)}
HERE = sorted(CHECKS.keys() - ELSEWHERE - BY_HAND.keys())
MISSING_SECRET = "files.every_secret_is_there"
BY_SETTING = [name for name in HERE if re.search(rf"FINANCEBUY_\w+=\S+ {UP}", CHECKS[name].fix)]
RULES = [
    "transport.access_rules_have_no_errors", "transport.copying_needs_a_certificate",
    "transport.md5_is_not_taken", "transport.networks_are_named",
    "transport.no_rule_lets_plain_tcp_in", "transport.nobody_is_believed",
    "transport.nobody_is_trusted", "transport.passwords_are_not_sent",
    "transport.plain_tcp_is_refused_first",
]  # fmt: skip
"""Of sign-in: a start writes all of `pg_hba.conf` anew, but that of another server is its own."""
SUPERUSERS = "transport.administrator_comes_by_socket"
"""Another server's administrator comes over the network, so this one is ours alone."""
# These stop and start the server themselves, each for its own setting: all at once, further below.
RESTARTED = [
    "logging.log_is_where_it_is_read", "settings.administrator_gets_in",
    "settings.backups_can_copy", "settings.statements_are_measured",
    "transport.server_listens_where_it_must",
]  # fmt: skip
# And these have a fixture that does.
START_ALONE = ["settings.connections_are_left", "settings.pages_have_checksums"]
# What a row says is what is run: an installation like this one starts again.
OTHERS_THAT_START = [
    SUPERUSERS, MISSING_SECRET, "settings.loaded_libraries_are_known",
    "settings.nothing_waits_for_a_restart",
]  # fmt: skip
NEEDS_A_START = [
    name
    for name in HERE
    if name in (*RULES, *RESTARTED, *START_ALONE, *OTHERS_THAT_START)
    or (UP in CHECKS[name].fix and name not in BY_SETTING)
]
ALONE = [name for name in HERE if name not in (*BY_SETTING, *NEEDS_A_START)]


def seen(installation: Installation, name: str) -> Result:
    return examine(installation.subject(), [CHECKS[name]])[0]


def passes(installation: Installation, name: str) -> bool:
    """Whether it passes now or soon: a server reads its settings a moment after it was told to."""
    deadline = time.monotonic() + HANG_SECONDS
    while time.monotonic() < deadline:
        # By a new session: an old one keeps some settings as they were when it began.
        with open_subject(Settings.read({}, installation.root)) as subject:
            (result,) = examine(subject, [CHECKS[name]])
        if result.verdict is Verdict.PASS:
            return True
        time.sleep(0.01)
    return False


def run_shell(installation: Installation, command: str) -> None:
    # The supervisor is this very process.
    assert DOWN not in command, command
    programs = Path(sys.executable).parent
    environment = {
        **{name: value for name, value in os.environ.items() if name[:2] != "PG"},
        "PATH": f"{programs}:{os.environ['PATH']}",
        "FINANCEBUY_DATA": str(installation.root),
    }
    done = subprocess.run(
        ["bash", "-ec", command], env=environment, capture_output=True, text=True,
        timeout=HANG_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


def run_sql(installation: Installation, fix: str) -> None:
    for statement in filter(None, (part.strip() for part in fix.split(";"))):
        installation.connection.execute(statement.encode())


def run_fix(installation: Installation, fix: str) -> None:
    if fix.endswith(";"):
        run_sql(installation, fix)
    else:
        run_shell(installation, fix)


@contextmanager
def healed(installation: Installation) -> Iterator[None]:
    """A fixture puts old files back: passwords and certificates are made anew after it."""
    secrets, tls = _content(installation, "secrets"), _content(installation, "tls")
    yield
    endpoints = Endpoints.read(installation.root)
    if _content(installation, "secrets") != secrets:
        Rotator(endpoints, accounts.for_servers()).passwords()
    if _content(installation, "tls") != tls:
        transport.rotate(endpoints)


def _content(installation: Installation, directory: str) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in (installation.root / directory).iterdir()}


def test_each_fix_is_run_or_it_is_said_why_not(tell: Callable[[str], None]) -> None:
    assert BY_HAND.keys() <= CHECKS.keys()
    parts = (ALONE, NEEDS_A_START, BY_SETTING)
    assert sorted(name for part in parts for name in part) == HERE
    assert len(HERE) >= 30
    tell(f"{len(HERE)} fixes are run here, {len(BY_HAND)} are for a person: {sorted(BY_HAND)}")


@pytest.mark.parametrize("name", ALONE)
def test_the_fix_mends(name: str, installation: Installation) -> None:
    with healed(installation), FIXTURES[name](installation) as subject:
        (result,) = examine(subject, [CHECKS[name]])
        assert result.verdict is Verdict.FAIL
        for fix in result.fixes:
            if not (fix.startswith("chown") and os.geteuid() != 0):
                run_fix(installation, fix)
        assert passes(installation, name), result.fixes


@pytest.mark.parametrize("name", BY_SETTING)
def test_the_environment_it_names_mends(name: str, installation: Installation) -> None:
    with FIXTURES[name](installation) as subject:
        (result,) = examine(subject, [CHECKS[name]])
    assert result.verdict is Verdict.FAIL
    given = dict(re.findall(r"(FINANCEBUY_\w+)=(\S+)", " ".join(result.fixes)))
    assert given
    environment = {**subject.settings.environment(), **given}
    mended = Settings.read(environment, installation.root)
    again = installation.subject_with(mended)
    assert examine(again, [CHECKS[name]])[0].verdict is Verdict.PASS


def test_starting_again_mends(installation: Installation, tell: Callable[[str], None]) -> None:
    """All that is mended by `financebuy down && financebuy up`, at once: it takes a while."""
    names = [name for name in NEEDS_A_START if name not in (*RESTARTED, *START_ALONE)]
    try:
        with ExitStack() as stack:
            for name in names:
                stack.enter_context(FIXTURES[name](installation))
            start_again(installation, [seen(installation, name) for name in names])
    finally:
        # With the secrets that are back.
        installation.close()
        installation.servers.up_again()
    tell(f"{len(names)} faults are mended by one start")


def test_a_setting_and_a_start_mend(installation: Installation) -> None:
    change = {
        "logging_collector": "on",
        "superuser_reserved_connections": "0",
        "max_wal_senders": "0",
        "shared_preload_libraries": "auto_explain",
        "listen_addresses": "*",
    }
    try:
        for name, value in change.items():
            installation.connection.execute(f"alter system set {name} = '{value}'".encode())
        installation.restart_postgres()
        start_again(installation, [seen(installation, name) for name in RESTARTED])
    finally:
        for name in change:
            installation.connection.execute(f"alter system reset {name}".encode())
        installation.restart_postgres()


def test_a_server_of_ones_own_is_mended_by_editing_its_rules(installation: Installation) -> None:
    """Nobody writes its rules of sign-in but who runs it. It has not the embedded one's name."""
    with restarted("cluster_name", "another")(installation), ExitStack() as stack:
        for name in RULES:
            stack.enter_context(FIXTURES[name](installation))
        results = [seen(installation, name) for name in RULES]
        assert {each.verdict for each in results} == {Verdict.FAIL}
        fixes = dict.fromkeys(fix for each in results for fix in each.fixes)
        edits, reloads = zip(*(fix.split(" && ") for fix in fixes), strict=True)
        # Lines have their numbers until others are put above them.
        for edit in sorted(edits, key=lambda edit: "'1i " in edit):
            run_shell(installation, edit)
        (reload,) = set(reloads)
        run_shell(installation, reload)
        for name in RULES:
            assert passes(installation, name), (name, seen(installation, name))


@pytest.mark.parametrize("name", START_ALONE)
def test_a_start_of_its_own_mends(name: str, installation: Installation) -> None:
    with FIXTURES[name](installation) as subject:
        start_again(installation, examine(subject, [CHECKS[name]]))


def start_again(installation: Installation, results: Sequence[Result]) -> None:
    """Run fixes that stop and start the platform, all with one start."""
    assert [each.verdict for each in results] == [Verdict.FAIL] * len(results), results
    before, between = [], []
    for fix in dict.fromkeys(fix for each in results for fix in each.fixes):
        first, _, then = f" && {fix}".partition(f" && {DOWN} && ")
        middle, _, nothing = f" && {then}".partition(f" && {UP}")
        assert (nothing, bool(then)) == ("", True), fix
        before.append(first.removeprefix(" && "))
        between.append(middle.removeprefix(" && "))
    for command in filter(None, before):
        run_shell(installation, command)
    installation.close()
    installation.servers.up_again(
        lambda: [run_shell(installation, command) for command in filter(None, between)]
    )
    for each in results:
        again = seen(installation, each.check.id)
        assert again.verdict is Verdict.PASS, (each.check.id, again.evidence, again.reason)


def test_every_check_passes_at_last(installation: Installation) -> None:
    """Nothing of what was spoiled and mended is left."""
    installation.close()
    checks: list[Check] = list(all_checks())
    failed = [r for r in examine(installation.subject(), checks) if r.verdict is not Verdict.PASS]
    assert failed == []
