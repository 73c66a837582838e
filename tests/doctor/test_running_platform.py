"""What runs need not be what files and the doctor's own environment say: it is asked too."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import valkey

from financebuy.cluster import valkey_server
from financebuy.doctor.checks import Verdict
from financebuy.doctor.examination import choose, examine
from tests.doctor.installation import Installation
from tests.doctor.spoiling import kept

pytestmark = pytest.mark.xdist_group("doctor")

ASKED = ["service.proxies_are_named", "service.browsers_come_by_https"]


def verdicts(installation: Installation, *names: str) -> dict[str, Verdict]:
    results = examine(installation.subject(), choose(names))
    return {each.check.id: each.verdict for each in results}


def _load_users(installation: Installation) -> None:
    endpoints = installation.servers.endpoints
    keeper = endpoints.secrets.read("valkey_keeper")
    url = valkey_server.url(Path(endpoints.state.cache_socket), keeper, valkey_server.KEEPER)
    with valkey.Valkey.from_url(url) as client:
        client.execute_command("ACL", "LOAD")


def test_the_cache_that_runs_is_tried_without_a_password(installation: Installation) -> None:
    """Somebody opened it, and put the file back as it was."""
    users = installation.root / "valkey/users.acl"
    with kept(users):
        users.write_text(users.read_text().replace("default off", "default on nopass ~* +ping"))
        _load_users(installation)
    try:
        (result,) = examine(installation.subject(), choose(["service.cache_knows_who_asks"]))
        assert result.verdict is Verdict.FAIL
        assert result.evidence[0]["reason"] == "it runs, and answers without a password"
    finally:
        _load_users(installation)
    assert set(verdicts(installation, "service.cache_knows_who_asks").values()) == {Verdict.PASS}


@contextmanager
def as_the_api(installation: Installation, **environment: str) -> Iterator[None]:
    """A process that `platform.json` calls the API."""
    waits = "import sys; sys.stdout.write('here'); sys.stdout.flush(); sys.stdin.read()"
    told = {"PATH": os.environ["PATH"], **environment}
    state = installation.root / "platform.json"
    with (
        subprocess.Popen(
            [sys.executable, "-c", waits], env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process,
        kept(state),
    ):
        assert process.stdout is not None
        process.stdout.read(4)
        started = psutil.Process(process.pid).create_time()
        running = json.loads(state.read_text())
        record = {"pid": process.pid, "started": started}
        running["services"].append({"name": "api", "state": "ready", "process": record})
        state.write_text(json.dumps(running))
        try:
            yield
        finally:
            process.kill()


def test_what_the_api_was_told_counts(installation: Installation) -> None:
    told = {
        "FINANCEBUY_TRUSTED_PROXIES": "::/0",
        "FINANCEBUY_PUBLIC_URL": "http://invest.example.com",
    }
    with as_the_api(installation, **told):
        assert set(verdicts(installation, *ASKED).values()) == {Verdict.FAIL}
    with as_the_api(installation):
        assert set(verdicts(installation, *ASKED).values()) == {Verdict.PASS}


def test_a_process_of_another_version_is_not_asked(installation: Installation) -> None:
    with as_the_api(installation, FINANCEBUY_LATER="yes", FINANCEBUY_TRUSTED_PROXIES="::/0"):
        assert set(verdicts(installation, *ASKED).values()) == {Verdict.PASS}
