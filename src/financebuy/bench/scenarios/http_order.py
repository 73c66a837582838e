"""Orders to buy over HTTP, until they are committed: FinanceBuy's API and a common FastAPI."""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid4

import msgspec

from financebuy.bench.choice import Choice
from financebuy.bench.entrants import FASTAPI, OURS, Entrant, Place
from financebuy.bench.http_driving import drive_http, request
from financebuy.bench.processes import running, running_api
from financebuy.bench.rivals.fastapi_app import DATABASE
from financebuy.bench.rivals.pgbench_calls import buy_scripts, pgbench_calls
from financebuy.bench.scenarios.scenario import Scenario
from financebuy.bench.world import SCOPES, World
from financebuy.cluster import ports
from financebuy.services import api_keys
from financebuy.services.caller import PLATFORM

_NAME = "http-order"
_KEYS_AT_ONCE = 100
_RIVAL = "financebuy.bench.rivals.fastapi_app"
_NAMELESS = str(UUID(int=0)).encode()
_NOBODY = b"(the identity)"
_TERMS = {"side": "buy", "qty": "1", "limit_price": "100"}


async def _entrants(world: World, choice: Choice) -> list[Entrant]:
    make = await _our_requests(world)
    # In a thread: the server that is waited for may not wait for this loop.
    port = await asyncio.to_thread(world.stack.enter_context, running_api(world))
    entrants = _over_http(OURS, port, make, choice)
    if FASTAPI in choice.rivals:
        port = await asyncio.to_thread(_start_rival, world)
        entrants += _over_http(FASTAPI, port, _their_requests(world), choice)
    return entrants + pgbench_calls(_NAME, world, None, buy_scripts(world), choice)


def _over_http(
    contender: str, port: int, make: Callable[[int], bytes], choice: Choice
) -> list[Entrant]:
    return [
        Entrant(Place(_NAME, contender, number), partial(drive_http, port, make, number))
        for number in choice.in_flight
    ]


async def _our_requests(world: World) -> Callable[[int], bytes]:
    """Each account's owner has a key; the API checks it as it checks every caller's."""
    requests: list[bytes] = []
    for at in range(0, len(world.accounts), _KEYS_AT_ONCE):
        some = range(at, min(at + _KEYS_AT_ONCE, len(world.accounts)))
        made = await asyncio.gather(
            *(
                api_keys.create_api_key(
                    world.platform, PLATFORM, world.owners[n], SCOPES, world.accounts[n]
                )
                for n in some
            )
        )
        requests += [_request_of(each) for each in made]

    # Written beforehand, but for the order's name: the load shares the machine with the server.
    return lambda turn: requests[turn % len(requests)].replace(_NAMELESS, str(uuid4()).encode(), 1)


def _request_of(key: api_keys.ApiKey) -> bytes:
    body = {
        **_TERMS, "symbol": "BENCH", "type": "limit", "time_in_force": "day",
        "client_order_id": _NAMELESS.decode(),
    }  # fmt: skip
    headers = [("apca-api-key-id", key.key_id), ("apca-api-secret-key", key.secret or "")]
    return request("POST", "/v2/orders", headers, msgspec.json.encode(body))


def _their_requests(world: World) -> Callable[[int], bytes]:
    requests = [_their_request(world, n) for n in range(len(world.accounts))]

    def make(turn: int) -> bytes:
        n = turn % len(requests)
        # An identity is good for a minute, so it is signed when it is sent.
        named = requests[n].replace(_NAMELESS, str(uuid4()).encode(), 1)
        return named.replace(_NOBODY, world.token(n).encode(), 1)

    return make


def _their_request(world: World, n: int) -> bytes:
    body = {
        **_TERMS, "account_id": world.accounts[n], "security_id": world.security_id,
        "client_order_id": _NAMELESS.decode(),
    }  # fmt: skip
    headers = [("x-identity", _NOBODY.decode())]
    return request("POST", "/orders", headers, msgspec.json.encode(body))


def _start_rival(world: World) -> int:
    port = ports.any_free()
    argv = [sys.executable, "-P", "-m", _RIVAL, "--port", str(port)]
    environment = {DATABASE: world.connections.url("app_user")}
    world.stack.enter_context(running(argv, port, "/ready", environment))
    return port


HTTP_ORDER = Scenario(_NAME, "limit orders over HTTP to committed, authenticated", 1_000, _entrants)
