"""What each column and each input holds, for whom: `classification.toml`, read and checked."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from financebuy.sql import text

PROTECTIONS = ("encrypted", "index", "hash", "partial", "clear")
PROTECTED = ("personal", "secret")


@dataclass(frozen=True, slots=True)
class Class:
    """A class of data, and for personal and secret columns how the value stands."""

    name: str
    protection: str | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """`columns` by (table, column), `inputs` by (http or command_line, name).

    `regulated`: what laws name, with its columns; `in_clear`: columns like personal data, and why.
    """

    classes: dict[str, str]
    columns: dict[tuple[str, str], Class]
    inputs: dict[tuple[str, str], Class]
    regulated: dict[str, list[str]]
    in_clear: dict[str, str]

    def unclassified(self, columns: Iterable[tuple[str, str]]) -> list[str]:
        """Return the columns, as `table.column`, that are in no class."""
        return sorted(f"{table}.{name}" for table, name in set(columns) - set(self.columns))


@cache
def classification() -> Classification:
    """Read the file.

    Raises:
        ValueError: a name stands twice, in no known class, or a personal or secret column does not
            say how it is kept.
    """
    content = tomllib.loads(text("classification.toml"))
    columns: dict[tuple[str, str], Class] = {}
    for table, groups in content["tables"].items():
        for word, names in groups.items():
            found = _class(word, content["classes"])
            if (found.name in PROTECTED) != (found.protection is not None):
                raise ValueError(f"{table}: {word} does not say how its columns are kept")
            for name in names:
                _once(columns, (table, name), found)
    inputs: dict[tuple[str, str], Class] = {}
    for surface, groups in content["inputs"].items():
        for word, names in groups.items():
            for name in names:
                _once(inputs, (surface, name), _class(word, content["classes"]))
    return Classification(
        content["classes"], columns, inputs, content["regulated"], content["in_clear"]
    )


def _class(word: str, known: dict[str, str]) -> Class:
    name, _, protection = word.partition(" ")
    if name not in known or protection not in ("", *PROTECTIONS):
        raise ValueError(f"{word!r} is no class of data")
    return Class(name, protection or None)


def _once(found: dict[tuple[str, str], Class], name: tuple[str, str], value: Class) -> None:
    if name in found:
        raise ValueError(f"{'.'.join(name)} is classified twice")
    found[name] = value
