"""The reference page of the doctor's checks, made from the checks themselves."""

from itertools import groupby

from financebuy.doctor.checks import Check
from financebuy.doctor.examination import all_checks

AREAS = {
    "access": "Access: row security, rights, owners, functions, views",
    "audit": "The audit",
    "data": "Data",
    "files": "Files",
    "logging": "The server's log",
    "privacy": "Personal data and keys",
    "rights": "Rights",
    "roles": "Roles",
    "schema": "The schema",
    "server": "The server",
    "service": "Cache, API and processes",
    "settings": "Settings of PostgreSQL",
    "transport": "Who gets in, and TLS",
}

HEAD = """\
# The doctor's checks

<!-- Made by `make reference`. -->

What [`financebuy doctor`](../operating/doctor.md) looks at: {count} checks. Each title says what
holds where all is well. `CIS PostgreSQL` is the benchmark for PostgreSQL 17, v1.1.0, by its
numbers; `splinter` are the lints of that name; `ours` are FinanceBuy's own. In what mends it, words
in braces stand for what was seen; what ends with a semicolon is a statement for
`financebuy db psql --role postgres`."""


def doctor() -> str:
    """Every check, by area, as Markdown."""
    checks = all_checks()
    parts = [HEAD.format(count=len(checks))]
    for area, found in groupby(checks, key=lambda check: check.area):
        rows = "\n".join(_row(check) for check in found)
        parts.append(
            f"## {AREAS[area]}\n\n| check | holds when | severity | from | mends it |\n"
            f"|---|---|---|---|---|\n{rows}"
        )
    return "\n\n".join(parts) + "\n"


def _row(check: Check) -> str:
    cells = (
        f"`{check.id}`", check.title, str(check.severity), check.reference, f"`{check.fix}`",
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
