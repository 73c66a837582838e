"""The checks of secrets and packages find what they are for, and say when they know nothing."""

import base64
from pathlib import Path

import pytest

from tools import audit_packages, check_secrets, second_opinion
from tools.second_opinion import Finding, Reason

# Spelled in parts, so that this file is none of them.
PLANTED = {
    "a service's key": "key = '" + "AKIA" + "IOSFODNN7EXAMPLE" + "'",
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a password in a URL": "url = 'postgresql://app:" + "hunter2" + "@db.example/x'",
    "a token": "token = 'ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8" + "'",
    "random text": f"x = '{base64.b64encode(bytes(range(0, 252, 7))).decode()}'",
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_secret_is_found_and_not_repeated(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    path.write_text(PLANTED[kind] + "\n")
    found = check_secrets.findings([path])
    assert [line.partition(": ")[0] for line in found] == [f"{path}:1"] * len(found)
    assert found
    assert "hunter2" not in "".join(found)


def test_what_is_excused_or_no_secret_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "clean.py"
    path.write_text(PLANTED["random text"] + "  # pragma: allowlist secret\nname = 'Ada'\n")
    assert check_secrets.findings([path]) == []


def test_a_known_vulnerability_fails() -> None:
    package = {"name": "old", "version": "1.0", "vulns": [{"id": "X-1", "fix_versions": ["1.1"]}]}
    code, lines = audit_packages.verdict(
        [package, {"name": "new", "version": "2", "vulns": []}], ""
    )
    assert (code, lines[0]) == (1, "old 1.0: X-1, fixed in 1.1")


def test_a_service_that_does_not_answer_is_no_pass_and_no_failure() -> None:
    code, lines = audit_packages.verdict(None, "no answer within 120 s")
    assert code == 0
    assert all("NOT EVALUATED" in line for line in lines)


def test_a_package_that_was_skipped_fails() -> None:
    code, lines = audit_packages.verdict([{"name": "own", "skip_reason": "not known"}], "")
    assert (code, lines[0]) == (1, "own: not known")


def test_what_prints_no_report_is_not_evaluated(tmp_path: Path) -> None:
    packages, why = audit_packages.audit(tmp_path / "no-such-file.txt")
    assert packages is None
    assert why


UNPINNED = """
create function fb.total(a numeric) returns numeric language sql security definer
as $$ select sum(a) + 1 $$"""
PINNED = UNPINNED.replace("definer", "definer set search_path = pg_catalog, pg_temp")


def test_a_definer_that_looks_names_up_anywhere_is_found() -> None:
    assert "PS003" in {each.rule for each in second_opinion.judge([UNPINNED])}
    assert second_opinion.judge([PINNED]) == []


def test_what_cannot_be_judged_is_a_finding() -> None:
    assert [each.rule for each in second_opinion.judge(["create functoin nothing"])] == ["pgspot"]


def test_what_is_meant_has_a_reason_and_each_reason_is_needed() -> None:
    open_table = Finding("SEC001", "public.orders", "row security is off")
    meant = Reason(("SEC001",), ("public.notes", "public.prices"), "everybody's")
    assert second_opinion.verdict([open_table], []) == ["SEC001 public.orders: row security is off"]
    prices = Finding("SEC001", "public.prices", "row security is off")
    assert second_opinion.verdict([prices], [meant]) == [
        "SEC001 in second_opinion.toml: nothing is found any more at public.notes"
    ]
