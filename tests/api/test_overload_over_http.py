"""More requests than can be written: 503 with Retry-After, and nothing of them is there."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.support.api import Api, serve
from tests.support.databases import Database

AT_ONCE = 6
MOST_TAKEN = 2
"""One is being written, one waits."""


@pytest.fixture
def narrow(database: Database, tmp_path: Path) -> Iterator[Api]:
    with serve(database, tmp_path / "data", settings={"FINANCEBUY_COMMAND_QUEUE": "1"}) as running:
        yield running


def test_a_full_queue(narrow: Api) -> None:
    customer = narrow.customer()
    path = f"/v1/accounts/{customer.account_id}/transfers"
    keys = [str(uuid4()) for _ in range(AT_ONCE)]

    def pay_in(key: str) -> httpx.Response:
        with httpx.Client(base_url=narrow.url, timeout=60) as client:
            return client.post(
                path,
                headers={**customer.key.headers, "Idempotency-Key": key},
                json={"amount": "1", "direction": "INCOMING"},
            )

    with (
        ThreadPoolExecutor(AT_ONCE) as threads,
        psycopg.connect(narrow.world.database.admin_url) as blocker,
    ):
        blocker.execute(
            "select 1 from accounts where account_id = %s for update", (customer.account_id,)
        )
        asked = [threads.submit(pay_in, key) for key in keys]
        deadline = time.monotonic() + 10
        while sum(each.done() for each in asked) < AT_ONCE - MOST_TAKEN:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        # The others wait for the account, which is held still.
        refused = [key for key, each in zip(keys, asked, strict=True) if each.done()]
        blocker.rollback()
        answers = {key: each.result() for key, each in zip(keys, asked, strict=True)}

    assert AT_ONCE - MOST_TAKEN <= len(refused) < AT_ONCE
    for key in refused:
        answer = answers.pop(key)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["type"], problem["code"]) == ("urn:financebuy:problem:overloaded", 50310000)
    assert {answer.status_code for answer in answers.values()} == {200}
    cash = "select balance from accounts where account_id = %s"
    assert narrow.world.value(cash, customer.account_id) == 100_000 + len(answers)
    assert {pay_in(key).status_code for key in refused} == {200}
    assert narrow.world.value(cash, customer.account_id) == 100_000 + AT_ONCE
    assert narrow.world.check_books() == {}
    while "commands were refused" not in narrow.log.read_text():
        assert time.monotonic() < deadline + 60, "it is told twice a second"
        time.sleep(0.05)
