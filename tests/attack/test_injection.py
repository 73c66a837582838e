"""SQL, headers and paths: what is sent stays what it is, data."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from tests.attack.bodies import REFUSED, request
from tests.attack.conftest import privileged
from tests.attack.honest import Owner, network
from tests.attack.surface import OPEN, Operation, operations
from tests.support.api import Api

SQL = (
    "' or '1'='1",
    "'; drop table users; --",
    "1); select pg_sleep(20); --",
    "' union select password_hash from credentials --",
    "$$; set role fb_owner; --",
    "\\'; select set_config('fb.identity', 'x', true); --",
    "%s %(identity)s {0} ${jndi:x}",
    "\x1b[31m\r\nX-Injected: yes",
)
TELLS = (
    "syntax error", "psycopg", "postgres", "traceback", "select ", "argon2id", "relation ",
    "sqlstate", "fb_private",
)  # fmt: skip


HEADERS = (
    "X-Request-ID", "X-Forwarded-For", "Authorization", "Cookie", "APCA-API-KEY-ID",
    "APCA-API-SECRET-KEY", "User-Agent", "Origin", "Referer", "Sec-Fetch-Site", "Content-Type",
    "Accept", "Accept-Language", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via",
    "If-None-Match", "Idempotency-Key",
)  # fmt: skip
PROOFS = {"Authorization", "Cookie", "APCA-API-KEY-ID", "APCA-API-SECRET-KEY"}
ASLEEP = 15.0
"""Seconds; a statement that sleeps for 20, as one of these asks for, would take longer."""


def fills(operation: Operation, honest: dict[str, Any], payload: str) -> Iterator[dict[str, Any]]:
    """One request for each place that takes a text; the rest of it is honest."""
    ids, params, body = honest["ids"], honest["params"], honest.get("json")
    for name in operation.parameters("path"):
        yield honest | {"ids": ids | {name: quote(payload)}}
    for name in operation.parameters("query"):
        yield honest | {"params": params | {name: payload}}
    if "Idempotency-Key" in operation.parameters("header") and sendable(payload):
        yield honest | {"headers": honest.get("headers", {}) | {"Idempotency-Key": payload}}
    if operation.body is not None:
        for name in operation.body.get("properties", {}):
            yield honest | {"json": body | {name: payload}}
        yield honest | {"json": body | {payload: payload}}


def sendable(payload: str) -> bool:
    """Whether a client can write it into a header; `test_protocol.py` writes what none can."""
    return payload.isprintable()


@pytest.mark.parametrize("operation", list(operations()), ids=lambda each: each.name)
def test_sql_in_every_place_of_every_route_is_data(
    attacker: Owner, operation: Operation, tell: Callable[[str], None]
) -> None:
    """By whom the operation is for: the routes of a session by one that was just proven."""
    honest = request(attacker, operation)
    codes, longest = Counter[int](), 0.0
    for payload in SQL:
        for fill in fills(operation, honest, payload):
            answer = attacker.call(operation, **fill)
            codes[answer.status_code] += 1
            longest = max(longest, answer.elapsed.total_seconds())
            check(answer, payload, is_document=operation.path == "/openapi.json")
    tried = codes.total()
    assert longest < ASLEEP
    # The door was open: what was sent was read.
    at_the_door = codes[401] + codes[403]
    assert tried == 0 or at_the_door < tried or operation.name in REFUSED, codes
    accepted = sum(count for code, count in codes.items() if code < 300)
    tell(f"{tried} requests, {at_the_door} refused at the door, {accepted} accepted as data")


def check(answer: httpx.Response, payload: str, *, is_document: bool = False) -> None:
    """Nothing of the database's shows, and nothing was added to the answer."""
    assert answer.status_code < 500, (answer.request.url, payload, answer.text)
    assert "x-injected" not in answer.headers
    if not is_document:
        told = answer.text.replace(msgspec.json.encode(payload).decode()[1:-1], "")
        assert not [each for each in TELLS if each in told.lower()], answer.text


def test_sql_in_every_header_is_data(
    api: Api, attacker: Owner, tell: Callable[[str], None]
) -> None:
    tried = 0
    for name in HEADERS:
        session = attacker.session()
        for payload in filter(sendable, SQL):
            for key in (attacker.key, None) if name in PROOFS else (attacker.key,):
                headers = {"X-Forwarded-For": network(), name: payload}
                answer = api.call("GET", "/fb/v1/me", key, headers=headers)
                check(answer, payload)
                assert answer.status_code in ({200, 401} if key else {401}), answer.text
                tried += 1
            if name != "Cookie":
                body = {"name": "phone"}
                answer = session.call(
                    "POST", "/fb/v1/me/passkeys/options", body, headers={name: payload}
                )
                check(answer, payload)
                tried += 1
    kept = api.world.rows("select login from sign_in_attempts where login is not null")
    assert [row for row in kept if any(payload in row["login"] for payload in SQL)] == []
    tell(f"{tried} requests with {len(HEADERS)} headers")


def quote(text: str) -> str:
    """As a client writes it into a path."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_nothing_came_of_it(api: Api, victim: Owner) -> None:
    """Last: every table is there, the books balance, the victim has what they had."""
    assert api.world.check_books() == {}
    assert api.world.value("select count(*) > 0 from users")
    assert api.get("/v2/account", victim.key)["cash"] == "100000.00"
    assert len(privileged(api)["accounts"]) > 2


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
        "/v2/assets/..%2f..%2f..%2fetc%2fpasswd", "/v2/assets/....//....//etc/passwd",
        "/v2/assets/%2e%2e%5c%2e%2e%5cwindows", "/static/../secrets/kek", "//etc/passwd",
        "/v2/orders/..;/..;/secrets/kek", "/v2/assets/%252e%252e%252fsecrets", "/.git/config",
        "/.env", "/v2/assets/file:%2f%2f%2fetc%2fpasswd", "/%00/etc/passwd",
        "/v2/assets/AAPL%00.html", "/v2/assets/%c0%ae%c0%ae%c0%afetc",
    ],
)  # fmt: skip
def test_no_path_leads_to_a_file(api: Api, attacker: Owner, path: str) -> None:
    answer = api.call("GET", path, attacker.key)
    assert answer.status_code in {400, 404, 422}
    assert "root:" not in answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_documents_open_routes_are_few(api: Api) -> None:
    """Who has no key gets nowhere but where people sign in and machines look."""
    unlocked = {each.path for each in operations() if each.scopes is None} - OPEN
    assert {path.removeprefix("/fb/v1/auth/") for path in unlocked} == {
        "sign-up", "sign-in", "second-factor", "passkey", "passkey/options", "sign-out",
    }  # fmt: skip
