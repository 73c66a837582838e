"""What is examined: a platform's data directory, and its database where that answers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.layout import DataDirectory
from financebuy.doctor.versions import VERSIONS, Version
from financebuy.settings import Settings

Connection = psycopg.Connection[DictRow]

_CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """One platform. `connection` is its administrator's, None where the database does not answer.

    `unreachable` says why there is none. Nothing here may be used to write.
    """

    endpoints: Endpoints
    settings: Settings
    connection: Connection | None = None
    unreachable: str = "the database was not asked"
    versions: Mapping[int, Version] = field(default_factory=lambda: VERSIONS)
    """Of PostgreSQL, by their major number."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def directory(self) -> DataDirectory:
        """The platform's files."""
        return self.endpoints.directory

    @property
    def is_embedded(self) -> bool:
        """Whether the database server is the platform's own, so that its files are here."""
        return self.endpoints.state.database.kind == "embedded"


@contextmanager
def open_subject(settings: Settings) -> Iterator[Subject]:
    """The platform of `settings.data_dir`, connected as its administrator where that is possible.

    Raises:
        NotRunningError: no platform was ever started there.
        ClusterError: its secrets are not for this user to read.
    """
    endpoints = Endpoints.read(settings.data_dir)
    options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "autocommit": True}
    try:
        connection = psycopg.connect(endpoints.admin_url, row_factory=dict_row, **options)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        yield Subject(endpoints, settings, None, f"the database does not answer: {reason}")
        return
    try:
        yield Subject(endpoints, settings, connection)
    finally:
        connection.close()
