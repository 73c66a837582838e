"""The server that tests and drills start for themselves."""

from pathlib import Path

import psycopg
import pytest

from financebuy.cluster.binaries import Programs
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.throwaway import ThrowawayServer, throwaway_server


def _value(server: ThrowawayServer, name: str) -> str:
    with psycopg.connect(server.url) as connection:
        row = connection.execute("select current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_it_has_checksums_and_takes_settings(programs: Programs | None) -> None:
    with throwaway_server(programs=programs, settings={"work_mem": "7MB"}) as server:
        assert _value(server, "data_checksums") == "on"
        assert _value(server, "fsync") == "off"
        assert _value(server, "work_mem") == "7MB"


def test_a_wrong_password_is_refused(programs: Programs | None) -> None:
    with throwaway_server(programs=programs) as server:
        wrong = server.url_for("postgres", "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_after_kill_9_it_starts_again_with_what_was_committed(programs: Programs | None) -> None:
    with throwaway_server(programs=programs, fsync=True) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("create table kept as select 42 as answer")
        server.kill()
        with pytest.raises(ServerFailedError):
            _ = server.pid
        server.start()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select answer from kept").fetchone() == (42,)


def test_it_leaves_nothing_behind(programs: Programs | None) -> None:
    with throwaway_server(programs=programs) as server:
        directory = Path(server.socket_dir)
        pid = server.pid
    assert not directory.exists()
    assert not Path(f"/proc/{pid}").exists()


def test_a_server_that_cannot_start_says_why(programs: Programs | None) -> None:
    with (
        pytest.raises(ServerFailedError, match="no_such_setting"),
        throwaway_server(programs=programs, settings={"no_such_setting": "1"}),
    ):
        pass
