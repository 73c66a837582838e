"""People in front of a running API: each a browser with one cookie."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any, Protocol
from uuid import UUID

import httpx
import pyotp

from financebuy.api.cookies import NAME
from financebuy.crypto.second_factors import STEP_SECONDS

PASSWORD = "correct horse battery"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Asks(Protocol):
    """An API that is asked over HTTP."""

    def call(self, method: str, path: str, **options: Any) -> httpx.Response: ...


class Person:
    """Somebody with an address, a password and perhaps a session."""

    def __init__(self, api: Asks, email: str | None = None, password: str = PASSWORD) -> None:
        self.api = api
        self.email = email or f"{secrets.token_hex(8)}@example.com"
        self.password = password
        self.cookie: str | None = None
        self.totp: pyotp.TOTP | None = None
        self.recovery_codes: list[str] = []
        self.network: Callable[[], str] | None = None
        """Where the next request comes from, as a trusted proxy says."""
        self._step = 0

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """One request of the browser, which keeps the cookie that it is given."""
        headers = {**SAME_ORIGIN, **options.pop("headers", {})}
        if self.network is not None:
            headers.setdefault("X-Forwarded-For", self.network())
        if self.cookie is not None:
            headers["Cookie"] = f"{NAME}={self.cookie}"
        if body is not None:
            options["json"] = body
        answer = self.api.call(method, path, headers=headers, **options)
        for line in answer.headers.get_list("set-cookie"):
            value = SimpleCookie(line)[NAME].value
            self.cookie = value or None
        return answer

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        """A POST that must be answered with `status`."""
        answer = self.call("POST", path, {} if body is None else body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def sign_up(self) -> "Person":
        body = {"email": self.email, "password": self.password}
        assert self.post("/fb/v1/auth/sign-up", body, 202) == {"status": "received"}
        return self

    def try_sign_in(self, password: str | None = None) -> httpx.Response:
        body = {"email": self.email, "password": password or self.password}
        return self.call("POST", "/fb/v1/auth/sign-in", body)

    def sign_in(self) -> "Person":
        """By password, and by a code where that is set up."""
        answer = self.try_sign_in()
        assert answer.status_code == 200, answer.text
        if answer.json()["status"] == "second_factor":
            body = {"ticket": answer.json()["ticket"], "code": self.code()}
            self.post("/fb/v1/auth/second-factor", body)
        assert self.cookie is not None
        return self

    def set_up_codes(self) -> "Person":
        """One-time codes; the session has to be fresh."""
        made = self.post("/fb/v1/me/totp")
        self.totp = pyotp.TOTP(made["secret"])
        codes = self.post("/fb/v1/me/totp/confirm", {"code": self.code()})
        self.recovery_codes = codes["recovery_codes"]
        return self

    def code(self) -> str:
        """The next code that was not used before; waits when the phone has no newer one."""
        assert self.totp is not None
        now = int(time.time()) // STEP_SECONDS
        self._step = max(self._step + 1, now - 1)
        while self._step > int(time.time()) // STEP_SECONDS + 1:
            time.sleep(0.2)
        return self.totp.generate_otp(self._step)

    def step_up(self) -> None:
        """Show a code once more."""
        self.post("/fb/v1/auth/step-up", {"code": self.code()})

    @property
    def user_id(self) -> UUID:
        return UUID(self.get("/fb/v1/auth/session")["user_id"])


def ago(seconds: float) -> datetime:
    return datetime.fromtimestamp(time.time() - seconds, UTC)
