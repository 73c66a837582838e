"""SQL, headers and paths: what is sent stays what it is, data."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from tests.attack.conftest import privileged
from tests.attack.surface import OPEN, Operation, document, operations
from tests.support.api import Api, Customer, Key
from tests.support.people import SAME_ORIGIN

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


def fills(operation: Operation, payload: str) -> Iterator[dict[str, Any]]:
    """One request for each place that takes a text."""
    for name, schema in operation.parameters("path").items():
        del schema
        yield {"path": {name: payload}}
    for name in operation.parameters("query"):
        yield {"params": {name: payload}}
    body = operation.body
    if body is not None:
        whole = document(body)
        for name in whole:
            yield {"json": whole | {name: payload}}
        yield {"json": whole | {payload: payload}}


@pytest.mark.parametrize("operation", list(operations()), ids=lambda each: each.name)
def test_sql_in_every_place_of_every_route_is_data(
    api: Api, attacker: Customer, operation: Operation, tell: Callable[[str], None]
) -> None:
    staff = staff_of(api)
    tried = 0
    for payload in SQL:
        for fill in fills(operation, payload):
            for key in (attacker.key, staff):
                path = operation.url({name: quote(v) for name, v in fill.get("path", {}).items()})
                options = {name: fill[name] for name in ("params", "json") if name in fill}
                answer = api.call(operation.method, path, key, headers=SAME_ORIGIN, **options)
                tried += 1
                assert answer.status_code < 500, (path, payload, answer.text)
                if not is_document(path):
                    told = answer.text.replace(msgspec.json.encode(payload).decode()[1:-1], "")
                    assert not [each for each in TELLS if each in told.lower()], (path, answer.text)
                assert "x-injected" not in answer.headers
    tell(f"{tried} requests")


def is_document(path: str) -> bool:
    return path == "/openapi.json"


_STAFF: dict[int, Key] = {}


def staff_of(api: Api) -> Key:
    """One administrator's key for all of a module's requests."""
    if id(api) not in _STAFF:
        scopes = ("read", "inspect", "broker", "operations", "admin")
        _STAFF[id(api)] = api.make_key(api.world.staff("admin"), *scopes)
    return _STAFF[id(api)]


def quote(text: str) -> str:
    """As a client writes it into a path."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_nothing_came_of_it(api: Api, victim: Customer) -> None:
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
def test_no_path_leads_to_a_file(api: Api, attacker: Customer, path: str) -> None:
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
