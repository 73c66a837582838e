"""The checks that are queries of the catalogue: `sql/doctor/AREA/NAME.sql` and `sql/access`.

A query returns what breaks its rule, and nothing where all is well. The comment above it is its
title, with the lines `severity:`, `reference:` and `fix:`; `needs: rows` says that it reads rows of
tables, which row security might hide.
"""

import re
from collections.abc import Iterator

from financebuy.doctor.checks import Check, NotEvaluatedError, Row, Severity
from financebuy.doctor.subject import Subject
from financebuy.sql import folders, load, names, text
from financebuy.sql.headers import header

_NUMBER = re.compile(r"^\d+_")


def sql_checks() -> Iterator[Check]:
    """Every check that is a query: access's too, and one of the books that asks the catalogue."""
    yield _check("audit", "checks/22_history_is_guarded.sql")
    for area, folder in [
        ("access", "access"),
        *((each, f"doctor/{each}") for each in folders("doctor")),
    ]:
        yield from (_check(area, f"{folder}/{file}") for file in names(folder))


def _check(area: str, path: str) -> Check:
    query = text(path)
    about = header(query)
    name = _NUMBER.sub("", path.rpartition("/")[2].removesuffix(".sql"))
    return Check(
        id=f"{area}.{name}",
        title=about.title,
        severity=Severity(about.fields["severity"]),
        reference=about.fields["reference"],
        fix=about.fields["fix"],
        look=_Question(query, needs_rows=about.fields.get("needs") == "rows"),
    )


class _Question:
    """Asks the database one query."""

    def __init__(self, query: str, *, needs_rows: bool) -> None:
        self._query = query
        self._needs_rows = needs_rows

    def __call__(self, subject: Subject) -> list[Row]:
        """What the query returns.

        Raises:
            NotEvaluatedError: the database does not answer, or row security might hide rows.
            psycopg.Error: what this login may not see, or this server does not have.
        """
        connection = subject.connection
        if connection is None:
            raise NotEvaluatedError(subject.unreachable)
        if self._needs_rows:
            sight = connection.execute(load("doctor").sees_every_row.encode()).fetchone()
            if not (sight and sight["everything"]):
                raise NotEvaluatedError("row security may hide rows from this login")
        return list(connection.execute(self._query.encode()).fetchall())
