"""What a command says when it is the world that failed: one line, with the right cause."""

import psycopg
import pytest
import sqlalchemy

from financebuy.cli import what_failed

AWAY = psycopg.OperationalError("server closed the connection unexpectedly\n\tmore")


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (AWAY, "away or hung up (server closed the connection unexpectedly); look before"),
        (psycopg.errors.AdminShutdown("terminating connection"), "away or hung up (terminating"),
        (psycopg.errors.ConnectionFailure("gone"), "away or hung up (gone)"),
        (sqlalchemy.exc.OperationalError("select 1", {}, AWAY), "away or hung up (server closed"),
        (psycopg.errors.InvalidPassword("no such password"), "the database refused: no such"),
        (psycopg.errors.DiskFull("no space left"), "the database refused: no space left"),
        (FileNotFoundError(2, "No such file", "/no/where"), "/no/where: No such file"),
        (FileNotFoundError(2, "No such file", b"/no/where"), "/no/where: No such file"),
    ],
)
def test_one_line_says_what_failed(error: Exception, says: str) -> None:
    told = what_failed(error)
    assert told is not None
    assert says in told
    assert "\n" not in told


@pytest.mark.parametrize(
    "error",
    [ValueError("ours"), OSError("no file"), OSError(9, "a descriptor", 7), psycopg.DataError("x")],
)
def test_what_is_a_fault_of_ours_is_none_of_the_world(error: Exception) -> None:
    assert what_failed(error) is None
