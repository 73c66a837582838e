"""Bank accounts and documents over HTTP."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from financebuy.services.documents import MOST_BYTES
from tests.support.api import CUSTOMER, Api, Key
from tests.support.world import User

IBAN = "GB82 WEST 1234 5698 7654 32"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 100


@dataclass(frozen=True)
class Grace:
    """A person whom the broker registered, with a real data key, and her own API key."""

    user_id: UUID
    key: Key

    @property
    def path(self) -> str:
        return f"/fb/v1/users/{self.user_id}"


@pytest.fixture
def grace(api: Api, staff: Key) -> Grace:
    body = {"contact": {"email_address": f"{uuid4()}@example.com"}}
    user_id = UUID(api.post("/v1/accounts", staff, body).json()["user_id"])
    return Grace(user_id, api.make_key(User(user_id, ""), *CUSTOMER))


def test_a_bank_account_is_a_token_and_four_characters(api: Api, grace: Grace, staff: Key) -> None:
    body = {"kind": "iban", "number": IBAN}
    once = {"headers": {"Idempotency-Key": "one"}}
    added = api.post(f"{grace.path}/payment-methods", grace.key, body, **once)
    assert added.status_code == 201, added.text
    made = added.json()
    assert (made["last_four"], made["country"], made["token"][:3]) == ("5432", "GB", "pm_")
    assert "WEST" not in added.text
    again = api.post(f"{grace.path}/payment-methods", grace.key, body, **once)
    assert again.json() == made
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.get(f"{grace.path}/payment-methods", grace.key) == [made]
    assert api.get(f"{grace.path}/payment-methods", staff) == [made]
    number = f"/fb/v1/payment-methods/{made['payment_method_id']}/number"
    assert api.get(number, staff)["number"] == IBAN.replace(" ", "")
    assert api.call("GET", number, grace.key).status_code == 403
    path = f"/fb/v1/payment-methods/{made['payment_method_id']}"
    assert api.call("DELETE", path, grace.key).status_code == 204
    assert api.call("DELETE", path, grace.key).status_code == 404
    assert api.get(f"{grace.path}/payment-methods", grace.key) == []


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"kind": "iban", "number": "GB83WEST12345698765432"}, "number", "check digits"),
        ({"kind": "us_bank", "number": "123456789"}, "routing_number", "required"),
        (
            {"kind": "us_bank", "number": "123456789", "routing_number": "111000026"},
            "routing_number",
            "check digits",
        ),
        ({"kind": "card", "number": "4242424242424241"}, "number", "check digits"),
    ],
)
def test_an_error_names_the_field_and_the_rule(
    api: Api, grace: Grace, body: dict[str, str], field: str, rule: str
) -> None:
    refused = api.post(f"{grace.path}/payment-methods", grace.key, body)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert rule in refused.json()["detail"]
    assert body["number"] not in refused.text


def test_a_document_goes_in_and_out_as_bytes(api: Api, grace: Grace, staff: Key) -> None:
    path = f"{grace.path}/documents?kind=passport"
    added = api.call("POST", path, grace.key, content=PNG)
    assert added.status_code == 201, added.text
    made = added.json()
    assert (made["media_type"], made["byte_count"]) == ("image/png", len(PNG))
    for key in (grace.key, staff):
        found = api.call("GET", f"/fb/v1/documents/{made['document_id']}", key)
        assert found.content == PNG
        assert found.headers["content-type"] == "image/png"
        assert found.headers["content-disposition"] == "attachment"
        assert found.headers["x-content-type-options"] == "nosniff"
        assert found.headers["cache-control"] == "no-store"
    removed = api.call("DELETE", f"/fb/v1/documents/{made['document_id']}", staff)
    assert removed.status_code == 204
    assert api.get(f"{grace.path}/documents", grace.key) == []


def test_no_more_is_read_than_a_document_may_have(api: Api, grace: Grace) -> None:
    path = f"{grace.path}/documents?kind=passport"
    largest = api.call("POST", path, grace.key, content=PNG.ljust(MOST_BYTES, b"\0"))
    assert largest.status_code == 201, largest.text
    refused = api.call("POST", path, grace.key, content=PNG.ljust(MOST_BYTES + 1, b"\0"))
    assert (refused.status_code, refused.json()["limit_bytes"]) == (413, MOST_BYTES)
    for content, status in ((b"", 422), (b"<html>", 422)):
        assert api.call("POST", path, grace.key, content=content).status_code == status
    assert (
        api.call("POST", f"{grace.path}/documents?kind=diary", grace.key, content=PNG).status_code
        == 422
    )


def test_no_network_address_stands_beside_an_effect(api: Api, grace: Grace) -> None:
    """Not of an order, not of money, not of a change: each says `http` and a ciphertext."""
    body = {"kind": "us_bank", "number": "123456789", "routing_number": "111000025"}
    added = api.post(f"{grace.path}/payment-methods", grace.key, body)
    assert added.status_code == 201, added.text
    (line,) = api.world.rows(
        "select origin from audit_log where table_name = 'payment_methods' and subject_id = %s",
        grace.user_id,
    )
    assert len(line["origin"]) > len("http ")
    for table in ("audit_log", "transactions", "order_events"):
        found = api.world.rows(f"select origin from {table} where origin ~ '[0-9]+[.:][0-9]+'")
        assert found == [], table
