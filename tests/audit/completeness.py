"""Whether everything that has to be recorded is, by the catalogue of a real database."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from financebuy.domain.audit import TABLES
from financebuy.sql.classes import classification
from tests.support.world import World

HERE = Path(__file__).parent
QUERIES = dict(
    re.findall(r"-- name: (\w+)\n(.*?;)\n", (HERE / "completeness.sql").read_text(), re.DOTALL)
)
EXCUSES: dict[str, dict[str, Any]] = tomllib.loads((HERE / "complete.toml").read_text())
SEALED = set(TABLES.values())
_CALL = re.compile(r"\b(fb(?:_private)?\.\w+)\s*\(")
_WRITE = re.compile(
    r"\b(insert into|update|delete from)\s+((?:public|fb_private)\.\w+)", re.IGNORECASE
)
_RECORDS = re.compile(r"\bfb_private\.audit\s*\(")
_RECORDS_READING = re.compile(r"\bfb_private\.audit\s*\(\s*'read'")


@dataclass(frozen=True, slots=True)
class Function:
    """What a function does by itself and by those that it calls."""

    name: str
    is_volatile: bool
    is_called: bool
    answer: str
    text: str

    @property
    def writes(self) -> set[tuple[str, str]]:
        """Tables and ways."""
        return {
            (table.removeprefix("public.").lower(), way.split()[0].lower())
            for way, table in _WRITE.findall(self.text)
        }

    def sets(self, columns: Iterable[str]) -> bool:
        """Whether it may set one of `columns`."""
        return bool(re.search(rf"\bset\b[^;]*?\b({'|'.join(columns)}) =", self.text))


def ways(world: World) -> dict[tuple[str, str], bool]:
    """Whether a way to change a table is recorded, sealed or refused."""
    found = world.rows(QUERIES["unwatched"])
    return {
        (row["name"], row["way"]): row["recorded"]
        or row["refused"]
        or (row["way"] == "insert" and row["name"] in SEALED)
        for row in found
    }


def trace(world: World) -> Callable[[Function], bool]:
    """Whether a function leaves a line or sealed history; a column that nobody watches is none."""
    found = {(row["name"], row["way"]): row for row in world.rows(QUERIES["unwatched"])}

    def leaves(function: Function) -> bool:
        if _RECORDS.search(function.text):
            return True
        for name, way in function.writes:
            row, columns = found[name, way], found[name, way]["columns"]
            if way == "insert" and name in SEALED:
                return True
            if row["recorded"] and (not columns or function.sets(columns)):
                return True
        return False

    return leaves


def functions(world: World) -> dict[str, Function]:
    """Every function, with the text of all that it calls, however far away."""
    own: dict[str, list[dict[str, Any]]] = {}
    for row in world.rows(QUERIES["functions"]):
        own.setdefault(row["name"], []).append(row)
    calls = {
        name: {c for row in rows for c in _CALL.findall(row["text"])} & set(own) - {name}
        for name, rows in own.items()
    }
    return {
        name: Function(
            name,
            any(row["is_volatile"] for row in rows),
            any(row["is_called"] for row in rows),
            " ".join(row["answer"] for row in rows),
            "\n".join(row["text"] for each in _reached(name, calls) for row in own[each]),
        )
        for name, rows in own.items()
    }


def _reached(name: str, calls: dict[str, set[str]]) -> Iterator[str]:
    seen, waiting = {name}, [name]
    while waiting:
        each = waiting.pop()
        yield each
        new = calls[each] - seen
        seen |= new
        waiting += new


def unrecorded_tables(world: World) -> Iterator[str]:
    """Ways to change a table that nobody would hear of."""
    known = ways(world)
    excused = {(name, way) for name, row in EXCUSES["tables"].items() for way in row["ways"]}
    for (name, way), watched in known.items():
        if not watched and (name, way) not in excused:
            yield f"{way} of {name} is not recorded"
    for name, way in excused:
        if known.get((name, way), True):
            yield f"{way} of {name} needs no excuse"


def unrecorded_functions(world: World) -> Iterator[str]:
    """Functions of logins that write, and leave neither a line nor history."""
    leaves_trace = trace(world)
    for each in functions(world).values():
        if not each.is_called or not each.writes:
            continue
        leaves = leaves_trace(each)
        excused = each.name in EXCUSES["functions"]
        if not leaves and not excused:
            yield f"{each.name} writes {sorted(each.writes)} and leaves no trace"
        if leaves and excused:
            yield f"{each.name} needs no excuse"


def ciphertexts() -> list[str]:
    """The columns that hold somebody's data, encrypted."""
    return sorted(
        {
            column
            for (_, column), found in classification().columns.items()
            if found.name in ("personal", "secret") and found.protection == "encrypted"
        }
    )


def unrecorded_readers(world: World) -> Iterator[str]:
    """Functions of logins that hand out ciphertext, and do not say that somebody read it."""
    columns = re.compile(r"\b(" + "|".join(ciphertexts()) + r")\b")
    for each in functions(world).values():
        if not each.is_called or "bytea" not in each.answer or not columns.search(each.text):
            continue
        records = _RECORDS_READING.search(each.text)
        excused = each.name in EXCUSES["readers"]
        if not records and not excused:
            yield f"{each.name} hands out ciphertext and records no reading"
        if records and excused:
            yield f"{each.name} needs no excuse"


def readers(world: World) -> list[str]:
    """The functions that record a reading of personal data."""
    return [
        each.name
        for each in functions(world).values()
        if each.is_called and _RECORDS_READING.search(each.text)
    ]


def problems(world: World) -> list[str]:
    """All of it."""
    return [*unrecorded_tables(world), *unrecorded_functions(world), *unrecorded_readers(world)]


def without_reason() -> Iterable[str]:
    """Excuses that say nothing."""
    for kind, entries in EXCUSES.items():
        for name, entry in entries.items():
            why = entry["why"] if kind == "tables" else entry
            if len(why) < 10:
                yield f"{kind} {name}"
