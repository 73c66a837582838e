"""Running the checks: all of them, or some, each in a transaction that cannot write."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache

import psycopg

from financebuy.doctor import (
    cache_server,
    certificates,
    database,
    key_file,
    outside,
    ownership,
    permissions,
    processes,
    secret_values,
)
from financebuy.doctor.checks import Check, Result, Severity, Verdict, result_of
from financebuy.doctor.from_sql import sql_checks
from financebuy.doctor.subject import Subject
from financebuy.errors import FinanceBuyError, InvalidValueError
from financebuy.sql import load

_MODULES = (
    cache_server, certificates, database, key_file, outside, ownership, permissions, processes,
    secret_values,
)  # fmt: skip
_IN_PYTHON: tuple[Check, ...] = tuple(check for module in _MODULES for check in module.CHECKS)
_SEVERITIES = list(Severity)
# What a check may meet that is about the platform and not about the check.
_CANNOT_LOOK = (psycopg.Error, FinanceBuyError, OSError, ValueError)


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check there is, by area and name."""
    return tuple(sorted((*sql_checks(), *_IN_PYTHON), key=lambda check: check.id))


def choose(wanted: Sequence[str] = (), at_least: Severity = Severity.LOW) -> list[Check]:
    """The checks of these ids and areas (all, if none), and no less severe than `at_least`.

    Raises:
        InvalidValueError: there is no such check and no such area.
    """
    known = {check.id for check in all_checks()} | {check.area for check in all_checks()}
    for name in wanted:
        if name not in known:
            raise InvalidValueError(f"check: there is no check or area {name}", field="check")
    return [
        check
        for check in all_checks()
        if (not wanted or check.id in wanted or check.area in wanted)
        and _SEVERITIES.index(check.severity) <= _SEVERITIES.index(at_least)
    ]


def examine(subject: Subject, checks: Sequence[Check]) -> list[Result]:
    """Run `checks`. One that cannot look is not evaluated; the others go on.

    All of it happens in a transaction in which PostgreSQL itself refuses to write, and which leaves
    nothing behind.
    """
    connection, results = subject.connection, list[Result]()
    if connection is not None:
        with suppress(psycopg.OperationalError), connection.transaction(force_rollback=True):
            connection.execute(load("doctor").begin.encode())
            while len(results) < len(checks):
                # A statement that failed would fail those that follow.
                with connection.transaction(force_rollback=True):
                    _run_until_one_cannot(subject, checks, results)
        # The connection was lost, if any are left.
        subject = replace(subject, connection=None, unreachable="the database went away")
    return results + [_run(check, subject) for check in checks[len(results) :]]


def _run_until_one_cannot(subject: Subject, checks: Sequence[Check], results: list[Result]) -> None:
    for check in checks[len(results) :]:
        results.append(_run(check, subject))
        if results[-1].verdict is Verdict.NOT_EVALUATED:
            return


def _run(check: Check, subject: Subject) -> Result:
    try:
        return result_of(check, check.look(subject))
    except _CANNOT_LOOK as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        return Result(check, Verdict.NOT_EVALUATED, reason=reason)
