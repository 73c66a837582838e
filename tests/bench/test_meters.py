"""What a server spends, read on a real one; and pgbench's begin, when all its clients are there."""

import psycopg
import pytest

from financebuy.bench.meters import Reading, meter, server_cpu_seconds
from financebuy.bench.pgbench import run_pgbench
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.throwaway import ThrowawayServer

BURN = "select count(*) from generate_series(1, 3000000)"


def test_a_process_that_has_ended_is_still_counted(server: ThrowawayServer) -> None:
    before = server_cpu_seconds(server.pid)
    with psycopg.connect(server.url) as connection:
        connection.execute(BURN)
        during = server_cpu_seconds(server.pid)
    after = server_cpu_seconds(server.pid)
    assert during - before > 0.05
    # The kernel rounds each time to ten milliseconds.
    assert after > during - 0.05


def test_what_is_written_is_counted(server: ThrowawayServer) -> None:
    read = meter(server.pid, server.url)
    with psycopg.connect(server.url, autocommit=True) as connection:
        before = read()
        connection.execute("select pg_logical_emit_message(true, 'test', repeat('x', 100000))")
        after = read()
    # Whatever else the server writes by itself in that moment, it is not as much again.
    assert 100_000 < after.wal_bytes - before.wal_bytes < 1_000_000
    assert isinstance(after, Reading)


def test_pgbench_begins_when_its_clients_are_there(server: ThrowawayServer) -> None:
    asked: list[bool] = []
    begun: list[int] = []

    def ready() -> bool:
        asked.append(True)
        return len(asked) > 2

    sample = run_pgbench(
        server.url, "select pg_sleep(0.01);", clients=1, seconds=1,
        begin=lambda: begun.append(len(asked)), ready=ready,
    )  # fmt: skip
    assert begun == [3, 3]
    # A second of naps of 10 ms: had it not been told to end, it would be two minutes.
    assert 10 < sample.count <= 110


def test_pgbench_whose_clients_were_never_seen_is_no_figure(server: ThrowawayServer) -> None:
    with pytest.raises(ServerFailedError, match="clients do not get ready"):
        run_pgbench(
            server.url, "select 1;", clients=1, seconds=1,
            begin=lambda: None, ready=lambda: False, patience=0.5,
        )  # fmt: skip
