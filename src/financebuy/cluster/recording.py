"""Recording in the audit log what an operator does at the console, beside the use cases."""

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg.types.json import Jsonb

from financebuy.cluster.endpoints import Endpoints
from financebuy.sql import load

_CONNECT_SECONDS = 2


def origin() -> str:
    """Where it comes from: the command line, and which account of this machine."""
    return f"cli {getpass.getuser()}"


@contextmanager
def recorded(connection: "psycopg.Connection[object]") -> Iterator[None]:
    """A transaction whose audit lines name the platform's own hand; begins as its owner."""
    with connection.transaction():
        connection.execute(load("cluster").become_recorder.encode())
        connection.execute(load("cluster").act_as_platform, {"origin": origin()})
        yield


def record(
    connection: "psycopg.Connection[object]", action: str, what: str, record_id: str,
    details: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Write a line about `what` in the transaction of `recorded`."""
    shown = None if details is None else Jsonb(dict(details))
    values = {"action": action, "what": what, "record_id": record_id, "details": shown}
    connection.execute(load("cluster").record, values)


def record_if_reachable(
    endpoints: Endpoints, action: str, what: str, record_id: str,
    details: Mapping[str, object] | None = None,
) -> bool:  # fmt: skip
    """Record what was done outside of the database; returns whether it could be reached."""
    try:
        with (
            psycopg.connect(
                endpoints.admin_url, autocommit=True, connect_timeout=_CONNECT_SECONDS
            ) as connection,
            recorded(connection),
        ):
            record(connection, action, what, record_id, details)
    except psycopg.Error:
        return False
    return True
