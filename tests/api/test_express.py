"""Orders that go past FastAPI: the same answers as those that it gives, and nobody let in more."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from financebuy.api.app import EXPRESS, routes, serving
from financebuy.api.express import Express
from financebuy.api.health import router as health
from financebuy.api.openapi import required_scopes
from financebuy.api.requests import Requests
from financebuy.api.trading import orders as trading
from financebuy.api.trading.order_views import OrderView, shown
from financebuy.bootstrap import API_ROLES, Connections, open_platform
from financebuy.services.orders import Order
from financebuy.settings import Settings
from tests.support.api import Api, Customer, Key, serve
from tests.support.databases import Database, clone

KEY = "Idempotency-Key"
ORDER = {
    "symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "limit_price": "99.50",
    "time_in_force": "day",
}  # fmt: skip


@pytest.fixture
def own(template: Database, tmp_path: Path) -> Iterator[Api]:
    """An API that a test may harm."""
    with clone(template) as database, serve(database, tmp_path / "data") as running:
        running.world.open_market()
        running.world.security("AAPL", 100)
        yield running


def test_each_has_a_route_that_needs_a_scope() -> None:
    by_name = {
        (method, route.path): route
        for route in routes().routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert EXPRESS
    for name in EXPRESS:
        assert required_scopes(by_name[name]) == ("trade",)


def test_a_route_that_lets_everybody_in_is_refused() -> None:
    app = FastAPI()
    app.router.routes.extend(health.routes)
    with pytest.raises(TypeError, match="lets everybody in"):
        Express(app, {("GET", "/healthz"): trading.place_at_once})


def order(**changes: Any) -> Order:
    at = datetime(2012, 6, 1, 13, 30, 0, 120, UTC)
    values: dict[str, Any] = {
        "order_id": UUID(int=1), "account_id": UUID(int=2), "security_id": UUID(int=3),
        "symbol": "AAPL", "currency": "USD", "client_order_id": 'a "name"/é', "side": "buy",
        "order_type": "limit", "time_in_force": "day", "quantity": Decimal("10.500000000"),
        "notional": None, "limit_price": Decimal("99.5"), "stop_price": None,
        "extended_hours": False, "hold_price": Decimal(100), "held": Decimal(1000),
        "status": "new", "filled_quantity": Decimal(0), "filled_gross": Decimal(0),
        "filled_amount": Decimal(0), "fees": Decimal(0), "reject_reason": None, "venue": None,
        "venue_order_id": None, "replaces": None, "replaced_by": None,
        "carried_quantity": Decimal(0), "carried_gross": Decimal(0), "triggered_at": None,
        "lot_method": None, "expires_on": date(2012, 6, 1), "effective_at": at,
        "placed_at": at.replace(microsecond=0), "updated_at": at, "terminal_at": None,
        "event_seq": 1,
    }  # fmt: skip
    return Order(**{**values, **changes})


ENDED = datetime(2012, 6, 1, 9, 30, tzinfo=timezone(timedelta(hours=-4)))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"notional": Decimal("1E+3"), "quantity": None, "limit_price": None},
        {"filled_quantity": Decimal(3), "filled_gross": Decimal(100), "carried_gross": Decimal(1)},
        {"replaces": UUID(int=8), "replaced_by": UUID(int=9), "lot_method": "lifo"},
        *(
            {"status": status, "terminal_at": ENDED}
            for status in ("filled", "expired", "canceled", "rejected", "replaced")
        ),
    ],
)
def test_what_is_written_is_what_its_model_says(changes: Mapping[str, Any]) -> None:
    """Read by the model and written by it again, each field is as it was."""
    written = msgspec.json.encode(shown(order(**changes)))
    read = json.loads(written)
    assert list(read) == list(OrderView.model_fields)
    assert json.loads(OrderView.model_validate_json(written).model_dump_json()) == read


def test_an_ended_order_says_when_in_utc() -> None:
    read = json.loads(msgspec.json.encode(shown(order(status="filled", terminal_at=ENDED))))
    assert (read["filled_at"], read["canceled_at"]) == ("2012-06-01T13:30:00Z", None)
    assert read["created_at"] == "2012-06-01T13:30:00Z"
    assert read["updated_at"] == "2012-06-01T13:30:00.000120Z"


def test_it_is_the_order_that_is_read_later(api: Api, customer: Customer) -> None:
    placed = api.post("/v2/orders", customer.key, ORDER)
    assert placed.status_code == 200, placed.text
    read = api.get(f"/v2/orders/{placed.json()['id']}", customer.key)
    assert read == placed.json()


Send = Callable[..., Awaitable[httpx.Response]]


def both(api: Api, work: Callable[[Send, Send], Awaitable[None]]) -> None:
    """Do `work` with what sends an order past FastAPI, and with what sends it through it."""
    database = api.world.database
    connections = Connections(
        urls={role: database.url(role) for role in database.passwords},
        identity_key=database.identity_key,
        personal_keys={1: secrets.token_bytes(32)},
        blind_index_key=secrets.token_bytes(32),
    )
    app = routes()
    settings = Settings.read({}, Path("unused"))

    async def run() -> None:
        async with (
            serving(app, lambda: open_platform(settings, API_ROLES, connections)),
            client(Express(app, EXPRESS)) as past,
            client(app) as through,
        ):
            await work(partial(past.post, "/v2/orders"), partial(through.post, "/v2/orders"))

    asyncio.run(run())


def client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(Requests(app)), base_url="http://here")


def wrong(customer: Customer, reader: Key) -> dict[str, tuple[int, dict[str, Any]]]:
    """What can be wrong with an order, and how that is answered."""
    good, json_type = customer.key.headers, {"content-type": "application/json"}
    as_json = {**good, **json_type}
    return {
        "no key": (401, {"json": ORDER}),
        "a key without the scope": (403, {"headers": reader.headers, "json": ORDER}),
        "no body": (422, {"headers": good}),
        "no JSON": (400, {"headers": as_json, "content": b"{"}),
        "another kind": (415, {"headers": {**good, "content-type": "text/plain"}, "content": b"x"}),
        "too large": (413, {"headers": as_json, "content": b" " * 70_000}),
        "a list": (422, {"headers": good, "json": [ORDER]}),
        "a number": (422, {"headers": as_json, "content": b"7"}),
        "nothing but a symbol": (422, {"headers": good, "json": {"symbol": "AAPL"}}),
        "no such side": (422, {"headers": good, "json": {**ORDER, "side": "hold"}}),
        "no amount": (422, {"headers": good, "json": {**ORDER, "qty": "NaN"}}),
        "not offered": (422, {"headers": good, "json": {**ORDER, "trail_price": "1"}}),
        "no such symbol": (404, {"headers": good, "json": {**ORDER, "symbol": "NOSUCH"}}),
        "too dear": (403, {"headers": good, "json": {**ORDER, "qty": "1000000"}}),
        "a key with a space": (422, {"headers": {**good, KEY: "a b"}, "json": ORDER}),
        "a long key": (422, {"headers": {**good, KEY: "x" * 256}, "json": ORDER}),
    }


def test_what_is_wrong_is_answered_alike(
    api: Api, customer: Customer, subtests: pytest.Subtests
) -> None:
    reader = api.make_key(customer.user, "read", account_id=customer.account_id)
    same = {"x-request-id": "the-request"}

    async def work(past: Send, through: Send) -> None:
        for what, (status, options) in wrong(customer, reader).items():
            options["headers"] = {**options.get("headers", {}), **same}
            one, other = await past(**options), await through(**options)
            with subtests.test(what):
                assert (one.status_code, one.text) == (status, other.text)
                assert one.headers == other.headers

    both(api, work)


def test_a_repeat_is_answered_alike(api: Api, customer: Customer) -> None:
    """Whichever way an order came first, it is placed once, and told in the same bytes."""

    async def work(past: Send, through: Send) -> None:
        for first, second in ((past, through), (through, past)):
            headers = {**customer.key.headers, KEY: str(uuid4())}
            placed = await first(headers=headers, json=ORDER)
            again = await second(headers=headers, json=ORDER)
            assert (placed.status_code, again.content) == (200, placed.content)
            assert again.headers["Idempotent-Replayed"] == "true"
            assert "Idempotent-Replayed" not in placed.headers

    both(api, work)
    assert len(api.get("/v2/orders", customer.key)) == 2


def test_a_bug_is_answered_as_one(own: Api) -> None:
    customer = own.customer()
    own.world.admin.execute("alter function fb.place_order rename to gone")
    answer = own.post("/v2/orders", customer.key, ORDER, headers={"X-Request-ID": "broken"})
    assert (answer.status_code, answer.json()["code"]) == (500, 50010000)
    assert "gone" not in answer.text
    lines = [json.loads(line) for line in own.log.read_text().splitlines()]
    assert any("UndefinedFunction" in line.get("traceback", "") for line in lines)
