"""The page of the data classification: each class, column and input."""

from itertools import groupby

from financebuy.sql.classes import PROTECTED, Class, Classification, classification

HEAD = """\
# Data classification

<!-- Made by `make reference`. -->

What each column holds and for whom it is. The list is `financebuy/sql/classification.toml`; a
column or an input of a request that is not in it fails a test. How personal data is kept is told in
[personal data](../concepts/personal-data.md).

## Classes

| class | what it is |
|---|---|
"""
PROTECTIONS = """
Personal and secret values stand in the database

| as | meaning |
|---|---|
| encrypted | under the data key of their user, or under a key that lies elsewhere |
| index | a keyed hash, by which equal values are found |
| hash | what a secret is compared with; the secret itself is not kept |
| partial | too little of the value to stand for a person: the last four characters, a network |
| clear | in clear, where no login but its owner's may read it |
"""


REGULATED = """
## What laws and card schemes name

A card's number is not kept at all: what stands for it is a token and the last four digits.

| what | where |
|---|---|"""
IN_CLEAR = """
## In clear on purpose

| column | class | why |
|---|---|---|"""


def data_classification() -> str:
    """Write the page."""
    found = classification()
    parts = [HEAD + "\n".join(f"| {name} | {text} |" for name, text in found.classes.items())]
    parts += [
        PROTECTIONS,
        "## Personal data and secrets",
        "",
        "| column | class | as |",
        "|---|---|---|",
    ]
    columns = sorted(found.columns.items())
    parts += [
        f"| `{table}.{name}` | {each.name} | {each.protection} |"
        for (table, name), each in columns
        if each.name in PROTECTED
    ]
    parts += _regulated(found)
    parts += [
        "",
        "## Every column",
        "",
        "| table | public | internal | confidential | personal | secret |",
    ]
    parts.append("|---|---|---|---|---|---|")
    for table, group in groupby(columns, lambda item: item[0][0]):
        parts.append(_row(table, [(name, each) for (_, name), each in group], found.classes))
    parts += ["", "## Inputs", "", "| where | class | names |", "|---|---|---|"]
    for where in ("http", "command_line"):
        for word in found.classes:
            names = [n for (w, n), each in found.inputs.items() if (w, each.name) == (where, word)]
            if names:
                parts.append(f"| {where.replace('_', ' ')} | {word} | {_names(names)} |")
    return "\n".join(parts) + "\n"


def _regulated(found: Classification) -> list[str]:
    parts = [REGULATED]
    for what, columns in found.regulated.items():
        kept = (f"`{name}` ({_class(found, name).protection})" for name in columns)
        parts.append(f"| {what} | {', '.join(kept)} |")
    parts.append(IN_CLEAR)
    parts += [
        f"| `{name}` | {_class(found, name).name} | {why} |" for name, why in found.in_clear.items()
    ]
    return parts


def _class(found: Classification, name: str) -> Class:
    table, _, column = name.rpartition(".")
    return found.columns[table, column]


def _row(table: str, columns: list[tuple[str, Class]], classes: dict[str, str]) -> str:
    cells = [_names([name for name, each in columns if each.name == word]) for word in classes]
    return f"| `{table}` | " + " | ".join(cells) + " |"


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
