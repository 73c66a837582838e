"""pgbench from the wheel, on a real server."""

import pytest

from financebuy.bench.pgbench import run_pgbench
from financebuy.cluster.errors import ServerFailedError
from financebuy.cluster.throwaway import ThrowawayServer


def test_it_measures_a_script(server: ThrowawayServer) -> None:
    sample = run_pgbench(server.url, "select pg_sleep(0.01);", clients=2, seconds=1)
    # Two clients that sleep ten milliseconds each time.
    assert 20 < sample.per_second < 200
    assert 10 <= sample.p50 <= sample.p99


def test_a_script_that_fails_is_an_error_and_no_figure(server: ThrowawayServer) -> None:
    with pytest.raises(ServerFailedError, match="division by zero"):
        run_pgbench(server.url, "select 1 / 0;", clients=1, seconds=1)
