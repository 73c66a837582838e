"""What honest requests say, operation by operation.

The operations come from the document; here stands what goes into them. One that is missing fails
`test_honest.py`.
"""

import secrets
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from tests.attack.honest import ORDER, Body, Owner, iban, network
from tests.attack.surface import Operation
from tests.support.people import PASSWORD, Person

REFUSED = {
    "POST /fb/v1/auth/second-factor": "wrong_credentials",
    "POST /fb/v1/auth/passkey": "wrong_credentials",
    "POST /fb/v1/me/passkeys": "wrong_credentials",
    "POST /fb/v1/me/totp/confirm": "wrong_credentials",
    "POST /fb/v1/me/totp": "duplicate",
    "GET /fb/v1/audit/proof": "not_sealed",
}
"""Where it takes a device in hand, or a sealer; `tests/door`, `browser` and `audit` have them."""
_CODES = count()


def code() -> str:
    """A currency that there is not yet."""
    n = next(_CODES)
    return f"X{string.ascii_uppercase[n // 26 % 26]}{string.ascii_uppercase[n % 26]}"


def account_form() -> Body:
    return {
        "contact": {"email_address": f"{uuid4()}@example.com", "phone_number": "555-0100"},
        "identity": {"given_name": "Ada", "family_name": "Investor"},
    }


def later() -> str:
    return (datetime.now(UTC) + timedelta(days=365, seconds=secrets.randbelow(10**6))).isoformat()


def somebody(owner: Owner) -> Body:
    """Somebody who signs in by a password alone."""
    person = Person(owner.api)
    person.network = network
    person.sign_up()
    return {"email": person.email, "password": PASSWORD}


CREDENTIAL: Body = {
    "id": "AAAAAAAAAAAAAAAAAAAAAA", "rawId": "AAAAAAAAAAAAAAAAAAAAAA", "type": "public-key",
    "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
}  # fmt: skip
QUERIES: dict[str, Body] = {
    "GET /fb/v1/statements": {"from": "2012-06-01T00:00:00Z", "to": "2012-07-01T00:00:00Z",
                              "time": "effective"},
    "POST /fb/v1/users/{user_id}/documents": {"kind": "passport"},
    "GET /fb/v1/prices": {"symbols": "AAPL"},
    "GET /fb/v1/assets": {"search": "AAPL"},
    "GET /fb/v1/audit/proof": {"table": "audit_log"},
}  # fmt: skip
"""What a query must say besides ids."""
BODIES: dict[str, Body] = {
    "POST /v2/orders": dict(ORDER),
    "PATCH /v2/orders/{order_id}": {"limit_price": "89"},
    "PATCH /fb/v1/orders/{order_id}": {"limit_price": "89"},
    "PATCH /fb/v1/accounts/{account_id}/preferences": {"lot_method": "lifo"},
    "POST /fb/v1/actions": {
        "kind": "cash_dividend", "symbol": "AAPL", "ex_date": "2012-06-05",
        "pay_date": "2012-06-05", "cash_per_share": "0.01",
    },
    "POST /fb/v1/accounts/{account_id}/fees": {"amount": "0.01", "reason": "a letter"},
    "POST /fb/v1/exchange-rates": {"base": "USD", "quote": "EUR", "rate": "0.9"},
    "PUT /fb/v1/users/{user_id}/kyc": {"kyc_status": "submitted"},
    "POST /fb/v1/users/{user_id}/api-keys": {"scopes": ["read"]},
    "POST /fb/v1/auth/second-factor": {"ticket": "x" * 43, "code": "123456"},
    "POST /fb/v1/auth/passkey": {"ticket": "x" * 43, "credential": CREDENTIAL},
    "POST /fb/v1/me/totp/confirm": {"code": "123456"},
    "POST /fb/v1/me/passkeys": {"ticket": "x" * 43, "credential": CREDENTIAL, "name": "phone"},
    "POST /fb/v1/me/passkeys/options": {"name": "phone"},
    "POST /fb/v1/me/api-keys": {"scopes": ["read"]},
    "PUT /fb/v1/users/{user_id}/role": {"role": "read"},
    "PUT /fb/v1/users/{user_id}/active": {"is_active": True},
    "POST /fb/v1/ops/exceptions/{exception_id}/assign": {},
    "POST /fb/v1/ops/exceptions/{exception_id}/resolve": {"resolution": "nothing to do"},
    "POST /fb/v1/ops/approvals/{approval_id}/confirm": {"note": "seen"},
    "POST /fb/v1/ops/approvals/{approval_id}/decline": {"note": "seen"},
}  # fmt: skip
MADE: dict[str, Callable[[Owner], Body]] = {
    "POST /fb/v1/orders":
        lambda o: ORDER | {"account_id": o.account_id},
    "POST /v1/accounts/{account_id}/transfers":
        lambda o: {"amount": "0.01", "direction": "OUTGOING",
                   "payment_method_id": o.bank},
    "PUT /fb/v1/orders/{order_id}/lots":
        lambda o: {"lots": [{"lot_id": o.lot(), "qty": "1"}]},
    "POST /fb/v1/transfers":
        lambda o: {"account_id": o.account_id, "target": o.bystander(), "amount": "0.01"},
    "POST /fb/v1/conversions":
        lambda o: {
        "account_id": o.account_id, "amount": "0.10", "target": o.euros(),
        "rate_id": str(o.api.world.rate("USD", "EUR", "0.9")),
    },
    "POST /fb/v1/accounts/{account_id}/owners":
        lambda o: {"user_id": str(o.api.world.user().user_id), "role": "viewer"},
    "PUT /fb/v1/fees":
        lambda _: {"side": "buy", "effective_from": later(), "flat": "0"},
    "POST /fb/v1/currencies":
        lambda _: {"code": code(), "scale": 2},
    "POST /v1/accounts":
        lambda _: account_form(),
    "POST /fb/v1/users/{user_id}/payment-methods":
        lambda _: {"kind": "iban", "number": iban()},
    "POST /fb/v1/auth/sign-up":
        lambda _: {"email": f"{uuid4()}@example.com", "password": PASSWORD},
    "POST /fb/v1/auth/sign-in":
        somebody,
    "POST /fb/v1/auth/step-up":
        lambda o: {"code": o.session().code()},
    "PUT /fb/v1/auth/password":
        lambda _: {"password": secrets.token_urlsafe(20)},
    "POST /fb/v1/ops/approvals":
        Owner.reversal,
}  # fmt: skip
"""Bodies that say something new each time."""


def request(owner: Owner, operation: Operation) -> dict[str, Any]:
    """An honest request, ready for `Owner.call`."""
    ids = owner.ids(operation)
    known = ids | QUERIES.get(operation.name, {})
    params = {name: known[name] for name in operation.parameters("query") if name in known}
    options: dict[str, Any] = {"ids": ids, "params": params}
    if operation.body is not None:
        make = MADE.get(operation.name)
        options["json"] = make(owner) if make else dict(BODIES[operation.name])
    elif operation.name == "POST /fb/v1/users/{user_id}/documents":
        options["content"] = b"%PDF-1.7 " + secrets.token_bytes(8)
        options["headers"] = {"Content-Type": "application/pdf"}
    return options
