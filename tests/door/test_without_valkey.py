"""The cache is killed: signing in rests, money goes on."""

import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support import world as w
from tests.support.api import Api
from tests.support.people import Person
from tests.support.revoking import BAR, last_let_in, second_process
from tests.support.valkey import ValkeyServer

ORDER = {
    "symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "time_in_force": "gtc",
    "limit_price": "90",
}  # fmt: skip


@pytest.fixture
def killed(valkey: ValkeyServer, somebody: Person, api: Api) -> ValkeyServer:
    """Killed with `kill -9` while somebody is signed in."""
    assert somebody.call("GET", "/fb/v1/me").status_code == 200
    valkey.kill()
    return valkey


def test_signing_in_rests_and_money_goes_on(
    api: Api, somebody: Person, killed: ValkeyServer, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    customer = api.customer()
    for answer in (
        somebody.try_sign_in(),
        somebody.call("GET", "/fb/v1/me"),
        somebody.call("POST", "/fb/v1/auth/second-factor", {"ticket": "x" * 43, "code": "123456"}),
        somebody.call("POST", "/fb/v1/auth/passkey/options"),
    ):
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:financebuy:problem:sign_in_unavailable"
        assert "API keys go on working" in answer.json()["message"]
    # Keys are verified, orders placed, money moved, as if nothing had happened.
    assert api.call("GET", "/v2/account", customer.key).status_code == 200
    assert api.post("/v2/orders", customer.key, ORDER).status_code == 200
    path = f"/v1/accounts/{customer.account_id}/transfers"
    for direction in ("INCOMING", "OUTGOING"):
        body = {"amount": "10", "direction": direction}
        assert api.post(path, customer.key, body).status_code == 200
    # A key that ends now still ends within the second: no cache was asked before either.
    fresh = api.make_key(customer.user, "read")
    revoke = {"identity": api.world.broker, "key": str(uuid4()), "key_id": fresh.key_id}
    with second_process(api, tmp_path) as other:
        latest = last_let_in(
            (api.url, other), fresh.headers,
            lambda: api.world.accepted("revoke_api_key", w.COMMON | revoke),
        )  # fmt: skip
    tell(f"without Valkey, 2 processes: the last request that got in was sent {latest:.2f} s after")
    assert latest <= BAR
    assert api.world.check_books() == {}

    killed.start()
    deadline = time.monotonic() + 30
    while somebody.try_sign_in().status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert somebody.call("GET", "/fb/v1/me").status_code == 200
