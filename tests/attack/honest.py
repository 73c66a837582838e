"""An honest request of each operation, by who may: attacks differ from it by one thing.

Here stands who asks, and what each id has to be; `bodies.py` has what they say.
"""

import base64
import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import httpx
from stdnum.iso7064 import mod_97_10

from tests.attack.surface import Operation
from tests.support import world as w
from tests.support.api import CUSTOMER, Api, Key
from tests.support.people import SAME_ORIGIN, Person
from tests.support.world import User

Body = dict[str, Any]
STAFF = ("read", "inspect", "broker", "operations", "admin")
ORDER: Body = {
    "symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "time_in_force": "gtc",
    "limit_price": "90",
}  # fmt: skip


@dataclass
class Owner:
    """Somebody with one of everything: an account, a key for it, a session with second factor."""

    api: Api
    person: Person
    user: User
    account_id: str
    key: Key
    staff: Key
    colleague: Key

    def call(self, operation: Operation, **options: Any) -> httpx.Response:
        """A request by whom the operation is for: a key, the staff's, the session, or nobody."""
        return self.ask(operation, operation.url(options.pop("ids")), **options)

    def ask(self, operation: Operation, path: str, **options: Any) -> httpx.Response:
        """The same, with the path as it is to be sent."""
        headers = {**SAME_ORIGIN, "Idempotency-Key": str(uuid4()), **options.pop("headers", {})}
        scopes = set(operation.scopes or ())
        if not scopes:
            # Attackers come from many networks: the limits have tests of their own.
            headers.setdefault("X-Forwarded-For", network())
            return self.api.call(operation.method, path, headers=headers, **options)
        if by_session(operation):
            return self.session().call(operation.method, path, headers=headers, **options)
        key = self.key if scopes & set(CUSTOMER) else self.staff
        return self.api.call(operation.method, path, key, headers=headers, **options)

    def session(self) -> Person:
        """A session of the owner that was proven a moment ago; some requests end theirs."""
        if self.person.cookie is None or not self.fresh():
            self.person = sign_up(self.api)
        return self.person

    def fresh(self) -> bool:
        answer = self.person.call("GET", "/fb/v1/auth/session")
        return answer.status_code == 200 and "self" in answer.json()["scopes"]

    # ------------------------------------------------------------------ ids

    def ids(self, operation: Operation) -> dict[str, Any]:
        """What the parameters of an operation have to be; what it uses up is made anew."""
        makers: dict[str, Callable[[], Any]] = {
            "account_id": lambda: self.account_id, "order_id": self.order,
            "client_order_id": self.client_order, "user_id": lambda: self.subject(operation),
            "key_id": self.new_key, "payment_method_id": self.payment_method,
            "document_id": self.document, "credential_id": self.passkey,
            "approval_id": self.approval, "exception_id": self.exception, "run_id": self.run,
            "action_id": self.action, "symbol": lambda: "AAPL",
            "symbol_or_asset_id": lambda: "AAPL", "subject_id": lambda: str(self.user.user_id),
            "row_id": self.line,
        }  # fmt: skip
        if by_session(operation):
            makers["key_id"] = lambda: self.new_key(User(self.session().user_id, ""))
        if operation.path.endswith("/lots"):
            makers["order_id"] = self.sale
        if operation.path.endswith("/close"):
            makers["account_id"] = lambda: str(self.api.world.account(self.user))
        return {
            name: makers[name]()
            for name in (*operation.parameters("path"), *operation.parameters("query"))
            if name in makers
        }

    def subject(self, operation: Operation) -> str:
        """Whom an operation is about: oneself, or for what changes people somebody for it."""
        if operation.path.endswith("/role"):
            return str(self.api.world.staff("operate").user_id)
        if operation.path.endswith(("/kyc", "/second-factors")) and operation.method != "GET":
            return str(self.api.world.user("pending").user_id)
        if operation.path.endswith("/owners/{user_id}"):
            guest = self.api.world.user()
            self.api.world.share(UUID(self.account_id), guest, "viewer")
            return str(guest.user_id)
        return str(self.user.user_id)

    def order(self) -> str:
        placed = self.api.post("/v2/orders", self.key, ORDER)
        assert placed.status_code == 200, placed.text
        return str(placed.json()["id"])

    def client_order(self) -> str:
        name = f"mine-{secrets.token_hex(6)}"
        placed = self.api.post("/v2/orders", self.key, ORDER | {"client_order_id": name})
        assert placed.status_code == 200, placed.text
        return name

    def sale(self) -> str:
        placed = self.api.post(
            "/v2/orders", self.key, ORDER | {"side": "sell", "limit_price": "900"}
        )
        assert placed.status_code == 200, placed.text
        return str(placed.json()["id"])

    def lot(self) -> str:
        return str(self.api.get("/fb/v1/portfolio/lots", self.key)["items"][0]["lot_id"])

    def new_key(self, user: User | None = None) -> str:
        return self.api.make_key(user or self.user, "read").key_id

    def payment_method(self) -> str:
        made = self.api.post(
            f"/fb/v1/users/{self.user.user_id}/payment-methods", self.key,
            {"kind": "iban", "number": iban()}, headers={"Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        assert made.status_code == 201, made.text
        return str(made.json()["payment_method_id"])

    @cached_property
    def bank(self) -> str:
        """Where the owner's money goes; one may have only so many."""
        return self.payment_method()

    def document(self) -> str:
        made = self.api.call(
            "POST", f"/fb/v1/users/{self.user.user_id}/documents?kind=passport", self.key,
            content=b"%PDF-1.7 " + secrets.token_bytes(8),
            headers={"Content-Type": "application/pdf", "Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        assert made.status_code == 201, made.text
        return str(made.json()["document_id"])

    def passkey(self) -> str:
        made = secrets.token_bytes(16)
        self.api.world.admin.execute(
            "insert into passkeys (credential_id, user_id, public_key, sign_count, name,"
            " created_at) values (%s, %s, 'x', 0, 'phone', now())",
            (made, self.session().user_id),
        )
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def approval(self) -> str:
        asked = self.api.post(
            "/fb/v1/ops/approvals", self.colleague, self.reversal(),
            headers={"Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        assert asked.status_code == 201, asked.text
        return str(asked.json()["approval_id"])

    def reversal(self) -> Body:
        reference = str(uuid4())
        self.api.world.accepted(
            "deposit_received", w.deposit(UUID(self.account_id), "1", bank_reference=reference)
        )
        paid = self.api.world.value(
            "select transaction_id from transactions where reference_number = %s", reference
        )
        return {
            "action": "reverse", "payload": {"transaction_id": str(paid)}, "reason": "a mistake",
        }  # fmt: skip

    def exception(self) -> str:
        self.api.world.accepted("execution_busted", w.bust(str(uuid4())))
        return str(
            self.api.world.value(
                "select exception_id from exceptions order by exception_id desc limit 1"
            )
        )

    def run(self) -> str:
        reconcile = f"select fb.reconcile(%s, %s{', %s' * 6})"
        return str(self.api.world.job(reconcile, "bank", w.MONDAY, *[[]] * 6))

    def action(self) -> str:
        security = self.api.world.value("select security_id from securities where symbol = 'AAPL'")
        return str(
            self.api.world.accepted(
                "corporate_action",
                w.action("cash_dividend", security, w.MONDAY, pay_date=w.MONDAY, cash_per_share=1),
            )
        )

    def bystander(self) -> str:
        """The number of an account that money may be sent to."""
        return self.number(self.api.world.account(self.api.world.user(), "1"))

    def line(self) -> str:
        """A line of the audit log."""
        return str(
            self.api.world.value(
                "select log_id from audit_log where subject_id = %s limit 1", self.user.user_id
            )
        )

    def euros(self) -> str:
        """The number of another account of the owner's."""
        account = self.api.world.account(self.user, currency="EUR")
        return self.number(account)

    def number(self, account: UUID) -> str:
        return str(
            self.api.world.value(
                "select account_number from accounts where account_id = %s", account
            )
        )


def by_session(operation: Operation) -> bool:
    """Whether a session alone is let in, or is what the operation is about."""
    return "self" in (operation.scopes or []) or operation.name in {
        "GET /fb/v1/auth/session", "POST /fb/v1/auth/step-up",
        "DELETE /fb/v1/me/api-keys/{key_id}",
    }  # fmt: skip


def network() -> str:
    return f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{secrets.randbelow(256)}"


def sign_up(api: Api) -> Person:
    """Somebody in a fresh session with a second factor."""
    person = Person(api)
    person.network = network
    person.sign_up().sign_in().set_up_codes()
    person.step_up()
    return person


def owner(api: Api) -> Owner:
    """A new customer with one of everything, and the staff who serve them."""
    person = sign_up(api)
    user_id = person.user_id
    api.world.set_kyc(user_id, "approved")
    user = User(user_id, api.world.token(user_id, *CUSTOMER))
    account = api.world.account(user, "100000")
    security = api.world.value("select security_id from securities where symbol = 'AAPL'")
    arrived = w.shares(account, security, 10, effective_at=w.OPEN - timedelta(days=3))
    api.world.accepted("shares_received", arrived)
    return Owner(
        api, person, user, str(account), api.make_key(user, *CUSTOMER, account_id=account),
        api.make_key(api.world.staff("admin"), *STAFF), api.make_key(api.world.staff(), *STAFF[:4]),
    )  # fmt: skip


def iban() -> str:
    """A number that nobody has, with its check digits."""
    digits = "".join(secrets.choice(string.digits) for _ in range(14))
    return f"GB{mod_97_10.calc_check_digits(f'WEST{digits}GB')}WEST{digits}"
