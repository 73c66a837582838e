"""What a browser is made to do by another site, and what it is told to refuse."""

import pytest

from tests.support.api import Api
from tests.support.people import Person

UNSAFE = [
    ("POST", "/fb/v1/auth/sign-in", {"email": "a@example.com", "password": "x" * 12}),
    ("POST", "/fb/v1/auth/sign-up", {"email": "a@example.com", "password": "x" * 12}),
    ("POST", "/fb/v1/auth/step-up", {"password": "x" * 12}),
    ("POST", "/fb/v1/auth/sign-out", {}),
    ("POST", "/v2/orders", {"symbol": "AAPL"}),
    ("PUT", "/fb/v1/auth/password", {"password": "x" * 12}),
    ("DELETE", "/fb/v1/me/totp", None),
    ("DELETE", "/v2/orders", None),
]


@pytest.mark.parametrize(("method", "path", "body"), UNSAFE)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_another_sites_page_sends_nothing(
    somebody_once: Person, method: str, path: str, body: object, headers: dict[str, str]
) -> None:
    answer = somebody_once.call(method, path, body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, 40340000)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://evil.example", 403), ("null", 403), ("", 403), ("http://127.0.0.1", 403),
        ("{own}", 404),
    ],
)  # fmt: skip
def test_an_older_browser_is_known_by_its_origin(
    api: Api, somebody_once: Person, origin: str, expected: int
) -> None:
    from_page = {"Origin": origin.format(own=api.url)}
    cookie = {"Cookie": f"__Host-session={somebody_once.cookie}"}
    answer = api.call("POST", "/v2/orders", headers=from_page | cookie, json={})
    assert answer.status_code == expected


def test_a_key_is_no_browsers_to_abuse(api: Api) -> None:
    """Nothing adds a key to another site's request, so it needs no such care."""
    customer = api.customer()
    answer = api.post("/v2/orders", customer.key, {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/healthz", "/v2/account", "/nothing", "/openapi.json"])
def test_every_answer_carries_what_protects_it(api: Api, path: str) -> None:
    headers = api.call("GET", path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers
    assert "Strict-Transport-Security" not in headers


def test_a_browser_is_not_made_to_ask_for_a_password(api: Api) -> None:
    challenge = api.call("GET", "/fb/v1/me", headers={"Sec-Fetch-Site": "same-origin"})
    assert challenge.headers["WWW-Authenticate"] == 'Bearer realm="financebuy"'


def test_tls_is_kept_once_it_was_used(api: Api) -> None:
    answer = api.call("GET", "/healthz", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.fixture(scope="module")
def somebody_once(api: Api) -> Person:
    return Person(api).sign_up().sign_in()
