"""The comment that a file of SQL begins with: what the query is about, then fields of it.

```
-- No table is unlogged: a crash would empty it.
-- severity: high
-- fix: alter table {relation} set logged;
--   A line that is indented goes on with the field above.
```
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

_FIELD = re.compile(r"(severity|reference|needs|fix): (.+)")


@dataclass(frozen=True, slots=True)
class Header:
    """`title` says what holds or what the file is for; `fields` are the named lines after it."""

    title: str
    fields: dict[str, str] = field(default_factory=dict)


def header(query: str) -> Header:
    """Read the comment at the top of `query`."""
    title: list[str] = []
    fields: dict[str, list[str]] = {}
    parts = title
    for line in _comment(query):
        found = _FIELD.fullmatch(line)
        if found:
            parts = fields.setdefault(found[1], [])
        parts.append(found[2] if found else line.strip())
    return Header(" ".join(title), {name: " ".join(lines) for name, lines in fields.items()})


def _comment(query: str) -> Iterator[str]:
    for line in takewhile(lambda line: line.startswith("--"), query.splitlines()):
        yield line.removeprefix("--").removeprefix(" ")
