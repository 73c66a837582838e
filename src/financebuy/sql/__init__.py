"""The product: SQL in files. This module reads them and holds none.

A file of queries has blocks that begin with `-- name: some_name`; `load("orders").some_name` is the
text of one. Whatever else PostgreSQL runs (functions, policies, checks) is read whole by `text`.
"""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


class Queries:
    """The named queries of one feature, each an attribute."""

    def __init__(self, feature: str, queries: dict[str, str]) -> None:
        """Keep `queries` (name → SQL) of `feature`."""
        self._feature = feature
        self._queries = queries

    def __getattr__(self, name: str) -> str:
        """Return the SQL of query `name`.

        Raises:
            AttributeError: there is no such query.
        """
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(f"sql/{self._feature}/queries.sql has no query {name!r}") from None

    def names(self) -> list[str]:
        """Every query's name, sorted."""
        return sorted(self._queries)


@cache
def load(feature: str) -> Queries:
    """Read `sql/<feature>/queries.sql`."""
    parts = _NAME.split(text(f"{feature}/queries.sql"))
    return Queries(feature, {n: q.strip() for n, q in zip(parts[1::2], parts[2::2], strict=True)})


@cache
def text(path: str) -> str:
    """Read one SQL file, by its path below this package."""
    return files(__name__).joinpath(*path.split("/")).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """List the SQL files of a folder below this package, sorted, with their `.sql`."""
    return sorted(
        entry.name
        for entry in files(__name__).joinpath(folder).iterdir()
        if entry.name.endswith(".sql")
    )


def folders(folder: str) -> list[str]:
    """List the folders in a folder below this package, sorted."""
    below = files(__name__).joinpath(folder).iterdir()
    return sorted(entry.name for entry in below if entry.is_dir())
