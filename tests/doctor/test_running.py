"""How the doctor looks: it writes nothing, and what it cannot see is not evaluated."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from psycopg.rows import dict_row

from financebuy.doctor.checks import Check, Result, Row, Severity, Verdict
from financebuy.doctor.examination import all_checks, choose, examine
from financebuy.doctor.subject import Connection, Subject, open_subject
from financebuy.errors import InvalidValueError
from tests.doctor.installation import Installation

pytestmark = pytest.mark.xdist_group("doctor")


def check(statement: str) -> Check:
    """A check that asks `statement`."""

    def look(subject: Subject) -> list[Row]:
        assert subject.connection is not None
        return list(subject.connection.execute(statement.encode()).fetchall())

    return Check("test.test", "test", Severity.LOW, "ours", "nothing", look)


SEES_NOTHING = check("select 1 where false")


def verdicts(results: list[Result]) -> list[Verdict]:
    return [each.verdict for each in results]


@contextmanager
def as_role(installation: Installation, role: str) -> Iterator[Connection]:
    url = installation.servers.endpoints.database_url(role)
    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


def test_nothing_is_written(installation: Installation) -> None:
    """A transaction that has written has an id, and so have those inside of it."""
    subject = installation.subject()
    with installation.connection.transaction():
        examine(subject, all_checks())
        row = installation.connection.execute(
            "select pg_current_xact_id_if_assigned() as id, current_setting('search_path') as path"
        ).fetchone()
    assert row == {"id": None, "path": '"$user", public'}


@pytest.mark.parametrize(
    "statement",
    [
        "create table public.planted ()",
        "update public.users set is_active = true returning user_id",
        "select nextval('public.account_number_seq')",
        "select lo_create(0)",
    ],
)
def test_no_check_can_write(statement: str, installation: Installation) -> None:
    found, after = examine(installation.subject(), [check(statement), SEES_NOTHING])
    assert found.verdict is Verdict.NOT_EVALUATED
    assert "read-only transaction" in str(found.reason)
    assert after.verdict is Verdict.PASS


def test_a_failing_query_is_no_pass_and_ends_nothing(installation: Installation) -> None:
    broken = [check("select 1 from nowhere"), check("select 1 / 0"), check("selec")]
    results = examine(installation.subject(), [*broken, SEES_NOTHING, check("select 1 as one")])
    assert verdicts(results) == [*[Verdict.NOT_EVALUATED] * 3, Verdict.PASS, Verdict.FAIL]
    assert results[1].reason == "division by zero"


def test_it_waits_for_no_lock(installation: Installation) -> None:
    url = installation.servers.endpoints.admin_url
    with psycopg.connect(url) as other:
        other.execute("lock table public.idempotency_keys in access exclusive mode")
        results = examine(installation.subject(), choose(["data"]))
    missing = {each.check.id: each.reason for each in results if each.verdict is not Verdict.PASS}
    assert missing == {"data.keys_are_pruned": "canceling statement due to lock timeout"}


def test_a_lost_connection_is_told_by_those_that_missed_it(installation: Installation) -> None:
    gone = check("select pg_terminate_backend(pg_backend_pid())")
    with open_subject(installation.subject().settings) as subject:
        before, itself, *after = examine(subject, [SEES_NOTHING, gone, *choose(["roles"])])
        again = examine(subject, choose(["roles"]))
    assert verdicts([before, itself]) == [Verdict.PASS, Verdict.NOT_EVALUATED]
    assert {each.reason for each in [*after, *again]} == {"the database went away"}


def test_what_a_login_may_not_see_is_not_evaluated(
    installation: Installation, tell: Callable[[str], None]
) -> None:
    with as_role(installation, "auditor") as connection:
        results = examine(replace(installation.subject(), connection=connection), all_checks())
    missing = {each.check.id for each in results if each.verdict is Verdict.NOT_EVALUATED}
    assert {"roles.passwords_are_scram", "data.keys_are_pruned"} <= missing
    assert [each.check.id for each in results if each.verdict is Verdict.FAIL] == []
    tell(f"{len(missing)} of {len(results)} checks need more than the auditor's rights")


def test_without_a_database_files_are_still_looked_at(installation: Installation) -> None:
    subject = replace(installation.subject(), connection=None, unreachable="nobody is at home")
    results = examine(subject, all_checks())
    asked = [each for each in results if each.check.area not in ("files", "service", "transport")]
    assert all(each.verdict is Verdict.NOT_EVALUATED for each in asked)
    assert {each.reason for each in asked} == {"nobody is at home"}
    looked = {each.check.id for each in results if each.verdict is Verdict.PASS}
    assert {"files.secrets_are_private", "transport.certificates_last"} <= looked


def test_some_are_chosen_by_name_area_and_severity() -> None:
    assert {each.area for each in choose(["roles", "schema"])} == {"roles", "schema"}
    assert [each.id for each in choose(["settings.fsync_is_on"])] == ["settings.fsync_is_on"]
    assert {each.severity for each in choose(at_least=Severity.HIGH)} == {Severity.HIGH}
    assert len(choose()) == len(all_checks()) >= 80
    with pytest.raises(InvalidValueError, match="no check or area nothing"):
        choose(["nothing"])
