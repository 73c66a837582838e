"""Ask two other programs about the migrated schema: pgrls (row security), pgspot (functions).

The schema is made in a PostgreSQL of its own, since that is what both judge: pgspot is given the
functions as the catalogue has them, with the search_path that the migration pins. What they find
and we mean is in `second_opinion.toml`, each with its reason; one that fits nothing is an error.
"""

import json
import re
import secrets
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import psycopg

from financebuy.cluster.secret_files import IDENTITY_KEY_NUMBER, LOGIN_ROLES
from financebuy.cluster.throwaway import throwaway_server
from financebuy.database.migrate import migrate

BIN = Path(sys.executable).parent
REASONS = Path(__file__).with_suffix(".toml")
SCHEMAS = ("public", "fb", "fb_private", "reporting")
_SECONDS = 120

# A function that was bound when it was made (prosqlbody) looks nothing up, and pgspot's parser does
# not know its form. REPLACE is the migration's, run by the owner of everything there.
_FUNCTIONS = """
    select regexp_replace(pg_get_functiondef(p.oid), '^CREATE OR REPLACE', 'CREATE')
    from pg_catalog.pg_proc as p
    where p.pronamespace::regnamespace::text = any(%s) and p.prokind in ('f', 'p')
        and p.prosqlbody is null
        and not exists (
            select 1 from pg_catalog.pg_depend as d where d.objid = p.oid and d.deptype = 'e'
        )
    order by p.oid::regprocedure::text"""
_PGSPOT_LINE = re.compile(r"^(PS\d+): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a program says: by which rule, of which object."""

    rule: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why findings of some rules are meant; `where` are patterns of objects."""

    rules: tuple[str, ...]
    where: tuple[str, ...]
    why: str

    def excuses(self, finding: Finding) -> bool:
        """Whether this is why `finding` is no fault."""
        return finding.rule in self.rules and any(
            fnmatchcase(finding.where, pattern) for pattern in self.where
        )


def reasons(path: Path = REASONS) -> list[Reason]:
    """Read the reasons."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Reason(tuple(each["rules"]), tuple(each["where"]), each["why"])
        for each in content["reason"]
    ]


def policies(url: str) -> list[Finding]:
    """What pgrls finds in the database at `url`."""
    command = [
        str(BIN / "pgrls"), "lint", "--database-url", url, "--schemas", ",".join(SCHEMAS),
        "--format", "json",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    try:
        found = json.loads(done.stdout)["violations"]
    except (ValueError, KeyError):
        return [Finding("pgrls", "itself", _last_line(done.stderr or done.stdout))]
    return [Finding(each["rule_id"], each["location"], each["title"]) for each in found]


def functions(url: str) -> tuple[int, list[Finding]]:
    """How many functions pgspot looked at in the database at `url`, and what it found."""
    with psycopg.connect(url) as connection:
        texts = [str(row[0]) for row in connection.execute(_FUNCTIONS, [list(SCHEMAS)])]
    return len(texts), judge(texts)


def judge(texts: Sequence[str]) -> list[Finding]:
    """What pgspot finds in statements."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "functions.sql"
        file.write_text(";\n".join(texts) + ";\n", encoding="utf-8")
        done = subprocess.run(
            [str(BIN / "pgspot"), str(file)],
            capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    found = [Finding(rule, what, what) for rule, what in _PGSPOT_LINE.findall(done.stdout)]
    if done.returncode and not found:
        return [Finding("pgspot", "itself", _last_line(done.stderr or done.stdout))]
    return found


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else "ended without a word"


def verdict(findings: Sequence[Finding], known: Sequence[Reason]) -> list[str]:
    """Lines for what nothing excuses, and for reasons that excuse nothing."""
    excused = {id(each) for reason in known for each in findings if reason.excuses(each)}
    lines = [
        f"{each.rule} {each.where}: {each.what}" for each in findings if id(each) not in excused
    ]
    return lines + [
        f"{', '.join(reason.rules)} in second_opinion.toml: nothing is found any more at {pattern}"
        for reason in known
        for pattern in reason.where
        if not any(
            each.rule in reason.rules and fnmatchcase(each.where, pattern) for each in findings
        )
    ]


def main() -> int:
    """Migrate a database and have it judged; returns the exit code."""
    with throwaway_server() as server:
        passwords = {role: secrets.token_hex(16) for role in LOGIN_ROLES}
        key = {IDENTITY_KEY_NUMBER: secrets.token_bytes(32)}
        migrate(server.url, passwords=passwords, identity_keys=key)
        of_policies = policies(server.url)
        count, of_functions = functions(server.url)
    lines = verdict([*of_policies, *of_functions], reasons())
    for line in lines:
        print(line, file=sys.stderr)
    print(
        f"second_opinion: pgrls {len(of_policies)} findings, pgspot {len(of_functions)} in {count}"
        f" functions; {len(lines)} without a reason"
    )
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
