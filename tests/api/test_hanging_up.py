"""A client that hangs up: its command gives up its place while it waits, and is never written."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest

from financebuy.bench.http_driving import request
from tests.support.api import Api, Customer, serve
from tests.support.databases import Database
from tests.support.silence import silent

CASH = "select balance from accounts where account_id = %s"
PATIENCE_SECONDS = 40
MOST_SECONDS = 20
ORDER = {
    "symbol": "AAPL",
    "qty": "1",
    "side": "buy",
    "type": "limit",
    "limit_price": "1",
    "time_in_force": "gtc",
}


@pytest.fixture
def narrow(database: Database, tmp_path: Path) -> Iterator[Api]:
    """One command is written, and one may wait."""
    settings = {
        "FINANCEBUY_COMMAND_QUEUE": "1",
        "FINANCEBUY_COMMAND_WRITERS": "1",
        "FINANCEBUY_COMMAND_SECONDS": str(PATIENCE_SECONDS),
    }
    with serve(database, tmp_path / "data", settings=settings) as running:
        yield running


@pytest.fixture
def slow(database: Database, tmp_path: Path) -> Iterator[Api]:
    """One command is written at a time, and the others wait."""
    settings = {"FINANCEBUY_COMMAND_WRITERS": "1"}
    with serve(database, tmp_path / "data", settings=settings) as running:
        running.world.open_market()
        running.world.security("AAPL", 100)
        yield running


def body(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "direction": "INCOMING"}


def ask(api: Api, customer: Customer, amount: int) -> socket.socket:
    """Ask to pay in, and leave the line open."""
    path = f"/v1/accounts/{customer.account_id}/transfers"
    return send(api, customer, "POST", path, msgspec.json.encode(body(amount)))


def send(
    api: Api, customer: Customer, method: str, path: str, content: bytes = b""
) -> socket.socket:
    place = httpx.URL(api.url)
    headers = {**customer.key.headers, "Idempotency-Key": str(uuid4())}
    line = socket.create_connection((place.host, place.port))
    line.sendall(request(method, path, list(headers.items()), content))
    return line


def waits(line: socket.socket) -> bool:
    """Whether there is no answer yet; one that there is refuses for now."""
    line.settimeout(1)
    try:
        answer = line.recv(100)
    except TimeoutError:
        return True
    assert answer.startswith(b"HTTP/1.1 503"), answer
    line.close()
    return False


def one_that_waits(api: Api, customer: Customer, amount: int) -> socket.socket:
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline:
        line = ask(api, customer, amount)
        if waits(line):
            return line
        time.sleep(0.05)
    raise AssertionError("there is no place")


def test_its_place_is_free_and_nothing_of_it_is_written(narrow: Api) -> None:
    customer = narrow.customer()
    path = f"/v1/accounts/{customer.account_id}/transfers"

    def pay_in(amount: int) -> int:
        headers = {**customer.key.headers, "Idempotency-Key": str(uuid4())}
        with httpx.Client(base_url=narrow.url, timeout=PATIENCE_SECONDS) as client:
            return client.post(path, headers=headers, json=body(amount)).status_code

    assert pay_in(1) == 200
    with ThreadPoolExecutor(1) as threads:
        with silent(narrow.world, "fb_bank"):
            written = threads.submit(pay_in, 20)
            time.sleep(1)
            gone = one_that_waits(narrow, customer, 300)
            assert not waits(ask(narrow, customer, 4_000)), "its place is taken"
            gone.close()
            stays = one_that_waits(narrow, customer, 50_000)
        assert written.result() == 200
        stays.settimeout(PATIENCE_SECONDS)
        assert stays.recv(100).startswith(b"HTTP/1.1 200")
        stays.close()
    assert narrow.world.value(CASH, customer.account_id) == 100_000 + 50_021
    assert narrow.world.check_books() == {}


def test_every_order_is_canceled_also_for_one_who_hangs_up(slow: Api) -> None:
    busy, customer = slow.customer(), slow.customer()
    held, *orders = [
        slow.post("/v2/orders", each.key, ORDER).json()["id"] for each in (busy, *[customer] * 3)
    ]
    blocker = slow.world.connect(slow.world.database.admin_url)
    with ThreadPoolExecutor(1) as threads:
        with blocker.transaction():
            lock = "select 1 from accounts where account_id = %s for update"
            blocker.execute(lock, (busy.account_id,))
            first = threads.submit(slow.call, "DELETE", f"/v2/orders/{held}", busy.key)
            time.sleep(0.3)
            gone = send(slow, customer, "DELETE", "/v2/orders")
            time.sleep(0.3)
            gone.close()
            time.sleep(0.3)
        assert first.result().status_code == 204
    deadline = time.monotonic() + MOST_SECONDS
    while {state(slow, each) for each in orders} != {"pending_cancel"}:
        assert time.monotonic() < deadline, {each: state(slow, each) for each in orders}
        time.sleep(0.05)
    again = slow.call("DELETE", "/v2/orders", customer.key)
    assert (again.status_code, again.json()) == (207, [])


def state(api: Api, order: str) -> str:
    return str(api.world.value("select status from orders where order_id = %s", order))


def test_what_is_being_written_is_written(narrow: Api) -> None:
    customer = narrow.customer()
    first = ask(narrow, customer, 1)
    first.settimeout(PATIENCE_SECONDS)
    assert first.recv(100).startswith(b"HTTP/1.1 200")
    with silent(narrow.world, "fb_bank"):
        gone = one_that_waits(narrow, customer, 20)
        time.sleep(0.5)
        gone.close()
        time.sleep(0.5)
    deadline = time.monotonic() + MOST_SECONDS
    while narrow.world.value(CASH, customer.account_id) != 100_021:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first.close()
