"""What looks after the platform asks by the monitor's login, and works without the superuser's."""

from collections.abc import Iterator

import psycopg
import pytest

from financebuy.cluster.supervision.control import market_clock
from financebuy.cluster.supervision.readiness import beats
from financebuy.cluster.supervision.sealing import sealing
from tests.support.servers import Servers

pytestmark = pytest.mark.xdist_group("transport")


@pytest.fixture
def without_superuser(servers: Servers) -> Iterator[Servers]:
    """A platform whose processes have written something; the superuser's secret is away."""
    with psycopg.connect(servers.endpoints.admin_url) as admin:
        admin.execute(
            "insert into process_heartbeats (process, instance, pid, started_at, beat_at)"
            " values ('worker', gen_random_uuid(), 4711, now(), now() + interval '1 hour')"
        )
        admin.execute(
            "insert into market_clock (mode, phase, market_time, session_date, updated_at)"
            " values ('live', 'closed', now(), current_date, now()) on conflict do nothing"
        )
    secret = servers.endpoints.secrets.path("postgres")
    away = secret.rename(secret.with_suffix(".away"))
    yield servers
    away.rename(secret)


def test_state_is_asked_by_the_monitor(without_superuser: Servers) -> None:
    directory, endpoints = without_superuser.directory, without_superuser.endpoints
    assert beats("worker", endpoints)(4711)
    assert not beats("worker", endpoints)(4712)
    assert market_clock(directory) is not None
    found = sealing(directory)
    assert found is not None
    assert found.unsealed_rows > 0
