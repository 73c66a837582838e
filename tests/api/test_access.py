"""Nobody reaches another's: every route of the document is asked for a stranger's ids."""

import inspect
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from financebuy.api.app import routes
from financebuy.api.auth import Needs
from financebuy.api.openapi import required_scopes
from tests.support import world as w
from tests.support.api import CUSTOMER, Api, Customer
from tests.support.world import MONDAY, action, bust, execution, shares

ROUTES = [route for route in routes().routes if isinstance(route, APIRoute)]
OPEN = {"/healthz", "/readyz"}
DOOR = {
    f"/fb/v1/auth/{name}"
    for name in ("sign-up", "sign-in", "second-factor", "passkey", "passkey/options", "sign-out")
}
"""Where people come in; `tests/door` and `tests/attack` say what else these refuse."""
# Names that are everybody's.
PUBLIC_NAMES = {"symbol", "symbol_or_asset_id", "action_id"}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/accounts/{account_id}/transfers"): {"amount": "1", "direction": "INCOMING"},
    ("POST", "/fb/v1/accounts/{account_id}/owners"): {
        "user_id": str(UUID(int=3)), "role": "viewer",
    },
    ("POST", "/fb/v1/accounts/{account_id}/fees"): {"amount": "1", "reason": "a letter"},
    ("POST", "/fb/v1/users/{user_id}/payment-methods"): {
        "kind": "iban", "number": "GB82WEST12345698765432",
    },
    ("POST", "/fb/v1/transfers"): {"target": "100000003", "amount": "1"},
    ("POST", "/fb/v1/conversions"): {
        "target": "100000003", "amount": "1", "rate_id": str(UUID(int=4)),
    },
    ("POST", "/fb/v1/orders"): {
        "symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day",
    },
    ("PATCH", "/v2/orders/{order_id}"): {"limit_price": "99"},
    ("PATCH", "/fb/v1/orders/{order_id}"): {"limit_price": "99"},
    ("PUT", "/fb/v1/orders/{order_id}/lots"): {"lot_method": "lifo"},
    ("PATCH", "/fb/v1/accounts/{account_id}/preferences"): {"lot_method": "lifo"},
}  # fmt: skip

# What a route must be told besides.
QUERIES = {
    "/fb/v1/statements": {"from": "2012-06-01", "to": "2012-07-01", "time": "effective"},
    "/fb/v1/users/{user_id}/documents": {"kind": "passport"},
}
NAMES_AN_ACCOUNT = {"/fb/v1/orders", "/fb/v1/transfers", "/fb/v1/conversions"}
"""In its body."""
ONES_OWN = {("DELETE", "/fb/v1/me/api-keys/{key_id}")}
"""A key may ask it of itself alone."""
NOBODYS = {"key_id": "FB" + "A" * 18}


def operations() -> Iterator[tuple[str, APIRoute]]:
    for route in ROUTES:
        for method in sorted(route.methods or ()):
            yield method, route


@pytest.fixture(scope="module")
def victim(api: Api) -> Customer:
    """Somebody who has one of everything."""
    victim = api.customer()
    order = {
        "symbol": "AAPL", "qty": 2, "side": "buy", "type": "limit", "time_in_force": "gtc",
        "limit_price": 100,
    }  # fmt: skip
    for _ in range(2):
        placed = api.post("/v2/orders", victim.key, order).json()
    fill = execution(UUID(placed["id"]), 1, 100)
    api.world.accepted("execution", fill)
    api.world.accepted("execution_busted", bust("nobody's trade"))
    api.world.accepted("add_payment_method", w.payment_method(victim.user))
    api.world.admin.execute(
        "insert into kyc_documents (document_id, user_id, kind, media_type, byte_count,"
        " content_ciphertext, generation, command_id, created_at) values (gen_random_uuid(), %s,"
        " 'passport', 'image/png', 1, 'x', 1, gen_random_uuid(), now())",
        (victim.user.user_id,),
    )
    return victim


def belongings(api: Api, victim: Customer) -> dict[str, str]:
    """What each parameter would have to be to reach the victim."""
    return {
        "account_id": str(victim.account_id),
        "order_id": api.get("/v2/orders", victim.key)[0]["id"],
        "user_id": str(victim.user.user_id),
        "key_id": victim.key.key_id,
        "credential_id": "AAAAAAAAAAAAAAAAAAAAAA",
        "client_order_id": api.get("/v2/orders", victim.key)[0]["client_order_id"],
        "exception_id": str(api.world.value("select max(exception_id::text) from exceptions")),
        "payment_method_id": str(
            api.world.value("select payment_method_id from payment_methods limit 1")
        ),
        "document_id": str(api.world.value("select document_id from kyc_documents limit 1")),
        # Operators' names; whoever is none does not get as far as to learn whether there is one.
        "approval_id": str(UUID(int=5)),
        "run_id": str(UUID(int=6)),
        "subject_id": str(victim.user.user_id),
        "row_id": str(victim.user.user_id),
        "request_id": "a-request",
    }


def everything(api: Api, victim: Customer) -> list[Any]:
    """All that could be seen or moved of the victim's."""
    return [
        api.get(path, victim.key)
        for path in (
            "/v2/account", "/v2/orders?status=all", "/v2/positions", "/fb/v1/ledger/entries",
            "/fb/v1/portfolio/lots", f"/v1/accounts/{victim.account_id}/transfers", "/fb/v1/me",
            f"/fb/v1/accounts/{victim.account_id}/preferences",
            f"/fb/v1/users/{victim.user.user_id}/payment-methods",
            f"/fb/v1/users/{victim.user.user_id}/documents",
        )
    ]  # fmt: skip


def names(route: APIRoute) -> set[str]:
    """The parameters of a route, in its path and query, that name somebody's own."""
    dependant = route.dependant
    found = {each.alias for each in [*dependant.path_params, *dependant.query_params]}
    return {name for name in found if name.endswith("_id")} - PUBLIC_NAMES


@pytest.mark.parametrize(
    ("method", "route"),
    [
        pytest.param(method, route, id=f"{method} {route.path_format}")
        for method, route in operations()
        if names(route) or (method, route.path_format) in BODIES
    ],
)
def test_a_strangers_ids_are_not_there(
    api: Api, victim: Customer, method: str, route: APIRoute
) -> None:
    stranger = api.customer(100)
    known = belongings(api, victim)
    before = everything(api, victim)
    asked = {name: known[name] for name in names(route)}
    body = BODIES.get((method, route.path_format))
    if body and route.path_format in NAMES_AN_ACCOUNT:
        body = {**body, "account_id": known["account_id"]}
    answer = api.call(
        method,
        route.path_format.format_map(known),
        stranger.key,
        params=QUERIES.get(route.path_format, {})
        | {name: value for name, value in asked.items() if f"{{{name}}}" not in route.path},
        json=body if route.body_field else None,
        headers={"Idempotency-Key": str(uuid4())},
    )
    scopes = required_scopes(route) or ()
    if (method, route.path_format) in ONES_OWN:
        # Refused before anything is looked for: a key that nobody has is answered in the same way.
        nobodys = api.call(method, route.path_format.format_map(NOBODYS), stranger.key)
        assert (answer.status_code, nobodys.status_code) == (403, 403)
        assert nobodys.json()["detail"] == answer.json()["detail"]
    elif not set(scopes) & set(CUSTOMER):
        assert answer.status_code == 403, "the staff's own"
    elif method == "GET" and route.path_format == "/fb/v1/orders":
        assert answer.json()["items"] == []
    else:
        assert answer.status_code == 404, answer.text
    shown = answer.text
    for foreign in asked.values():
        assert foreign not in shown
    assert everything(api, victim) == before


@pytest.mark.parametrize(
    ("method", "route"),
    [pytest.param(m, r, id=f"{m} {r.path_format}") for m, r in operations()],
)
def test_each_route_asks_for_a_key(api: Api, method: str, route: APIRoute) -> None:
    if route.path_format in OPEN | DOOR:
        assert required_scopes(route) is None
        return
    nothing = dict.fromkeys(re.findall(r"{(\w+_id)}", route.path_format), str(UUID(int=1)))
    path = route.path_format.format_map(
        {**nothing, "key_id": "X", "symbol": "AAPL", "symbol_or_asset_id": "AAPL"}
    )
    assert api.call(method, path).status_code == 401


def test_every_route_is_ours() -> None:
    """A route of another class would read its body before it knew the caller, and inexactly."""
    guarded = [route for route in ROUTES if route.path_format not in OPEN]
    assert {type(route).__name__ for route in guarded} == {"Route"}
    assert {
        route.path_format
        for route in guarded
        if not any(isinstance(each.call, Needs) for each in route.dependant.dependencies)
    } == DOOR


def test_nothing_is_asked_in_a_thread() -> None:
    """FastAPI runs what is no coroutine in a pool of threads: two hops for each request."""
    for route in ROUTES:
        calls = [route.dependant.call, *(each.call for each in route.dependant.dependencies)]
        for call in calls:
            runs = call if inspect.isfunction(call) else type(call).__call__
            assert inspect.iscoroutinefunction(runs), f"{route.path_format}: {call}"


def test_what_an_action_did_is_each_holders_own(api: Api) -> None:
    """The action is everybody's to read; what it paid whom is not."""
    security = api.world.value("select security_id from securities where symbol = 'AAPL'")
    holder, other, stranger = (api.customer(100) for _ in range(3))
    for customer in (holder, other):
        arrived = shares(customer.account_id, security, 10, effective_at=w.OPEN - timedelta(days=3))
        api.world.accepted("shares_received", arrived)
    terms = action("cash_dividend", security, MONDAY, pay_date=MONDAY, cash_per_share=1)
    dividend = api.world.apply(terms)
    path = f"/fb/v1/actions/{dividend}"
    for customer, accounts in (
        (holder, [str(holder.account_id)]), (other, [str(other.account_id)]), (stranger, []),
    ):  # fmt: skip
        assert api.get(path, customer.key)["action_id"] == str(dividend)
        found = api.get(f"{path}/entitlements", customer.key)
        assert [each["account_id"] for each in found] == accounts


def test_a_viewer_looks_and_does_not_touch(api: Api, victim: Customer) -> None:
    viewer = api.world.user()
    api.world.share(victim.account_id, viewer, "viewer")
    key = api.make_key(viewer, *CUSTOMER)
    assert api.get("/v2/account", key)["id"] == str(victim.account_id)
    order = {
        "symbol": "AAPL", "qty": 1, "side": "buy", "type": "market", "time_in_force": "day",
    }  # fmt: skip
    refused = api.post("/v2/orders", key, order)
    assert (refused.status_code, refused.json()["code"]) == (403, 40310000)
