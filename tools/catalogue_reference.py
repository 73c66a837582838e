"""Write the reference pages that are made from a migrated database's catalogue.

.venv/bin/python -m tools.catalogue_reference
"""

import re
import sys
from pathlib import Path

from financebuy.cluster.throwaway import throwaway_server
from financebuy.database.migrate import migrate
from tools import er_diagram
from tools.access_matrix import access_matrix
from tools.catalogue import Column, Index, Table, read

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
_CAST = re.compile(r"::(?:text|numeric|bigint|integer|jsonb|regconfig|date|interval)(?:\[\])?")
MADE = "<!-- Made by `make reference`. -->"


def dictionary(tables: list[Table]) -> str:
    """Every table and column."""
    parts = [
        f"""# Data dictionary

{MADE}

Every table and view of the schema `public`. The [diagram](er-diagram.svg) shows how they belong
together; their indexes are listed [apart](indexes.md), and the whole of it, rights and policies
included, is [schema.sql](schema.sql). Amounts are of the domain `finite`: exact decimals that are
neither NaN nor infinite. Columns are NOT NULL unless marked *optional*.
"""
    ]
    parts += [_table(each) for each in tables]
    return "\n".join(parts)


def _table(table: Table) -> str:
    kind = {"v": "View", "m": "Materialized view"}.get(table.kind)
    lines = [f"## {table.name}", ""]
    lines.append(f"{kind}. {table.comment}" if kind else table.comment)
    lines += ["", "| column | type | |", "|---|---|---|"]
    lines += [_column(table, column) for column in table.columns]
    rules = [each for each in table.constraints if each.kind in "uc" and len(each.columns) != 1]
    if rules:
        lines += ["", "Rules of several columns:", ""]
        lines += [f"- `{each.name}`: `{_rule(each.definition)}`" for each in rules]
    return "\n".join([*lines, ""])


def _column(table: Table, column: Column) -> str:
    told = [column.comment] if column.comment else []
    for each in table.constraints:
        if each.kind == "p" and column.name in each.columns:
            told.append("Primary key." if len(each.columns) == 1 else "Part of the primary key.")
        elif each.columns == [column.name]:
            if each.kind == "f":
                told.append(f"References `{each.target}`.")
            elif each.kind == "u":
                told.append("Unique.")
            elif each.kind == "c":
                told.append(f"`{_rule(each.definition)}`")
    if column.preset and not column.comment:
        told.append(f"Default `{_CAST.sub('', _one_line(column.preset))}`.")
    if column.optional and not table.is_view:
        told.insert(0, "*optional*")
    text = " ".join(told).replace("|", "\\|")
    return f"| `{column.name}` | {column.type} | {text} |"


def indexes(tables: list[Table]) -> str:
    """Every index, and the rules by which there is one."""
    rows = "\n".join(
        f"| `{table.name}` | `{index.name}` | {_keys(index)} | {_purpose(index)} |"
        for table in tables
        for index in table.indexes
    )
    return f"""# Indexes

{MADE}

Each index costs every write of its table, so there is one for a reason only:

- **A key**: what must be unique is unique by an index, and an id that arrives twice is found by it.
- **Another table's rows**: where rows are looked up from what they belong to, their account first.
- **A queue**: what is open, requested or unpublished is found by a *partial* index that holds just
  those rows and stays small however long the history is.
- **Time**: append-only tables are in the order of time by themselves. A BRIN index of a few pages
  finds a range in them.
- **Words**: full-text search over securities is a GIN index.

Ids are time-ordered (UUIDv7), so new rows of an index land beside each other. What others name
(clients' keys, banks' references) is random, and each row lands on another page: such an index is
over 128 bits of SHA-256 of the name, a third of the pages that the texts have, and what is found by
it is compared by the texts themselves. No index stands
twice; a test looks. A partitioned table's indexes are made with each partition. Those with `…` in
their names are each partition's own: an index of the whole table that makes something unique would
have to hold the time of recording too, would be longer, and would say less.

| table | index | keys | for |
|---|---|---|---|
{rows}
"""


def _keys(index: Index) -> str:
    text = ", ".join(index.keys)
    if index.included:
        text += f" (carries {', '.join(index.included)})"
    if index.condition:
        text += f" where {_one_line(index.condition).strip('()')}"
    return "`" + text.replace("|", "\\|") + "`"


def _purpose(index: Index) -> str:
    if index.is_primary:
        return "the primary key"
    if index.is_unique:
        return "a key"
    if index.method == "brin":
        return "ranges of time"
    if index.method == "gin":
        return "words"
    return "a queue, or a part of the rows" if index.condition else "look-ups"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _rule(definition: str) -> str:
    """A constraint as people write it: without casts, and a list of values as such."""
    text = _CAST.sub("", _one_line(definition))
    text = re.sub(r"= ANY \(ARRAY\[(.*?)\]\)", r"in (\1)", text)
    text = re.sub(r"\((\w+)\)", r"\1", text)
    inner = text.removeprefix("CHECK (")
    if inner == text:
        return text
    inner = inner.removesuffix(")")
    # One pair of brackets is the constraint's own, a second one the expression's.
    return inner[1:-1] if inner.startswith("(") and inner.endswith(")") else inner


def pages(url: str) -> dict[str, str]:
    """Return every file of `docs/reference` that is made from the catalogue, by its name."""
    tables = read(url)
    return {
        "data-dictionary.md": dictionary(tables),
        "indexes.md": indexes(tables),
        "er-diagram.svg": er_diagram.draw(tables),
        "access-matrix.md": access_matrix(url),
    }


def main() -> int:
    """Write the files from an empty migrated database; returns the exit code."""
    with throwaway_server() as server:
        migrate(server.url, passwords={})
        for name, page in pages(server.url).items():
            (FOLDER / name).write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
