"""The program: what it loads, how it starts, says how it is, and ends."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.api import Api, Customer, serve
from tests.support.databases import Database, clone

FOREIGN = ("pandas", "exchange_calendars", "financebuy.worker", "financebuy.market")


@pytest.fixture
def own(template: Database, tmp_path: Path) -> Iterator[Api]:
    """An API that a test may harm."""
    with clone(template) as database, serve(database, tmp_path / "data") as running:
        yield running


def test_it_loads_no_calendar_and_no_market() -> None:
    program = (
        "import sys, financebuy.api.__main__;"
        f"print([name for name in {FOREIGN!r} if name in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-P", "-c", program], check=True, capture_output=True, text=True
    )
    assert shown.stdout == "[]\n"


def test_without_a_platform_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "financebuy.api", "--data", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "no platform" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_is_wrong_ends_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "financebuy.api", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "FINANCEBUY_LOG_LEVEL": "loud"},
    )
    assert (done.returncode, "FINANCEBUY_LOG_LEVEL" in done.stderr) == (64, True)


def test_it_is_healthy_and_ready(api: Api) -> None:
    assert api.get("/healthz") == {"status": "ok"}
    assert api.get("/readyz") == {"status": "ok", "database": True, "schema_at_head": True}


def test_it_has_a_heartbeat(api: Api) -> None:
    deadline = time.monotonic() + 5
    query = (
        "select pid from process_heartbeats"
        " where process = 'api' and beat_at > now() - interval '5 s'"
    )
    while not (found := api.world.rows(query)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert found == [{"pid": api.process.pid}]


def logged(api: Api, request_id: str) -> list[dict[str, Any]]:
    """The lines about a request; its line is written once its answer is on the way."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        # The last line may be half written.
        complete = api.log.read_text().rpartition("\n")[0].splitlines()
        found = [line for line in map(json.loads, complete) if line.get("request_id") == request_id]
        if found:
            return found
        time.sleep(0.02)
    return []


def test_each_request_is_a_line_of_json(api: Api, customer: Customer) -> None:
    api.get("/v2/clock", customer.key, headers={"X-Request-ID": "look-for-me"})
    (line,) = logged(api, "look-for-me")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v2/clock", 200)
    assert line["key_id"] == customer.key.key_id


def test_another_schema_is_not_served(own: Api) -> None:
    own.world.admin.execute("update fb_private.alembic_version set version_num = '9999'")
    answer = own.call("GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": True, "schema_at_head": False}


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nX-Long: " + b"x" * 1_000_000,
        b"GET /healthz HTTP/1.1\r\n" + b"X-More: y\r\n" * 100_000,
        b"GET /" + b"x" * 1_000_000,
    ],
)
def test_a_head_that_does_not_end(api: Api, head: bytes) -> None:
    address = httpx.URL(api.url)
    with socket.create_connection((address.host, address.port or 0), timeout=10) as connection:
        # It hangs up while we are still talking.
        with contextlib.suppress(ConnectionError):
            connection.sendall(head)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while received := connection.recv(4096):
                answer += received
    assert answer[:12] in {b"HTTP/1.1 400", b""}
    assert api.get("/healthz") == {"status": "ok"}


def test_a_long_head_that_ends(api: Api) -> None:
    for _ in range(3):
        api.get("/healthz", headers={f"X-{n}": "x" * 1000 for n in range(40)})


def test_a_bug_says_nothing_of_the_inside(own: Api) -> None:
    customer = own.customer()
    own.world.admin.execute("alter table transfers rename column reason to gone")
    path = f"/v1/accounts/{customer.account_id}/transfers"
    answer = own.call("GET", path, customer.key, headers={"X-Request-ID": "broken"})
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == "broken"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["message"]) == (50010000, "something went wrong")
    assert "reason" not in answer.text
    # The next request is served as ever.
    assert own.get("/v2/account", customer.key)["cash"] == "100000.00"
    lines = [json.loads(line) for line in own.log.read_text().splitlines()]
    assert any("UndefinedColumn" in line.get("traceback", "") for line in lines)


@contextmanager
def away(database: Database) -> Iterator[None]:
    """The database takes no connection, and has cut those that there were."""
    name = database.name
    with psycopg.connect(database.server.url, autocommit=True) as admin:
        admin.execute(f'alter database "{name}" allow_connections false'.encode())
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,)
        )
        try:
            yield
        finally:
            admin.execute(f'alter database "{name}" allow_connections true'.encode())


def test_a_database_that_is_away(own: Api) -> None:
    own.world.open_market()
    customer = own.customer()
    assert own.get("/v2/clock", customer.key)
    with away(own.world.database):
        ready = own.call("GET", "/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, False)
        assert own.call("GET", "/healthz").status_code == 200
        read = own.call("GET", "/v2/clock", customer.key)
        assert (read.status_code, read.json()["code"]) == (503, 50310000)
        assert read.headers["Retry-After"] == "1"
    deadline = time.monotonic() + 10
    while own.call("GET", "/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert own.get("/v2/clock", customer.key)


def test_an_account_that_stays_busy(api: Api, customer: Customer) -> None:
    """Nothing was written, and the answer says so; nobody who waits holds up the others."""
    path = f"/v1/accounts/{customer.account_id}/transfers"
    body = {"amount": "1", "direction": "INCOMING"}
    other = api.customer()
    with psycopg.connect(api.world.database.admin_url) as blocker:
        blocker.execute(
            "select 1 from accounts where account_id = %s for update", (customer.account_id,)
        )
        with httpx.Client(base_url=api.url, timeout=40, headers=customer.key.headers) as patient:
            began = time.monotonic()
            answers: list[httpx.Response] = []
            waiting = threading.Thread(target=lambda: answers.append(patient.post(path, json=body)))
            waiting.start()
            free = f"/v1/accounts/{other.account_id}/transfers"
            assert api.post(free, other.key, body).status_code == 200
            assert time.monotonic() - began < 10
            waiting.join()
    (busy,) = answers
    assert (busy.status_code, busy.json()["code"]) == (503, 50310000)
    assert busy.headers["Retry-After"] == "1"
    assert api.get("/v2/account", customer.key)["cash"] == "100000.00"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_cleanly(own: Api, number: signal.Signals) -> None:
    # A client that keeps its connection does not keep the process.
    assert own.call("GET", "/healthz").status_code == 200
    began = time.monotonic()
    own.process.send_signal(number)
    assert own.process.wait(10) == 0
    assert time.monotonic() - began < 5
    assert '"level": "error"' not in own.log.read_text()


def test_a_request_under_way_is_finished(own: Api) -> None:
    customer = own.customer()
    path = f"/v1/accounts/{customer.account_id}/transfers"
    body = {"amount": "1", "direction": "INCOMING"}
    assert own.get("/v2/account", customer.key)["cash"] == "100000.00"
    answers: list[httpx.Response] = []
    with psycopg.connect(own.world.database.admin_url) as blocker:
        blocker.execute(
            "select 1 from accounts where account_id = %s for update", (customer.account_id,)
        )
        asking = threading.Thread(target=lambda: answers.append(own.post(path, customer.key, body)))
        asking.start()
        time.sleep(0.5)
        own.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    asking.join()
    assert own.process.wait(10) == 0
    assert answers[0].status_code == 200
