"""The files of the log are there before the turns: in these none is made."""

import psycopg

from financebuy.bench.server import fill_log
from financebuy.cluster.throwaway import throwaway_server

FILES = "select name from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'"
WRITE_ON = "select pg_logical_emit_message(false, 'test', 'x'), pg_switch_wal()"


def made_by_writing_on(connection: psycopg.Connection[tuple[str]], files: int) -> set[str]:
    """Which files are there, after so many were filled, that were not before."""
    before = set(connection.execute(FILES).fetchall())
    for _ in range(files):
        connection.execute(WRITE_ON)
    return {name for (name,) in set(connection.execute(FILES).fetchall()) - before}


def test_what_the_turns_fill_is_there() -> None:
    with (
        throwaway_server(settings={"min_wal_size": "512MB"}) as server,
        psycopg.connect(server.url, autocommit=True) as connection,
    ):
        assert made_by_writing_on(connection, 3), "a new server makes what it needs"
        fill_log(server.url, 3.0)
        assert not made_by_writing_on(connection, 8)
