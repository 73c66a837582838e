"""The embedded servers under a supervisor: who may connect, who they run as, what survives."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import valkey

from financebuy.cluster import accounts
from financebuy.cluster.errors import ClusterError, MigrationDeclinedError
from financebuy.cluster.supervision import databases, orphans
from financebuy.errors import SchemaError
from tests.support.servers import Servers

pytestmark = pytest.mark.embedded
HANG_SECONDS = 100.0


class Unwilling:
    """A user who answers every question with no."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, question: str) -> bool:
        self.asked.append(question)
        return False


@pytest.fixture
def servers(data_dir: Path) -> Iterator[Servers]:
    running = Servers(data_dir)
    try:
        yield running.start()
    finally:
        running.supervisor.stop()


def _one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_the_doors_of_postgresql(servers: Servers) -> None:
    by_socket = servers.endpoints.database_url("app_user")
    by_network = servers.endpoints.network_url("app_user")
    in_tls = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
    assert _one(by_socket, "select current_user") == "app_user"
    assert _one(by_network, in_tls) is True
    assert _one(by_socket, "show data_checksums") == "on"
    admin = servers.endpoints.admin_url
    assert _one(admin, "show shared_preload_libraries") == "pg_stat_statements"

    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(by_network, sslmode="disable")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(by_network, password="wrong")
    superuser = servers.endpoints.secrets.read("postgres")
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        psycopg.connect(by_network, user="postgres", password=superuser)
    assert _one(admin, "select current_user") == "postgres"


def test_the_doors_of_the_cache(servers: Servers) -> None:
    socket = servers.endpoints.state.cache_socket
    with pytest.raises(valkey.ValkeyError):
        valkey.Valkey(unix_socket_path=socket).ping()
    with valkey.Valkey.from_url(servers.endpoints.cache_url) as client:
        client.set("price", "1.23")
        assert client.get("price") == b"1.23"
        with pytest.raises(valkey.ResponseError, match="no permissions"):
            client.config_get("dir")
        with pytest.raises(valkey.ResponseError, match="no permissions"):
            client.flushall()


def test_nothing_runs_as_root_and_secrets_are_private(servers: Servers) -> None:
    account = accounts.for_servers()
    for name in ("postgres", "valkey"):
        assert psutil.Process(servers.pid(name)).uids().real == account.uid != 0
    for secret in servers.directory.secrets.iterdir():
        assert secret.stat().st_mode & 0o077 == 0
        assert secret.stat().st_uid == account.uid
    environment = psutil.Process(servers.pid("postgres")).environ()
    assert not {name for name in environment if name.startswith("FINANCEBUY")}


def test_killed_servers_come_back_with_what_was_committed(servers: Servers) -> None:
    admin = servers.endpoints.admin_url
    with psycopg.connect(admin) as connection:
        connection.execute("create table kept as select 42 as answer")
    with valkey.Valkey.from_url(servers.endpoints.cache_url) as client:
        client.set("kept", "42")
        # `everysec`: what was set a second ago survives.
        time.sleep(1.2)
    killed = [servers.pid(name) for name in ("postgres", "valkey")]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    services = servers.supervisor.services
    deadline = time.monotonic() + HANG_SECONDS
    while any(each.state != "ready" or not each.record().restarts for each in services):
        assert time.monotonic() < deadline, servers.told
        for each in services:
            each.tick(time.time())
        time.sleep(0.02)

    assert _one(admin, "select answer from kept") == 42
    with valkey.Valkey.from_url(servers.endpoints.cache_url) as client:
        assert client.get("kept") == b"42"
    assert {servers.pid(name) for name in ("postgres", "valkey")}.isdisjoint(killed)


def test_a_newer_schema_is_refused_without_a_question(servers: Servers) -> None:
    with psycopg.connect(servers.endpoints.admin_url) as connection:
        connection.execute("update fb_private.alembic_version set version_num = '9999'")
    user = Unwilling()
    with pytest.raises(SchemaError, match="9999"):
        databases.migrate_after_asking(servers.endpoints, user.ask)
    assert user.asked == []


def test_an_older_schema_is_left_alone_unless_the_user_agrees(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The newest is there, so the next one is imagined.
    newest = databases.HEAD
    monkeypatch.setattr(databases, "HEAD", "9999")
    user = Unwilling()
    with pytest.raises(MigrationDeclinedError):
        databases.migrate_after_asking(servers.endpoints, user.ask)
    assert "older" in user.asked[0]
    assert databases.migrate_after_asking(servers.endpoints, lambda _: True) == (
        f"migrated from {newest}"
    )


def test_keys_that_fit_the_data_are_not_made_up(servers: Servers) -> None:
    secrets = servers.endpoints.secrets
    secrets.require_keys()
    secrets.path("kek").unlink()
    with pytest.raises(ClusterError, match="kek"):
        secrets.require_keys()


def test_what_a_killed_supervisor_left_is_found_and_stopped(data_dir: Path) -> None:
    forgotten = Servers(data_dir).start()
    assert {each.name for each in orphans.find(forgotten.directory)} == {"postgres", "valkey"}
    assert sorted(orphans.stop(forgotten.directory)) == ["postgres", "valkey"]
    assert orphans.find(forgotten.directory) == []
    assert not any(each.is_alive() for each in forgotten.supervisor.services)


def test_lock_files_of_a_stranger_do_not_stop_the_start(servers: Servers) -> None:
    # PostgreSQL forgives its own ancestors and other users' processes, so it must be neither.
    stranger = subprocess.Popen(["sleep", "600"], **accounts.for_servers().switch)
    try:
        _up_again_after_lock_files_of(stranger.pid, servers)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_lock_files_of_a_killed_server_that_nobody_collected_do_not_stop_the_start(
    servers: Servers,
) -> None:
    killed = subprocess.Popen(["sleep", "600"], **accounts.for_servers().switch)
    killed.kill()
    while psutil.Process(killed.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    try:
        _up_again_after_lock_files_of(killed.pid, servers)
        assert psutil.Process(killed.pid).status() == psutil.STATUS_ZOMBIE
    finally:
        killed.wait()


def _up_again_after_lock_files_of(pid: int, servers: Servers) -> None:
    """As if a postmaster of this pid had been killed; the port is the same one again."""
    port = servers.endpoints.state.database.port
    of_data = servers.directory.postgres / "postmaster.pid"
    of_socket = servers.directory.sockets / f".s.PGSQL.{port}.lock"

    def leave_and_clear() -> None:
        rest = f"{servers.directory.postgres}\n1\n{port}\n\nlocalhost\n1 1\n"
        for path in (of_data, of_socket):
            path.write_text(f"{pid}\n{rest}")
            shutil.chown(path, accounts.for_servers().uid)
        orphans.stop(servers.directory)

    servers.up_again(leave_and_clear)
    assert _one(servers.endpoints.admin_url, "select 1") == 1
    assert of_socket.read_text().partition("\n")[0] == str(servers.pid("postgres"))


@pytest.mark.parametrize("name", ["long-" * 20, """it's "odd", \\ 100%"""])
def test_any_path_works(data_dir: Path, name: str) -> None:
    running = Servers(data_dir / name)
    try:
        running.start()
        assert _one(running.endpoints.database_url("app_user"), "select 1") == 1
        assert _one(running.endpoints.network_url("app_user"), "select 1") == 1
        with valkey.Valkey.from_url(running.endpoints.cache_url) as client:
            assert client.ping()
    finally:
        running.supervisor.stop()
        running.directory.sockets.rmdir()
