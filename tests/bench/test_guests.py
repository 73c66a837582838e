"""A turn is over when its sessions have gone, not when their client has."""

import threading
import time

import psycopg

from financebuy.bench.guests import guests, sessions
from financebuy.cluster.throwaway import ThrowawayServer


def test_sessions_are_a_server_s_clients_alone(server: ThrowawayServer) -> None:
    before = sessions(server.pid)
    with psycopg.connect(server.url) as connection:
        assert sessions(server.pid) - before == {connection.info.backend_pid}


def test_who_came_is_waited_for_and_who_was_there_is_not(server: ThrowawayServer) -> None:
    with psycopg.connect(server.url) as old:
        with guests(server.pid):
            new = psycopg.connect(server.url)
            pid = new.info.backend_pid

            def leave() -> None:
                time.sleep(0.3)
                new.close()

            leaving = threading.Thread(target=leave)
            leaving.start()
            assert pid in sessions(server.pid)
        assert pid not in sessions(server.pid)
        assert old.info.backend_pid in sessions(server.pid)
        leaving.join()
