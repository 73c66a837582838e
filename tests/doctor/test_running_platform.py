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

from financebuy.cluster import ports, valkey_server
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


def test_the_cache_that_runs_says_how_it_was_started(installation: Installation) -> None:
    """With another configuration than the one that lies there."""
    names = ["service.cache_listens_on_its_socket", "service.cache_remembers"]
    names.append("service.cache_is_bounded")
    configuration = installation.root / "valkey/valkey.conf"
    with kept(configuration):
        lines = configuration.read_text().splitlines()
        kept_lines = [line for line in lines if not line.startswith(("port", "append", "maxmem"))]
        configuration.write_text("\n".join([*kept_lines, f"port {ports.any_free()}", ""]))
        installation.servers.restart("valkey")
    try:
        results = examine(installation.subject(), choose(names))
        assert [each.verdict for each in results] == [Verdict.FAIL] * 3
        assert all("it runs, and" in each.evidence[0]["value"] for each in results)
    finally:
        installation.servers.restart("valkey")
    assert set(verdicts(installation, *names).values()) == {Verdict.PASS}


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


def test_a_process_of_another_version_is_not_judged(installation: Installation) -> None:
    with as_the_api(installation, FINANCEBUY_LATER="yes"):
        (result, *_) = results = examine(installation.subject(), choose(ASKED))
    assert {each.verdict for each in results} == {Verdict.NOT_EVALUATED}
    assert "no such setting: FINANCEBUY_LATER" in str(result.reason)
