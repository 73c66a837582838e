"""`financebuy doctor`: what it prints, and its exit codes."""

import csv
import io
import json
from typing import Any

import pytest

from financebuy.cli import run
from financebuy.cluster.supervision.stopping import stop_all
from financebuy.doctor.examination import all_checks
from tests.doctor.installation import Installation

pytestmark = pytest.mark.xdist_group("doctor")

PLANTED = "create role mallory superuser"


class Terminal:
    """`financebuy doctor` on an installation."""

    def __init__(self, installation: Installation, capture: pytest.CaptureFixture[str]) -> None:
        self._data = str(installation.root)
        self._capture = capture

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._capture.readouterr()
        code = run(["doctor", "--data", self._data, *arguments])
        printed = self._capture.readouterr()
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> tuple[int, Any]:
        code, printed, _ = self(*arguments, "-o", "json")
        return code, json.loads(printed)


@pytest.fixture
def doctor(installation: Installation, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(installation, capsys)


def test_it_says_that_all_is_well(doctor: Terminal) -> None:
    code, found = doctor.json()
    assert (code, found["good"]) == (0, True)
    assert found["counts"] == {"pass": len(all_checks()), "fail": 0, "not evaluated": 0}
    # About a second; this is ten times a second.
    assert found["seconds"] < 10
    assert {each["id"] for each in found["checks"]} == {each.id for each in all_checks()}


def test_a_fault_is_shown_with_what_was_seen_and_what_mends_it(
    doctor: Terminal, installation: Installation
) -> None:
    installation.connection.execute(PLANTED)
    try:
        code, found = doctor.json("roles")
        _, page, told = doctor("roles", "-o", "table")
        _, text, _ = doctor("roles", "-o", "csv")
    finally:
        installation.connection.execute("drop role mallory")
    assert (code, found["good"]) == (2, False)
    (failed,) = [each for each in found["checks"] if each["verdict"] == "fail"]
    assert failed["id"] == "roles.nobody_else_is_superuser"
    assert (failed["severity"], failed["found"]) == ("high", 1)
    assert failed["evidence"] == [{"role": "mallory"}]
    assert failed["fixes"] == ["alter role mallory nosuperuser;"]
    assert "FAIL  high  roles.nobody_else_is_superuser" in page
    assert "  seen: role mallory\n  fix: alter role mallory nosuperuser;\n" in page
    assert max(map(len, page.splitlines())) <= 80
    assert "1 fail, 0 not evaluated" in told
    (line,) = [each for each in csv.DictReader(io.StringIO(text)) if each["verdict"] == "fail"]
    assert (line["evidence"], line["fix"]) == ("role mallory", "alter role mallory nosuperuser;")


def test_a_name_is_neither_a_statement_nor_steers_the_terminal(
    doctor: Terminal, installation: Installation
) -> None:
    name = """'a" superuser; drop database financebuy; --\x1b[2J'"""
    quoted = '"' + name.replace('"', '""') + '"'
    installation.connection.execute(f"create role {quoted} superuser".encode())
    try:
        _, page, _ = doctor("roles", "-o", "table")
        code, found = doctor.json("roles.nobody_else_is_superuser")
        (fix,) = found["checks"][0]["fixes"]
        assert (code, fix) == (2, f"alter role {quoted} nosuperuser;")
        installation.connection.execute(fix.encode())
        assert doctor.json("roles.nobody_else_is_superuser")[0] == 0
    finally:
        installation.connection.execute(f"drop role {quoted}".encode())
    assert "drop database financebuy" in page
    assert "\x1b" not in page


def test_only_some_are_asked(doctor: Terminal) -> None:
    code, found = doctor.json("settings.fsync_is_on", "access", "--severity", "high")
    areas = {each["id"].partition(".")[0] for each in found["checks"]}
    assert (code, areas) == (0, {"settings", "access"})
    assert {each["severity"] for each in found["checks"]} == {"high"}
    code, _, told = doctor("no_such_area")
    assert (code, told) == (64, "financebuy: check: there is no check or area no_such_area\n")


def test_a_platform_that_is_stopped_is_not_evaluated(
    doctor: Terminal, installation: Installation
) -> None:
    servers = installation.servers
    installation.close()
    stop_all([each for each in servers.supervisor.services if each.spec.name == "postgres"], 60.0)
    try:
        code, found = doctor.json("access", "roles")
        _, page, _ = doctor("access", "roles", "-o", "table")
    finally:
        servers.restart("postgres")
    assert (code, found["good"]) == (3, False)
    assert found["counts"]["pass"] == 0
    # Once, not once a check.
    assert page.count("why: the database does not answer") == page.count("NOT EVALUATED") == 1
    assert max(map(len, page.splitlines())) <= 80
    assert all(each["reason"].startswith("the database does not") for each in found["checks"])
