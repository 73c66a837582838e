"""`/v1`: a person registers, is verified, pays in and out."""

from typing import Any
from uuid import uuid4

from tests.support.api import Api, Customer, Key

WHEN = "2012-06-04T14:00:00Z"


def application(**changes: Any) -> dict[str, Any]:
    return {
        "contact": {
            "email_address": f"{uuid4()}@example.com",
            "phone_number": "555-0100",
            "street_address": ["20 N San Mateo Dr"],
            "city": "San Mateo",
        },
        "identity": {
            "given_name": "Ada", "family_name": "Investor", "date_of_birth": "1990-01-01",
            "tax_id": "666-55-4321",
        },
        **changes,
    }  # fmt: skip


def test_from_an_application_to_a_first_order(api: Api, staff: Key) -> None:
    account = api.post("/v1/accounts", staff, application()).json()
    assert account["status"] == "SUBMITTED"
    assert (account["currency"], account["last_equity"]) == ("USD", "0.00")
    assert account["account_type"] == "individual"

    user = f"/fb/v1/users/{account['user_id']}"
    assert api.get(user, staff)["kyc_status"] == "pending"
    verified = api.call("PUT", f"{user}/kyc", staff, json={"kyc_status": "approved"})
    assert verified.json()["kyc_status"] == "approved"
    assert api.get(f"/v1/accounts/{account['id']}", staff)["status"] == "ACTIVE"

    made = api.post(f"{user}/api-keys", staff, {"scopes": ["read", "trade", "funding"]})
    assert made.status_code == 201
    key = Key(made.json()["key_id"], made.json()["secret"])
    paid = api.post(
        f"/v1/accounts/{account['id']}/transfers", key, {"amount": 250.5, "direction": "INCOMING"}
    ).json()
    assert (paid["amount"], paid["status"], paid["effective_at"]) == ("250.50", "COMPLETE", WHEN)
    order = {
        "symbol": "AAPL", "qty": 1, "side": "buy", "type": "market", "time_in_force": "day",
    }  # fmt: skip
    assert api.post("/v2/orders", key, order).json()["status"] == "accepted"
    shown = api.get("/v2/account", key)
    assert (shown["cash"], shown["buying_power"]) == ("250.50", "145.48")

    assert api.call("DELETE", f"/fb/v1/api-keys/{key.key_id}", staff).status_code == 204


def test_nothing_personal_is_shown_or_stored_in_clear(api: Api, staff: Key) -> None:
    form = application()
    shown = api.post("/v1/accounts", staff, form)
    stored = str(api.world.rows("select * from users"))
    for secret in ("Ada", "666-55-4321", "555-0100", form["contact"]["email_address"]):
        assert secret not in shown.text
        assert secret not in stored
        assert secret not in api.log.read_text()


def test_an_application_is_taken_once(api: Api, staff: Key) -> None:
    headers = {"Idempotency-Key": str(uuid4()) + "k" * 219}
    form = application()
    first = api.post("/v1/accounts", staff, form, headers=headers)
    again = api.post("/v1/accounts", staff, form, headers=headers)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = api.post("/v1/accounts", staff, application(), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, 42210000)
    assert other.json()["type"] == "urn:financebuy:problem:idempotency_conflict"


def test_an_address_is_registered_once(api: Api, staff: Key) -> None:
    form = application()
    assert api.post("/v1/accounts", staff, form).status_code == 200
    form["contact"]["email_address"] = form["contact"]["email_address"].upper()
    again = api.post("/v1/accounts", staff, form)
    assert again.json()["type"] == "urn:financebuy:problem:duplicate_email"


def test_an_application_that_breaks_a_rule(api: Api, staff: Key) -> None:
    for changes, field in (
        ({"contact": {}}, "contact.email_address"),
        ({"contact": {"email_address": "nobody"}}, "email"),
        ({"account_type": "margin"}, "account_type"),
        ({"currency": "SEK"}, "currency"),
        ({"identity": {"date_of_birth": "soon"}}, "identity.date_of_birth"),
    ):
        answer = api.post("/v1/accounts", staff, application(**changes))
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_an_empty_account_is_closed_for_ever(api: Api, staff: Key) -> None:
    account = api.post("/v1/accounts", staff, application()).json()
    path = f"/v1/accounts/{account['id']}"
    headers = {"Idempotency-Key": str(uuid4())}
    assert api.call("POST", f"{path}/actions/close", staff, headers=headers).status_code == 204
    again = api.call("POST", f"{path}/actions/close", staff, headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.get(path, staff)["status"] == "ACCOUNT_CLOSED"


def test_an_account_with_cash_is_not_closed(api: Api, staff: Key, customer: Customer) -> None:
    answer = api.call("POST", f"/v1/accounts/{customer.account_id}/actions/close", staff)
    assert (answer.status_code, answer.json()["type"][-17:]) == (422, "account_not_empty")


def test_the_broker_lists_everybody_page_by_page(api: Api, staff: Key) -> None:
    made = {str(api.customer(0).account_id) for _ in range(3)}
    seen: list[str] = []
    token: dict[str, str] = {}
    while page := api.get("/v1/accounts", staff, params={"limit": 2, **token}):
        seen += [each["id"] for each in page]
        token = {"page_token": seen[-1]}
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_the_secret_of_a_key_is_told_once(api: Api, staff: Key, customer: Customer) -> None:
    path = f"/fb/v1/users/{customer.user.user_id}/api-keys"
    headers = {"Idempotency-Key": str(uuid4())}
    first = api.post(path, staff, {"scopes": ["read"]}, headers=headers).json()
    again = api.post(path, staff, {"scopes": ["read"]}, headers=headers)
    assert first["secret"]
    assert again.json() == {"key_id": first["key_id"], "secret": None}
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.call("GET", "/v2/account", Key(**first)).status_code == 200


# --------------------------------------------------------------------------- transfers


def transfer(api: Api, customer: Customer, key: Key | None = None, **body: Any) -> Any:
    headers = {"Idempotency-Key": body.pop("idempotency_key")} if "idempotency_key" in body else {}
    path = f"/v1/accounts/{customer.account_id}/transfers"
    wanted = {"direction": "INCOMING", **body}
    return api.post(path, key or customer.key, wanted, headers=headers)


def test_a_deposit_is_booked_once_however_often_it_is_sent(api: Api, customer: Customer) -> None:
    key = str(uuid4())
    first = transfer(api, customer, amount="10.10", idempotency_key=key)
    again = transfer(api, customer, amount=10.1, idempotency_key=key)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    other = transfer(api, customer, amount="10.11", idempotency_key=key)
    assert other.json()["type"] == "urn:financebuy:problem:idempotency_conflict"
    assert api.get("/v2/account", customer.key)["cash"] == "100010.10"


def test_two_customers_may_use_the_same_key(api: Api, customer: Customer) -> None:
    key = str(uuid4())
    other = api.customer()
    assert transfer(api, customer, amount="1", idempotency_key=key).status_code == 200
    paid = transfer(api, other, amount="1", idempotency_key=key)
    assert paid.status_code == 200
    assert "Idempotent-Replayed" not in paid.headers


def test_the_longest_key_is_a_key(api: Api, customer: Customer) -> None:
    key = "k" * 255
    first = transfer(api, customer, amount="1", idempotency_key=key).json()
    assert transfer(api, customer, amount="1", idempotency_key=key).json() == first


def test_the_bank_pays_in_for_anybody(api: Api, customer: Customer, staff: Key) -> None:
    assert transfer(api, customer, staff, amount="1").status_code == 200


def test_a_withdrawal_is_held_until_the_bank_answers(api: Api, customer: Customer) -> None:
    key = str(uuid4())
    asked = transfer(api, customer, amount="60000", direction="OUTGOING", idempotency_key=key)
    assert (asked.status_code, asked.json()["status"]) == (200, "QUEUED")
    again = transfer(api, customer, amount="60000", direction="OUTGOING", idempotency_key=key)
    assert again.json() == asked.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    shown = api.get("/v2/account", customer.key)
    assert (shown["cash"], shown["cash_withdrawable"]) == ("100000.00", "40000.00")


def test_transfers_are_listed_until_none_is_left(api: Api, customer: Customer) -> None:
    made = [transfer(api, customer, amount=str(n)).json()["id"] for n in (1, 2, 3)]
    transfer(api, customer, amount="4", direction="OUTGOING")
    path = f"/v1/accounts/{customer.account_id}/transfers"

    def ids(**params: Any) -> list[str]:
        return [each["id"] for each in api.get(path, customer.key, params=params)]

    assert ids(direction="INCOMING")[:3] == made[::-1]
    assert len(ids(limit=2)) == 2
    assert ids(limit=2, offset=1) == ids()[1:3]
    assert ids(offset=5) == []
