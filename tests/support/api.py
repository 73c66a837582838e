"""The API as a process of its own, on a test's database, and callers with keys."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from financebuy.cluster import ports
from financebuy.services.caller import PLATFORM
from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.valkey import ValkeyServer
from tests.support.world import COMMON, User, World

CUSTOMER = ("read", "trade", "funding")
STAFF = ("read", "broker", "operations")
ALL_OF_THE_STAFFS = ("inspect", "broker", "operations", "admin")
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, whole."""

    key_id: str
    secret: str = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"APCA-API-KEY-ID": self.key_id, "APCA-API-SECRET-KEY": self.secret}

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key_id}:{self.secret}"}


@dataclass(frozen=True, slots=True)
class Customer:
    """A verified user with an account and a key for it."""

    user: User
    account_id: UUID
    key: Key


class Api:
    """A running API, its database's world, and one call a request."""

    def __init__(
        self, url: str, world: World, process: "subprocess.Popen[bytes]", log: Path
    ) -> None:
        self.url = url
        self.world = world
        self.process = process
        self.log = log
        self._http = httpx.Client(base_url=url, timeout=30)

    def close(self) -> None:
        self._http.close()

    def call(
        self, method: str, path: str, key: Key | None = None, **options: Any
    ) -> httpx.Response:
        """One request; `options` are httpx's, and `headers` are added to the key's."""
        headers = {**(key.headers if key else {}), **options.pop("headers", {})}
        return self._http.request(method, path, headers=headers, **options)

    def get(self, path: str, key: Key | None = None, **options: Any) -> Any:
        """A GET that must be answered with 200; returns its document."""
        response = self.call("GET", path, key, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, key: Key | None, body: Any, **options: Any) -> httpx.Response:
        return self.call("POST", path, key, json=body, **options)

    def make_key(
        self,
        user: User,
        *scopes: str,
        account_id: UUID | None = None,
        expires_at: Any = None,
        allowed_addresses: str | None = None,
    ) -> Key:
        """A key of a user, made by the platform's own hand, which may make any."""
        key = Key("FB" + secrets.token_hex(9).upper(), secrets.token_urlsafe(24))
        self.world.accepted(
            "create_api_key",
            {
                **COMMON, "identity": self.world.token(PLATFORM.user_id, *ALL_OF_THE_STAFFS),
                "key": str(uuid4()), "key_id": key.key_id, "user_id": user.user_id,
                "account_id": account_id,
                "secret_hash": sha256(key.secret.encode()).digest(),
                "scopes": ",".join(scopes), "expires_at": expires_at, "name": None,
                "allowed_addresses": allowed_addresses,
            },
        )  # fmt: skip
        return key

    def customer(self, cash: object = 100_000, *scopes: str, kyc: str = "approved") -> Customer:
        """A new user with an account, cash, and a key."""
        user = self.world.user(kyc)
        account_id = self.world.account(user, str(cash))
        key = self.make_key(user, *(scopes or CUSTOMER), account_id=account_id)
        return Customer(user, account_id, key)

    def staff(self) -> Key:
        """A new operator's key."""
        return self.make_key(self.world.staff(), *STAFF)

    def stop(self) -> int:
        """Tell the process to end, and wait; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


@contextmanager
def serve(
    database: Database,
    data: Path,
    valkey: ValkeyServer | None = None,
    settings: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Api]:
    """The API on `database`, configured by the data directory `data`."""
    port = port or ports.any_free()
    write_data_directory(data, database, port, valkey)
    with World(database) as world, (data / "api.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "financebuy.api", "--data", str(data)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, **(settings or {})},
        )
        api = Api(f"http://127.0.0.1:{port}", world, process, data / "api.log")
        try:
            _wait_until_ready(api)
            yield api
        finally:
            api.close()
            process.kill()
            process.wait()


def _wait_until_ready(api: Api) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert api.process.poll() is None, api.log.read_text()
        with suppress(httpx.TransportError):
            if api.call("GET", "/readyz").status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"the API does not become ready:\n{api.log.read_text()}")
